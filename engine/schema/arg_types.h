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
  integer,         // a number
  capability,      // a number with a name
  capability_set,  // a bit for each
  text,
  buffer,        // bytes
  path,          // text that names a file
  socket,        // two ends
  packet,        // two ends
  address,       // one end
  unix_address,  // one end, text
  opaque,        // shown, not compared
  nothing,
};

struct ArgTypeInfo {
  ArgType type;
  std::string_view name;  // as we print it
  Category category;
  std::uint8_t width_bytes;  // numbers and fd: how many bytes are read
  bool is_signed;
};

const ArgTypeInfo& info(ArgType type);
// Its value is one number, as wide as its row says.
bool is_number(Category category);
// It is, or holds, a text.
bool is_text(Category category);
std::span<const ArgTypeInfo> arg_types();

// Stands for the type that the hook's function declares.
constexpr std::string_view auto_type = "auto";
// Every other spelling upstream accepts.
std::span<const Word<ArgType>> arg_type_words();

}  // namespace vigil::schema
