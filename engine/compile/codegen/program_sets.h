// The follow sets that name programs, as the table that the kernel side walks
// (kernel/include/runtime_abi.h, program_sets).
#pragma once

#include <vector>

#include "engine/compile/plan/plan.h"
#include "kernel/include/runtime_abi.h"

namespace vigil::codegen {

// Of the sets of paths; sets of pids are left out.
std::vector<vg_program_node> make_program_sets(const plan::FollowSets& sets);

}  // namespace vigil::codegen
