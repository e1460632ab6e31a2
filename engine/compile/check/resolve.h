// `resolve`: the way from a value of the hook through the kernel's structures to another one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

struct Resolved {
  Way way;
  CType type;  // of what the way leads to; a record or text in place counts as a pointer to it
};

// `root`: of the value it begins at. Nothing when there was an error.
std::optional<Resolved> resolve(const policy::Text& path, const CType& root,
                                const KernelTypes& kernel, Diagnostics& diagnostics);

// "struct NAME *"; nothing when neither the kernel nor the module has one, which has been reported.
std::optional<CType> pointer_to_record(const policy::Text& name,
                                       const std::optional<policy::Text>& kernel_module,
                                       const KernelTypes& kernel, Diagnostics& diagnostics);

// Offset in struct pt_regs of "rip" or "ip", "rax" or "ax".
std::optional<std::uint32_t> register_offset(std::string_view name);

}  // namespace vigil::check
