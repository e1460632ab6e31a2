// The fields of an event as JSON, appended to a line: what proto/json makes of the same message,
// byte for byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/stream/event/event.h"
#include "engine/stream/sinks/fields.h"
#include "engine/stream/sinks/form.h"

namespace vigil::sinks {

class JsonForm {
 public:
  explicit JsonForm(std::string& out) : out_(out) {}

  // The whole; a part of a message has no beginning and end of its own.
  void begin() { out_ += '{'; }
  void end() { out_ += '}'; }
  void open(const Field& field);
  void close() { out_ += '}'; }
  // Of a repeated field that has elements.
  void open_list(const Field& field);
  void open_element(const Field& list);
  void close_list() { out_ += ']'; }
  void open_enumerators(const Field& field) { open_list(field); }
  void element(const Enumerator& value);
  void close_enumerators() { close_list(); }

  // Text from outside, as message_text() (text.h) has it.
  void text(const Field& field, std::string_view value, Zero zero = Zero::left_out);
  void text_element(const Field& list, std::string_view value);
  // Our own words: UTF-8 without escapes.
  void word(const Field& field, std::string_view value);
  void bytes(const Field& field, std::string_view value, Zero zero = Zero::left_out);
  void number(const Field& field, std::uint32_t value, Zero zero = Zero::left_out);
  void number(const Field& field, std::int32_t value, Zero zero = Zero::left_out);
  void number(const Field& field, std::uint64_t value, Zero zero = Zero::left_out);
  void number(const Field& field, std::int64_t value, Zero zero = Zero::left_out);
  void boolean(const Field& field, bool value);
  void enumerator(const Field& field, const Enumerator& value, Zero zero = Zero::left_out);
  void time(const Field& field, event::WallTime value);
  // Wrapped numbers are there though zero.
  void wrapped(const Field& field, std::uint32_t value) { number(field, value, Zero::shown); }
  void wrapped(const Field& field, std::int32_t value) { number(field, value, Zero::shown); }
  void wrapped(const Field& field, bool value);
  // Fields that were written before, at least one.
  void part(std::string_view fields);

 private:
  void separate();
  void key(const Field& field);
  void append_enumerator(const Enumerator& value);

  std::string& out_;
};

}  // namespace vigil::sinks
