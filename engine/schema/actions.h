// Actions and the other small closed sets of the language.
#pragma once

#include <span>
#include <string_view>

#include "engine/schema/types.h"
#include "engine/schema/word.h"

namespace vigil::schema {

std::span<const Word<ActionKind>> action_words();
std::span<const Word<RateScope>> rate_scope_words();
std::span<const Word<PolicyMode>> policy_mode_words();
std::span<const Word<ListType>> list_type_words();

// spec.options.
enum class Option : std::uint8_t {
  policy_mode,
  ignored,  // tunes a way of attaching that does not exist here
};
std::span<const Word<Option>> option_words();

// Upstream once had it and took it away: its policies are refused there, too.
bool is_removed_action(std::string_view spelling);

// Does something to the caller.
bool is_enforcing(ActionKind kind);

// Of a sock: remembers or forgets whose it is.
bool tracks_sock(ActionKind kind);

// "kprobes", "lsmhooks"; "kprobe", "lsm", "fmod_ret".
std::string_view name(Section section);
std::string_view name(Mechanism mechanism);
std::string_view name(ActionKind kind);
std::string_view name(PolicyMode mode);

}  // namespace vigil::schema
