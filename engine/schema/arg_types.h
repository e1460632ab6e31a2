// Argument types: one row per type and the spellings that policies use for them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/schema/types.h"
#include "engine/schema/word.h"

namespace vigil::schema {

// What a value is to an operator.
enum class Category : std::uint8_t {
  integer,     // a number
  capability,  // a number with a name
  text,        // a string or a path
  socket,      // two ends
  address,     // one end
  opaque,      // shown, not compared
  nothing,
};

struct ArgTypeInfo {
  ArgType type;
  std::string_view name;  // as we print it
  Category category;
  std::uint8_t width_bytes;  // integers, fd and capability: how many bytes are read
  bool is_signed;
};

const ArgTypeInfo& info(ArgType type);
std::span<const ArgTypeInfo> arg_types();

// Every spelling upstream accepts.
std::span<const Word<ArgType>> arg_type_words();

}  // namespace vigil::schema
