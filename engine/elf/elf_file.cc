#include "engine/elf/elf_file.h"

#include <algorithm>
#include <unordered_map>

#include "engine/elf/digest.h"
#include "engine/elf/elf_handle.h"
#include "engine/elf/go_functions.h"
#include "engine/elf/segments.h"
#include "engine/elf/static_probes.h"

namespace vigil::elf {
namespace {

struct Symbol {
  std::uint64_t address = 0;
  std::uint8_t rank = 0;  // what others see comes first, and what new programs are linked with
  bool is_function = false;
};

std::uint8_t rank_of(unsigned char binding) {
  if (binding == STB_GLOBAL) return 0;
  return binding == STB_WEAK ? 1 : 2;
}

// A library may have several functions of one name, for programs of different age.
class Versions {
 public:
  Versions(Elf* elf, Elf_Scn* symbols) {
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf, section)) != nullptr) {
      GElf_Shdr header{};
      if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_GNU_versym) continue;
      if (header.sh_link == elf_ndxscn(symbols)) data_ = elf_getdata(section, nullptr);
    }
  }

  bool is_old(std::size_t symbol) const {
    constexpr GElf_Versym hidden = 0x8000;
    GElf_Versym version = 0;
    return data_ != nullptr &&
           gelf_getversym(data_, static_cast<int>(symbol), &version) != nullptr &&
           (version & hidden) != 0;
  }

 private:
  Elf_Data* data_ = nullptr;
};

constexpr std::uint8_t rank_of_old = 3;

using Symbols = std::unordered_multimap<std::string, Symbol>;

void read_symbols(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, Symbols& symbols) {
  Elf_Data* data = elf_getdata(section, nullptr);
  if (data == nullptr || header.sh_entsize == 0) return;
  const Versions versions(elf, section);
  for (std::size_t i = 0; i < header.sh_size / header.sh_entsize; ++i) {
    GElf_Sym symbol{};
    if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) break;
    const unsigned char type = GELF_ST_TYPE(symbol.st_info);
    const bool is_function = type == STT_FUNC;
    if (symbol.st_shndx == SHN_UNDEF || (!is_function && type != STT_OBJECT)) continue;
    const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
    if (name == nullptr || *name == '\0') continue;
    symbols.emplace(name, Symbol{.address = symbol.st_value,
                                 .rank = versions.is_old(i) ? rank_of_old
                                                            : rank_of(GELF_ST_BIND(symbol.st_info)),
                                 .is_function = is_function});
  }
}

// Both tables: a stripped file has kept the one that the dynamic linker needs.
Symbols read_symbols(Elf* elf) {
  Symbols symbols;
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(elf, section)) != nullptr) {
    GElf_Shdr header{};
    if (gelf_getshdr(section, &header) == nullptr) continue;
    if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM)
      read_symbols(elf, section, header, symbols);
  }
  for (GoFunction& function : read_go_functions(elf)) {
    if (!symbols.contains(function.name))
      symbols.emplace(std::move(function.name),
                      Symbol{.address = function.address, .is_function = true});
  }
  return symbols;
}

class ElfFile final : public check::CodeFile {
 public:
  explicit ElfFile(ElfHandle handle)
      : fd_(std::move(handle.fd)),
        segments_(read_segments(handle.elf.get())),
        symbols_(read_symbols(handle.elf.get())),
        build_id_(build_id(handle.elf.get())) {
    for (ProbeNote& note : read_probe_notes(handle.elf.get())) add_probe(std::move(note));
  }

  std::vector<std::uint64_t> functions(std::string_view name) const override {
    std::vector<std::uint64_t> offsets;
    std::uint8_t best = UINT8_MAX;
    const auto [first, last] = symbols_.equal_range(std::string(name));
    for (auto found = first; found != last; ++found) {
      const Symbol& symbol = found->second;
      const auto offset = offset_of(symbol.address);
      if (!symbol.is_function || !offset || symbol.rank > best) continue;
      if (symbol.rank < best) offsets.clear();
      best = symbol.rank;
      offsets.push_back(*offset);
    }
    std::ranges::sort(offsets);
    const auto doubles = std::ranges::unique(offsets);
    offsets.erase(doubles.begin(), doubles.end());
    return offsets;
  }

  std::vector<std::string_view> function_names() const override {
    std::vector<std::string_view> names;
    for (const auto& [name, symbol] : symbols_) {
      if (symbol.is_function) names.push_back(name);
    }
    return names;
  }

  std::optional<std::uint64_t> address_of(std::string_view symbol) const override {
    const auto found = symbols_.find(std::string(symbol));
    return found == symbols_.end() ? std::nullopt : std::optional(found->second.address);
  }

  std::optional<std::uint64_t> offset_of(std::uint64_t address) const override {
    for (const Segment& segment : segments_) {
      if (address >= segment.address && address - segment.address < segment.size_bytes)
        return address - segment.address + segment.offset;
    }
    return std::nullopt;
  }

  bool is_code(std::uint64_t offset) const override { return lies_in(offset, &Segment::is_code); }
  bool is_data(std::uint64_t offset) const override {
    return lies_in(offset, &Segment::is_writable);
  }

  const std::vector<check::StaticProbe>& static_probes() const override { return probes_; }

  Result<std::string> digest(check::DigestKind kind) const override {
    if (kind == check::DigestKind::build_id) return build_id_;
    return hash(fd_, kind);
  }

 private:
  bool lies_in(std::uint64_t offset, bool Segment::* kind) const {
    return std::ranges::any_of(segments_, [&](const Segment& segment) {
      return segment.*kind && offset >= segment.offset &&
             offset - segment.offset < segment.size_bytes;
    });
  }

  void add_probe(ProbeNote&& note) {
    const auto offset = offset_of(note.address);
    const auto semaphore = note.semaphore == 0 ? std::nullopt : offset_of(note.semaphore);
    // A semaphore that is nowhere would leave the probe switched off.
    if (!offset || !is_code(*offset) || semaphore.has_value() != (note.semaphore != 0)) return;
    probes_.push_back({.provider = std::move(note.provider),
                       .name = std::move(note.name),
                       .address = note.address,
                       .offset = *offset,
                       .semaphore_offset = semaphore,
                       .arguments = std::move(note.arguments)});
  }

  UniqueFd fd_;
  std::vector<Segment> segments_;
  Symbols symbols_;
  std::string build_id_;
  std::vector<check::StaticProbe> probes_;
};

class ElfFiles final : public check::CodeFiles {
 public:
  Result<std::shared_ptr<const check::CodeFile>> open(const std::string& path) const override {
    TRY(ElfHandle handle, open_elf(path));
    return std::shared_ptr<const check::CodeFile>(std::make_shared<ElfFile>(std::move(handle)));
  }
};

}  // namespace

std::unique_ptr<check::CodeFiles> make_elf_files() { return std::make_unique<ElfFiles>(); }

}  // namespace vigil::elf
