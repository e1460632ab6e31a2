#include "engine/elf/go_functions.h"

#include <gelf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "engine/elf/elf_handle.h"

namespace vigil::elf {
namespace {

using Bytes = std::span<const char>;

// As they stand in the file; what they count from is in the comments.
struct Header {
  std::uint32_t magic;
  std::uint8_t zero[2], instruction_bytes, pointer_bytes;
  std::uint64_t functions, files;
  std::uint64_t text;                                // address; 0 since Go 1.26
  std::uint64_t names, units, file_names, counters;  // from here
  std::uint64_t entries;                             // from here
};
static_assert(sizeof(Header) == 72);

struct Entry {
  std::uint32_t address;   // from Header::text
  std::uint32_t function;  // from Header::entries
};

struct Function {
  std::uint32_t address;
  std::uint32_t name;  // from Header::names
};

constexpr std::uint32_t magic_1_18 = 0xfffffff0, magic_1_20 = 0xfffffff1;

bool is_known(const Header& header) {
  return (header.magic == magic_1_18 || header.magic == magic_1_20) && header.pointer_bytes == 8;
}

template <typename T>
std::optional<T> read(Bytes bytes, std::uint64_t at) {
  if (at > bytes.size() || bytes.size() - at < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::optional<std::string> read_text(Bytes bytes, std::uint64_t at) {
  if (at > bytes.size()) return std::nullopt;
  const Bytes rest = bytes.subspan(at);
  const auto end = std::ranges::find(rest, '\0');
  if (end == rest.end()) return std::nullopt;
  return std::string(rest.begin(), end);
}

Bytes table_of(Elf* elf) {
  for (const char* name : {".gopclntab", ".data.rel.ro.gopclntab"}) {
    GElf_Shdr header{};
    Elf_Scn* section = find_section(elf, name, header);
    const Elf_Data* data = section == nullptr ? nullptr : elf_getdata(section, nullptr);
    if (data != nullptr && data->d_buf != nullptr)
      return {static_cast<const char*>(data->d_buf), data->d_size};
  }
  return {};
}

// A program that may lie anywhere learns it when it is loaded.
std::uint64_t text_of(Elf* elf, const Header& header) {
  GElf_Shdr text{};
  if (header.text != 0 || find_section(elf, ".text", text) == nullptr) return header.text;
  return text.sh_addr;
}

}  // namespace

std::vector<GoFunction> read_go_functions(Elf* elf) {
  std::vector<GoFunction> functions;
  const Bytes bytes = table_of(elf);
  const auto header = read<Header>(bytes, 0);
  if (!header || !is_known(*header)) return functions;
  const std::uint64_t text = text_of(elf, *header);
  for (std::uint64_t i = 0; i < header->functions; ++i) {
    const auto entry = read<Entry>(bytes, header->entries + i * sizeof(Entry));
    if (!entry) break;
    const auto function = read<Function>(bytes, header->entries + entry->function);
    auto name = function ? read_text(bytes, header->names + function->name) : std::nullopt;
    if (name) functions.push_back({std::move(*name), text + entry->address});
  }
  return functions;
}

}  // namespace vigil::elf
