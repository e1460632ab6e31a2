// What the running kernel can do, found by trying once.
#pragma once

#include "engine/base/result.h"
#include "engine/loader/join.h"
#include "engine/loader/kernel.h"
#include "engine/loader/vmlinux_types.h"

namespace vigil::loader {

Features probe_features(const VmlinuxTypes& types);

// The kernel's own functions that hook programs call where it has a use for them.
Result<KernelFunctions> functions_to_call(const Features& features, const VmlinuxTypes& types);

// "bpf" stands in a list like "lockdown,capability,yama,bpf".
bool lists_bpf(std::string_view lsm_list);

}  // namespace vigil::loader
