#include "engine/loader/vmlinux_types.h"

#include <bpf/btf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "engine/loader/btf_ptr.h"
#include "engine/loader/core_types.h"
#include "engine/loader/libbpf_log.h"

namespace vigil::loader {

Result<VmlinuxTypes> VmlinuxTypes::load() {
  const LibbpfLog log;
  std::shared_ptr<const struct ::btf> types(btf__load_vmlinux_btf(), BtfFree{});
  if (!types) return Error::from_errno("reading the kernel's BTF");
  return VmlinuxTypes(std::move(types));
}

Result<std::uint32_t> VmlinuxTypes::function(const std::string& name) const {
  int id = btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_FUNC);
  if (id <= 0) return Error(fmt::format("this kernel has no function {}", name), ENOENT);
  return static_cast<std::uint32_t>(id);
}

Result<void> VmlinuxTypes::write_core_types(const struct ::btf& object, int fd) const {
  TRY(const BtfPtr core, core_types(*types_, object));
  std::uint32_t size = 0;
  const void* bytes = btf__raw_data(core.get(), &size);
  if (bytes == nullptr || write(fd, bytes, size) != static_cast<ssize_t>(size))
    return Error::from_errno("writing the types to relocate with");
  return {};
}

}  // namespace vigil::loader
