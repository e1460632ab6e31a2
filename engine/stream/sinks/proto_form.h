// The fields of an event as bytes of its message in the API, appended to `out`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/stream/event/event.h"
#include "engine/stream/sinks/fields.h"
#include "engine/stream/sinks/form.h"

namespace vigil::sinks {

// Its functions are those of JsonForm.
class ProtoForm {
 public:
  explicit ProtoForm(std::string& out) : out_(out) {}

  void begin() {}
  void end() {}
  void open(const Field& field);
  void close();
  void open_list(const Field&) {}
  void open_element(const Field& list) { open(list); }
  void close_list() {}
  // Numbers of an enum stand packed in one field.
  void open_enumerators(const Field& field) { open(field); }
  void element(const Enumerator& value) { varint(static_cast<std::uint64_t>(value.number)); }
  void close_enumerators() { close(); }

  void text(const Field& field, std::string_view value, Zero zero = Zero::left_out);
  void text_element(const Field& list, std::string_view value) { text(list, value, Zero::shown); }
  void word(const Field& field, std::string_view value) { bytes(field, value); }
  void bytes(const Field& field, std::string_view value, Zero zero = Zero::left_out);
  void number(const Field& field, std::uint32_t value, Zero zero = Zero::left_out) {
    number(field, std::uint64_t{value}, zero);
  }
  // Negative ones take the form of their 64-bit extension.
  void number(const Field& field, std::int32_t value, Zero zero = Zero::left_out) {
    number(field, std::int64_t{value}, zero);
  }
  void number(const Field& field, std::uint64_t value, Zero zero = Zero::left_out);
  void number(const Field& field, std::int64_t value, Zero zero = Zero::left_out) {
    number(field, static_cast<std::uint64_t>(value), zero);
  }
  void boolean(const Field& field, bool value) { number(field, std::uint32_t{value}); }
  void enumerator(const Field& field, const Enumerator& value, Zero zero = Zero::left_out) {
    number(field, value.number, zero);
  }
  void time(const Field& field, event::WallTime value);
  void wrapped(const Field& field, std::uint32_t value);
  void wrapped(const Field& field, std::int32_t value);
  void wrapped(const Field& field, bool value) { wrapped(field, std::uint32_t{value}); }
  void part(std::string_view fields) { out_ += fields; }

 private:
  void varint(std::uint64_t value);

  // argument, process_credentials_arg, user_ns, ns inside the event
  static constexpr std::size_t max_depth = 8;

  std::string& out_;
  std::array<std::size_t, max_depth> starts_{};  // of the messages that are open
  std::size_t depth_ = 0;
};

}  // namespace vigil::sinks
