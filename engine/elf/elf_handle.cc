#include "engine/elf/elf_handle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstring>

#include "engine/base/text.h"

namespace vigil::elf {
namespace {

Result<UniqueFd> open_file(const std::string& path) {
  // A pipe must not hold us.
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Error::from_errno(fmt::format("opening '{}'", printable(path)));
  struct stat status{};
  if (fstat(fd.get(), &status) != 0)
    return Error::from_errno(fmt::format("opening '{}'", printable(path)));
  if (!S_ISREG(status.st_mode)) return Error(fmt::format("'{}' is not a file", printable(path)));
  return fd;
}

}  // namespace

Result<ElfHandle> open_elf(const std::string& path) {
  elf_version(EV_CURRENT);
  ElfHandle handle;
  TRY(handle.fd, open_file(path));
  handle.elf.reset(elf_begin(handle.fd.get(), ELF_C_READ, nullptr));
  GElf_Ehdr header{};
  if (handle.elf == nullptr || elf_kind(handle.elf.get()) != ELF_K_ELF ||
      gelf_getehdr(handle.elf.get(), &header) == nullptr) {
    return Error(fmt::format("'{}' is neither a program nor a library", printable(path)));
  }
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
    return Error(fmt::format("'{}' is not linked: nothing runs it as it is", printable(path)));
  }
  if (header.e_machine != EM_X86_64 || header.e_ident[EI_CLASS] != ELFCLASS64) {
    return Error(fmt::format("'{}' is not for x86-64", printable(path)));
  }
  return handle;
}

Elf_Scn* find_section(Elf* elf, const char* name, GElf_Shdr& header) {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return nullptr;
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(elf, section)) != nullptr) {
    if (gelf_getshdr(section, &header) == nullptr) continue;
    const char* found = elf_strptr(elf, names, header.sh_name);
    if (found != nullptr && std::strcmp(found, name) == 0) return section;
  }
  return nullptr;
}

}  // namespace vigil::elf
