#include "engine/schema/codes.h"

namespace vigil::schema {
namespace {

constexpr Code rows[] = {
    code::not_yaml,       code::too_large,        code::unknown_key,     code::wrong_shape,
    code::missing_key,    code::duplicate_key,    code::not_supported,   code::wrong_kind,
    code::bad_name,       code::no_hooks,         code::bad_length,      code::no_function,
    code::no_lsm_hook,    code::syscall_mismatch, code::bad_index,       code::unknown_type,
    code::wrong_type,     code::unknown_operator, code::wrong_operator,  code::bad_value,
    code::out_of_range,   code::not_listed,       code::bad_return,      code::unknown_action,
    code::bad_parameter,  code::cannot_override,  code::not_prevented,   code::contradiction,
    code::unknown_option, code::pointless,        code::no_lsm,          code::duplicate_policy,
    code::hook_skipped,   code::misleading,       code::no_tracepoint,   code::bad_list,
    code::bad_enforcer,   code::no_code,          code::bad_resolve,     code::too_much,
    code::shadowed,       code::strikes_all,      code::too_many_events, code::changeable,
    code::bad_setting,    code::second_document,
};

}  // namespace

std::span<const Code> codes() { return rows; }

}  // namespace vigil::schema
