// What a hook is to the kernel: program type, attach type, and the call that attaches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <linux/bpf.h>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/compile/plan/hook_plan.h"
#include "engine/loader/vmlinux_types.h"

namespace vigil::loader {

struct Target {
  bpf_prog_type type = BPF_PROG_TYPE_UNSPEC;
  bpf_attach_type attach_type{};
  std::uint32_t btf_id = 0;  // of the function; 0 for kprobes
  std::uint32_t flags = 0;   // BPF_F_SLEEPABLE: the program may wait
};

// One function, the key's own, or several, by one call of the kernel or one each.
enum class Reach { one, many, many_at_once };

Result<Target> target_of(const plan::HookKey& key, Reach reach, const VmlinuxTypes& types);

// Attaches a loaded program to `functions` by their numbers, or to the key's own; closing the
// descriptors detaches it.
Result<std::vector<UniqueFd>> attach(int program, const plan::HookKey& key,
                                     const std::vector<std::string>& functions,
                                     const Target& target);

}  // namespace vigil::loader
