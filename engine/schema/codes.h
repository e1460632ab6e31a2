// Codes of diagnostics: stable, to search for. Never reused, never renumbered.
#pragma once

#include <span>
#include <string_view>

namespace vigil::schema {

struct Code {
  std::string_view code;
  std::string_view meaning;  // one line, for the documentation
};

namespace code {
// The file as YAML and as a policy: VG01xx.
inline constexpr Code not_yaml{"VG0101", "the file is not well-formed YAML"};
inline constexpr Code too_large{"VG0102", "the file is too large, too deep or expands too far"};
inline constexpr Code unknown_key{"VG0103", "no such key here"};
inline constexpr Code wrong_shape{"VG0104", "the value has the wrong YAML type"};
inline constexpr Code missing_key{"VG0105", "a key that must be there is missing"};
inline constexpr Code duplicate_key{"VG0106", "a key stands twice in one mapping"};
inline constexpr Code not_supported{"VG0107", "known, but not supported yet"};
inline constexpr Code wrong_kind{"VG0108", "not a TracingPolicy of cilium.io/v1alpha1"};
inline constexpr Code bad_name{"VG0109", "the policy's name is not a DNS-1123 subdomain"};
inline constexpr Code no_hooks{"VG0110", "the file or the policy holds nothing to do"};
inline constexpr Code bad_length{"VG0111", "a message, tag or list is too short or too long"};

// Against the language and the kernel: VG02xx.
inline constexpr Code no_function{"VG0201", "the kernel has no such function"};
inline constexpr Code no_lsm_hook{"VG0202", "the kernel has no such LSM hook"};
inline constexpr Code syscall_mismatch{"VG0203", "'syscall' does not fit the function"};
inline constexpr Code bad_index{"VG0204", "the function has no argument with this index"};
inline constexpr Code unknown_type{"VG0205", "no such argument type"};
inline constexpr Code wrong_type{"VG0206", "the type does not fit what the kernel passes"};
inline constexpr Code unknown_operator{"VG0207", "no such operator here"};
inline constexpr Code wrong_operator{"VG0208", "the operator does not fit the argument's type"};
inline constexpr Code bad_value{"VG0209", "a value cannot be read as what it is compared with"};
inline constexpr Code out_of_range{"VG0210", "a value is outside what the argument can hold"};
inline constexpr Code not_listed{"VG0211",
                                 "a selector names an argument that 'args' does not list"};
inline constexpr Code bad_return{"VG0212", "'return' and 'returnArg' do not fit together"};
inline constexpr Code unknown_action{"VG0213", "no such action"};
inline constexpr Code bad_parameter{"VG0214", "a parameter of an action is missing or wrong"};
inline constexpr Code cannot_override{"VG0215", "this function's result cannot be overridden here"};
inline constexpr Code not_prevented{"VG0216",
                                    "the action does not stop the call that triggered it"};
inline constexpr Code contradiction{"VG0217", "parts of a selector work against each other"};
inline constexpr Code unknown_option{"VG0218", "no such option, or no such value of it"};
inline constexpr Code pointless{"VG0219", "a condition always or never holds"};
inline constexpr Code no_lsm{"VG0220", "LSM hooks cannot run on this kernel"};
inline constexpr Code duplicate_policy{"VG0221", "two policies of one file have the same name"};
inline constexpr Code hook_skipped{"VG0222", "the hook is left out, as 'ignore' asks"};
inline constexpr Code misleading{"VG0223", "a value means something else than it seems to"};
inline constexpr Code no_tracepoint{"VG0224", "the kernel has no such tracepoint"};
inline constexpr Code bad_list{"VG0225",
                               "a list is missing, empty or not of the kind that is needed"};
inline constexpr Code bad_enforcer{"VG0226",
                                   "enforcers and what notifies them do not fit together"};
inline constexpr Code no_code{"VG0227", "a file of machine code lacks what a hook names"};
inline constexpr Code bad_resolve{"VG0228", "'resolve' leads nowhere"};
inline constexpr Code too_much{"VG0229", "a policy asks more of a hook than its programs hold"};
inline constexpr Code shadowed{"VG0230",
                               "an earlier selector takes every call that this one matches"};
inline constexpr Code strikes_all{"VG0231", "an action strikes every process"};
inline constexpr Code too_many_events{"VG0232",
                                      "each call of what is called all the time posts an event"};
inline constexpr Code changeable{"VG0233",
                                 "what decides can be changed before the kernel reads it"};

// Settings of the daemon: VG04xx, and of VG01xx what is said of YAML.
inline constexpr Code bad_setting{"VG0401", "a setting cannot have this value"};
inline constexpr Code second_document{"VG0402", "settings stand in one document"};
}  // namespace code

std::span<const Code> codes();

}  // namespace vigil::schema
