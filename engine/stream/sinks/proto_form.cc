#include "engine/stream/sinks/proto_form.h"

#include "engine/stream/sinks/text.h"

namespace vigil::sinks {
namespace {

// How a field is laid out, in the low bits of its tag.
constexpr std::uint32_t as_varint = 0, with_length = 2;

constexpr Field wrapped_value{1, "value"};
constexpr Field timestamp_seconds{1, "seconds"}, timestamp_nanos{2, "nanos"};

std::uint64_t tag(const Field& field, std::uint32_t layout) { return field.number << 3 | layout; }

// Lowest seven bits first; the top bit says that there is more.
std::size_t write_varint(std::uint64_t value, std::array<char, 10>& bytes) {
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<char>(value | 0x80);
  bytes[size++] = static_cast<char>(value);
  return size;
}

}  // namespace

void ProtoForm::varint(std::uint64_t value) {
  std::array<char, 10> bytes;
  out_.append(bytes.data(), write_varint(value, bytes));
}

// One byte is kept for the length, which is known at the end.
void ProtoForm::open(const Field& field) {
  varint(tag(field, with_length));
  out_ += '\0';
  starts_[depth_++] = out_.size();
}

void ProtoForm::close() {
  const std::size_t start = starts_[--depth_];
  std::array<char, 10> bytes;
  const std::size_t size = write_varint(out_.size() - start, bytes);
  out_[start - 1] = bytes[0];
  if (size > 1) out_.insert(start, bytes.data() + 1, size - 1);
}

void ProtoForm::text(const Field& field, std::string_view value, Zero zero) {
  if (is_plain(value) || !needs_message_escapes(value)) return bytes(field, value, zero);
  bytes(field, message_text(value), zero);
}

void ProtoForm::bytes(const Field& field, std::string_view value, Zero zero) {
  if (value.empty() && zero == Zero::left_out) return;
  varint(tag(field, with_length));
  varint(value.size());
  out_ += value;
}

void ProtoForm::number(const Field& field, std::uint64_t value, Zero zero) {
  if (value == 0 && zero == Zero::left_out) return;
  varint(tag(field, as_varint));
  varint(value);
}

void ProtoForm::time(const Field& field, event::WallTime value) {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t nanos = (value % second + second) % second;
  open(field);
  number(timestamp_seconds, value / second - (value % second < 0 ? 1 : 0));
  number(timestamp_nanos, nanos);
  close();
}

void ProtoForm::wrapped(const Field& field, std::uint32_t value) {
  open(field);
  number(wrapped_value, value);
  close();
}

void ProtoForm::wrapped(const Field& field, std::int32_t value) {
  open(field);
  number(wrapped_value, value);
  close();
}

}  // namespace vigil::sinks
