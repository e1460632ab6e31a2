// NameGates: whether all rules of a hook ask one path value for its name, so that the name alone
// rejects nearly every call before the path is walked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::plan {

class NameGates {
 public:
  // A condition of the rule that is being added, on a value of `type` in `slot`.
  void add(const check::ArgCondition& condition, std::uint8_t slot, schema::ArgType type);
  void end_rule();

  // The first value that every rule asks. None: some rule asks for no name.
  std::optional<NameGate> finish() const;

 private:
  std::uint32_t asked_by_rule_ = 0;  // bit per slot
  std::uint32_t asked_by_all_ = ~std::uint32_t{0};
  bool has_rules_ = false;
  std::vector<std::vector<std::string>> ends_{max_slots};  // by slot
};

}  // namespace vigil::plan
