// The keys of a policy file, per mapping.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vigil::schema {

enum class Mapping : std::uint8_t {
  document,
  metadata,
  spec,
  option,
  kprobe,
  ignore,
  lsmhook,
  argument,
  data,
  return_argument,
  selector,
  match_args,
  match_binaries,
  match_pids,
  match_action,
};

enum class KeySupport : std::uint8_t {
  required,
  optional,
  ignored,  // legal and without meaning here
  not_yet,  // known upstream; refused unless its value asks for nothing
};

struct Key {
  std::string_view name;
  KeySupport support;
};

std::span<const Key> keys(Mapping mapping);
// "a kprobe", "an argument": for messages.
std::string_view describe(Mapping mapping);

}  // namespace vigil::schema
