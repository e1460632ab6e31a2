// The bytes of a hook's tables, in the runtime's own layout.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::codegen {

// How the rows of a plan with this many rules are laid out.
struct RowShape {
  std::uint32_t row_words = 0;
  std::uint32_t block_words = 0;
};
RowShape row_shape(std::size_t rules);
// One bit per block of words that is not empty; with at most 64 rules the row itself.
std::uint64_t summary(const plan::Row& row, const RowShape& shape);

// Every table of runtime_abi.h, in its order.
std::vector<Table> make_tables(const plan::HookPlan& plan);

}  // namespace vigil::codegen
