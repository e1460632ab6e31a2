// The function a hook names: found in the kernel, with what its arguments are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/policy/policy.h"
#include "engine/schema/syscalls.h"

namespace vigil::check {

// Code in user space, of which no types are known.
struct UserTarget {
  CodePlace place;
  // A static probe says where its values are; of those left empty nobody knows. None: a function.
  std::optional<std::vector<std::optional<Operand>>> arguments;
};

struct Target {
  std::string function;             // the symbol, or the LSM hook's name
  Prototype prototype;              // of bpf_lsm_* for an LSM hook
  std::vector<RecordField> record;  // of a tracepoint; `prototype` has its fields
  // A system call: its arguments, of which the kernel's own types tell nothing.
  const schema::Syscall* syscall = nullptr;
  schema::Abi abi = schema::Abi::x64;
  std::optional<UserTarget> user = std::nullopt;
};

// The kernel has no function of this name, and nothing else is wrong with the name.
bool is_absent(const policy::Hook& hook, const KernelTypes& kernel);

// Nothing when there was an error, also one reported when the hook was read.
std::optional<Target> find_target(const policy::Hook& hook, const KernelTypes& kernel,
                                  Diagnostics& diagnostics);

}  // namespace vigil::check
