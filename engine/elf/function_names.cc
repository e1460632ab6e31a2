#include "engine/elf/function_names.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <tuple>

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/elf/elf_handle.h"

namespace vigil::elf {
namespace {

// The first of a kind: a second one is nothing that a linker makes.
Elf_Scn* find_table(Elf* elf, std::uint32_t type) {
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(elf, section)) != nullptr) {
    GElf_Shdr header{};
    if (gelf_getshdr(section, &header) != nullptr && header.sh_type == type) return section;
  }
  return nullptr;
}

Elf_Data* data_of(Elf_Scn* section, std::uint64_t most_bytes) {
  GElf_Shdr header{};
  if (section == nullptr || gelf_getshdr(section, &header) == nullptr) return nullptr;
  if (header.sh_type == SHT_NOBITS || header.sh_size > most_bytes) return nullptr;
  Elf_Data* data = elf_getdata(section, nullptr);
  return data == nullptr || data->d_buf == nullptr ? nullptr : data;
}

}  // namespace

Result<FunctionNames> FunctionNames::read(const std::string& path) {
  TRY(const ElfHandle handle, open_elf(path));
  struct stat status{};
  if (fstat(handle.fd.get(), &status) != 0)
    return Error::from_errno(fmt::format("reading '{}'", printable(path)));
  if (static_cast<std::uint64_t>(status.st_size) > max_file_bytes)
    return Error(fmt::format("'{}' is too large to look for names in it", printable(path)));
  FunctionNames made;
  made.segments_ = read_segments(handle.elf.get());
  for (const std::uint32_t type : {SHT_SYMTAB, SHT_DYNSYM})
    made.add_table(handle.elf.get(), find_table(handle.elf.get(), type));
  // Of several at one place the one that says where it ends comes last, and is found.
  std::ranges::sort(made.functions_, [](const Function& a, const Function& b) {
    return std::tuple(a.address, a.size_bytes != 0, a.name_at) <
           std::tuple(b.address, b.size_bytes != 0, b.name_at);
  });
  return made;
}

void FunctionNames::add_table(Elf* elf, Elf_Scn* section) {
  Elf_Data* symbols = data_of(section, max_table_bytes);
  GElf_Shdr header{};
  if (symbols == nullptr || gelf_getshdr(section, &header) == nullptr) return;
  const Elf_Data* names = data_of(elf_getscn(elf, header.sh_link), max_file_bytes / 2);
  if (names == nullptr) return;
  GElf_Sym symbol{};
  for (int i = 0; gelf_getsym(symbols, i, &symbol) != nullptr; ++i) {
    const unsigned char type = GELF_ST_TYPE(symbol.st_info);
    if ((type == STT_FUNC || type == STT_GNU_IFUNC) && symbol.st_shndx != SHN_UNDEF)
      add(*names, symbol.st_name, symbol.st_value, symbol.st_size);
  }
}

void FunctionNames::add(const Elf_Data& names, std::uint64_t name_at, std::uint64_t address,
                        std::uint64_t size_bytes) {
  if (name_at >= names.d_size || names_.size() >= max_names_bytes) return;
  const char* name = static_cast<const char*>(names.d_buf) + name_at;
  const std::size_t size = strnlen(name, std::min(names.d_size - name_at, max_name_bytes));
  if (size == 0) return;
  functions_.push_back({.address = address,
                        .size_bytes = size_bytes,
                        .name_at = static_cast<std::uint32_t>(names_.size()),
                        .name_size = static_cast<std::uint32_t>(size)});
  names_.append(name, size);
}

std::optional<FunctionNames::Found> FunctionNames::find(std::uint64_t file_offset) const {
  const auto segment = std::ranges::find_if(segments_, [&](const Segment& each) {
    return each.is_code && file_offset >= each.offset &&
           file_offset - each.offset < each.size_bytes;
  });
  if (segment == segments_.end()) return std::nullopt;
  const std::uint64_t address = file_offset - segment->offset + segment->address;
  const auto next = std::ranges::upper_bound(functions_, address, {}, &Function::address);
  if (next == functions_.begin()) return std::nullopt;
  const Function& function = *std::prev(next);
  const std::uint64_t offset = address - function.address;
  if (function.size_bytes != 0 && offset >= function.size_bytes) return std::nullopt;
  return Found{std::string_view(names_).substr(function.name_at, function.name_size), offset};
}

std::size_t FunctionNames::memory_bytes() const {
  return sizeof *this + functions_.capacity() * sizeof(Function) + names_.capacity();
}

}  // namespace vigil::elf
