// BtfTypes: a kernel's functions and their types, from its BTF.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/compile/check/kernel_types.h"

struct btf;

namespace vigil::btf {

// libbpf's; may be shared between threads that only read it.
using BtfPtr = std::shared_ptr<const struct ::btf>;

// The running kernel's.
inline constexpr const char* running_kernel = "/sys/kernel/btf/vmlinux";

// From raw BTF, or an ELF file that holds it.
Result<BtfPtr> open(const std::string& path);
std::unique_ptr<check::KernelTypes> types_of_running_kernel(BtfPtr btf);
Result<std::unique_ptr<check::KernelTypes>> load(const std::string& path);

}  // namespace vigil::btf
