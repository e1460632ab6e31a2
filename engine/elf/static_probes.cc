#include "engine/elf/static_probes.h"

#include <gelf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "engine/elf/elf_handle.h"

namespace vigil::elf {
namespace {

constexpr std::string_view owner("stapsdt\0", 8);
constexpr std::uint32_t probe_type = 3;

// Where the linker put .stapsdt.base, which tells how far it has moved everything.
std::uint64_t base_address(Elf* elf) {
  GElf_Shdr header{};
  return find_section(elf, ".stapsdt.base", header) == nullptr ? 0 : header.sh_addr;
}

std::optional<std::string> take_text(std::span<const char>& bytes) {
  const auto end = std::ranges::find(bytes, '\0');
  if (end == bytes.end()) return std::nullopt;
  std::string text(bytes.begin(), end);
  bytes = bytes.subspan(text.size() + 1);
  return text;
}

// Three addresses, three texts.
std::optional<ProbeNote> read_note(std::span<const char> bytes, std::uint64_t base) {
  std::uint64_t addresses[3];
  if (bytes.size() < sizeof addresses) return std::nullopt;
  std::memcpy(addresses, bytes.data(), sizeof addresses);
  bytes = bytes.subspan(sizeof addresses);
  auto provider = take_text(bytes), name = take_text(bytes), arguments = take_text(bytes);
  if (!arguments) return std::nullopt;
  const std::uint64_t moved = base == 0 ? 0 : base - addresses[1];
  return ProbeNote{.provider = std::move(*provider),
                   .name = std::move(*name),
                   .address = addresses[0] + moved,
                   .semaphore = addresses[2] == 0 ? 0 : addresses[2] + moved,
                   .arguments = std::move(*arguments)};
}

}  // namespace

std::vector<ProbeNote> read_probe_notes(Elf* elf) {
  std::vector<ProbeNote> notes;
  GElf_Shdr header{};
  Elf_Scn* section = find_section(elf, ".note.stapsdt", header);
  Elf_Data* data = section == nullptr ? nullptr : elf_getdata(section, nullptr);
  if (data == nullptr) return notes;
  const std::uint64_t base = base_address(elf);
  const std::span<const char> bytes(static_cast<const char*>(data->d_buf), data->d_size);
  GElf_Nhdr note{};
  std::size_t name_at = 0, text_at = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    at = gelf_getnote(data, at, &note, &name_at, &text_at);
    if (at == 0) break;
    if (note.n_type != probe_type || note.n_namesz != owner.size()) continue;
    if (std::string_view(bytes.data() + name_at, owner.size()) != owner) continue;
    if (auto probe = read_note(bytes.subspan(text_at, note.n_descsz), base))
      notes.push_back(std::move(*probe));
  }
  return notes;
}

}  // namespace vigil::elf
