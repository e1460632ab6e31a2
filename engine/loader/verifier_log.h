// The verifier's log, turned into one sentence for the author of the policy. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/loader/join.h"

namespace vigil::loader {

// The last `lines` lines that say something (no statistics, no register states), joined by "; ".
std::string last_lines(std::string_view log, std::size_t lines);

// The instruction that the verifier looked at last.
std::optional<std::uint32_t> last_instruction(std::string_view log);

// "demo.yaml:14", where a policy asked for the hook; the hook's name when nobody knows.
std::string place_of(const codegen::HookProgram& program);

// "demo.yaml:14: the kernel refused this hook: R1 invalid mem access 'scalar'".
// In a runtime function the place is the hook's first line and the function is named.
std::string explain_refusal(std::string_view log, const codegen::HookProgram& program,
                            const JoinedProgram& joined);

}  // namespace vigil::loader
