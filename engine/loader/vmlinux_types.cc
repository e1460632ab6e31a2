#include "engine/loader/vmlinux_types.h"

#include <bpf/btf.h>
#include <fmt/format.h>

#include <cerrno>

namespace vigil::loader {

Result<std::uint32_t> VmlinuxTypes::function(const std::string& name) const {
  int id = btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_FUNC);
  if (id <= 0) return Error(fmt::format("this kernel has no function {}", name), ENOENT);
  return static_cast<std::uint32_t>(id);
}

}  // namespace vigil::loader
