// What the two forms of an event, JSON (json_form.h) and protobuf (proto_form.h), have in common:
// both have the same functions, so that one description of an event (encoder.h) serves both.
#pragma once

#include <cstdint>
#include <string_view>

namespace vigil::sinks {

// A zero or an empty text is left out, unless being there says something: a member of a oneof.
enum class Zero : std::uint8_t { left_out, shown };

// Of an enum of the API; no name: a number it does not know.
struct Enumerator {
  std::int32_t number;
  std::string_view name;
};

}  // namespace vigil::sinks
