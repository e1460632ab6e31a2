// BtfTypes: a kernel's functions and their types, from its BTF.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/compile/check/kernel_types.h"

namespace vigil::btf {

// The running kernel's.
inline constexpr const char* running_kernel = "/sys/kernel/btf/vmlinux";

// From raw BTF, or an ELF file that holds it.
Result<std::unique_ptr<check::KernelTypes>> load(const std::string& path);

}  // namespace vigil::btf
