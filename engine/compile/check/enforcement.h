// How a hook can be stopped from going on: LSM, fmod_ret, or not at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/compile/check/kernel_types.h"
#include "engine/schema/types.h"

namespace vigil::check {

struct Enforcement {
  std::optional<schema::Mechanism> mechanism;
  std::string function;  // "file_open" for lsm, "security_file_open" for fmod_ret
  std::string reason;    // one sentence
};

// Of a function hooked as a kprobe.
Enforcement enforcement_of_function(std::string_view function, const Prototype& prototype,
                                    const KernelTypes& kernel, const KernelTraits& traits);

// Of a system call's own function.
Enforcement enforcement_of_syscall(std::string_view symbol, const KernelTypes& kernel,
                                   const KernelTraits& traits);

// Of an LSM hook. Without a mechanism it cannot run at all.
Enforcement enforcement_of_lsm_hook(std::string_view hook, const Prototype& prototype,
                                    const KernelTypes& kernel, const KernelTraits& traits);

}  // namespace vigil::check
