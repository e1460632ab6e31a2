// matchActions: what is done when a selector matches.
#pragma once

#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// Whether an LSM or fmod_ret program runs on the hook whose result counts; `watches`: the section
// takes no action that enforces.
enum class Refusal { possible, impossible, watches, unknown };

// When the actions of a list run.
enum class Side { entry, returned };

// What of a hook decides which actions make sense on it.
struct ActionSite {
  std::string_view function;  // as written
  Refusal refusal = Refusal::unknown;
  std::string_view reason;       // why it is impossible
  bool signal_prevents = false;  // a signal comes before the call has done anything
  Side side = Side::entry;
  schema::Section section = schema::Section::kprobes;  // decides what events show
  // What 'argSock' counts in: the hook's arguments, at return its return value alone.
  const std::vector<Argument>* socks = nullptr;
  bool socks_known = true;  // false: a mistake has left open which those are
  // So many of the hook's arguments may stand where they can be written to; none: nowhere at all.
  std::optional<std::size_t> writable_arguments = {};
};

// The actions of one selector, in order; those with mistakes are left out.
std::vector<Action> check_actions(const std::vector<policy::Action>& actions,
                                  const ActionSite& site, Diagnostics& diagnostics);

}  // namespace vigil::check
