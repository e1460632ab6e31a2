// The values of a hook record.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/cursor.h"
#include "engine/stream/event/event.h"

namespace vigil::decode {

// A register's value as `type` sees it: cut to its width, sign- or zero-extended.
// For a type that is not an integer: an error value.
event::Value integer_value(schema::ArgType type, std::uint64_t raw);

struct Values {
  std::vector<event::Argument> arguments;  // as `info` lists them, nop ones left out
  std::vector<event::Argument> data;       // likewise
  event::Stacks stacks;                    // that the selector shows
  std::uint32_t cut_stacks = 0;            // that go on, or could not be read
  std::uint32_t function = 0;              // number of `info.functions`
  bool malformed = false;                  // what could not be read is an error value
};
// What was sent beside the record of a slot's value, as far as it came.
using TakeRest = std::function<std::string(std::uint8_t slot, std::uint32_t size_bytes)>;
// `cursor`: behind the fixed part of a wire_hook.
Values take_values(ByteCursor cursor, const event::HookInfo& info, std::uint16_t selector,
                   const TakeRest& take_rest);

}  // namespace vigil::decode
