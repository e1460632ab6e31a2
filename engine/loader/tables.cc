#include "engine/loader/tables.h"

#include <bpf/bpf.h>

#include <charconv>

#include <fmt/format.h>

#include "engine/base/file.h"

namespace vigil::loader {
namespace {

// ".rodata.trie": "vg_trie"; the kernel keeps 15 characters.
std::string kernel_name(std::string_view table) {
  return fmt::format("vg_{}", table.substr(table.rfind('.') + 1)).substr(0, 15);
}

Result<UniqueFd> make_table(const codegen::Table& table) {
  LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_RDONLY_PROG);
  UniqueFd fd(bpf_map_create(BPF_MAP_TYPE_ARRAY, kernel_name(table.name).c_str(),
                             sizeof(std::uint32_t), static_cast<std::uint32_t>(table.bytes.size()),
                             1, &options));
  if (!fd) {
    return Error::from_errno(
        fmt::format("making table {} of {} bytes", table.name, table.bytes.size()));
  }
  std::uint32_t key = 0;
  if (bpf_map_update_elem(fd.get(), &key, table.bytes.data(), BPF_ANY) != 0 ||
      bpf_map_freeze(fd.get()) != 0) {
    return Error::from_errno(fmt::format("filling table {}", table.name));
  }
  return fd;
}

}  // namespace

std::uint64_t map_memory(int fd) {
  auto text = read_file(fmt::format("/proc/self/fdinfo/{}", fd), 4096);
  if (!text) return 0;
  constexpr std::string_view label = "memlock:\t";
  std::size_t at = text->find(label);
  if (at == std::string::npos) return 0;
  std::uint64_t bytes = 0;
  std::from_chars(text->data() + at + label.size(), text->data() + text->size(), bytes);
  return bytes;
}

Result<Tables> make_tables(const std::vector<codegen::Table>& tables) {
  Tables made;
  for (const auto& table : tables) {
    TRY(UniqueFd fd, make_table(table));
    made.by_name[table.name] = fd.get();
    made.memory_bytes += map_memory(fd.get());
    made.fds.push_back(std::move(fd));
  }
  return made;
}

}  // namespace vigil::loader
