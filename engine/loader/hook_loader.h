// load_hook(): generated programs joined with the runtime, with tables of their own, loaded.
#pragma once

#include <string>
#include <vector>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/loader/attach.h"
#include "engine/loader/capture.h"
#include "engine/loader/kernel.h"

namespace vigil::loader {

// What a dispatcher goes on to.
struct HookCode {
  UniqueFd first;
  // Program array that the parts after the first are reached through; none if there is one part. It
  // forgets them with its last descriptor, so it must stay until no call is on its way any more.
  UniqueFd others;
};

struct LoadedHook {
  std::string place;  // in a policy
  std::vector<std::string> functions;
  HookCode code;
  // By part, for those that need it: what runs before all of them, and may wait.
  std::vector<UniqueFd> preloads;
  Target target;
  HookReport report;
};

Result<LoadedHook> load_hook(const codegen::HookPrograms& parts, const RelocatedObject& runtime,
                             const KernelFunctions& kernel_functions, const Target& target);

// What the kernel says about a loaded program.
struct ProgramCost {
  std::uint32_t verified_instructions = 0;
  std::uint64_t memory_bytes = 0;
};
ProgramCost cost_of(int program);
// Runs that the kernel skipped because the program was already running on that processor;
// counted for a program that is attached itself, not for one that is tail-called.
std::uint64_t missed_runs(int program);

}  // namespace vigil::loader
