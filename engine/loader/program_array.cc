#include "engine/loader/program_array.h"

#include <bpf/bpf.h>

namespace vigil::loader {
namespace {

Result<UniqueFd> make_map(bpf_map_type type, const char* name, std::uint32_t entries,
                          const bpf_map_create_opts* options = nullptr) {
  UniqueFd fd(
      bpf_map_create(type, name, sizeof(std::uint32_t), sizeof(std::uint32_t), entries, options));
  if (!fd) return Error::from_errno("making a map of programs");
  return fd;
}

}  // namespace

Result<UniqueFd> make_program_array(const char* name, std::uint32_t entries) {
  return make_map(BPF_MAP_TYPE_PROG_ARRAY, name, entries);
}

Result<void> put_program(int array, std::uint32_t index, int program) {
  if (bpf_map_update_elem(array, &index, &program, BPF_ANY) == 0) return {};
  return Error::from_errno("putting the program into its slot");
}

// The kernel's update of a map of maps returns only when no program can be using what was there
// before (maybe_wait_bpf_programs, since 4.20): of any program, as it is one RCU for all.
Result<void> wait_for_running_programs() {
  TRY(const UniqueFd inner, make_map(BPF_MAP_TYPE_ARRAY, "vg_wait", 1));
  LIBBPF_OPTS(bpf_map_create_opts, options,
              .inner_map_fd = static_cast<std::uint32_t>(inner.get()));
  TRY(const UniqueFd outer, make_map(BPF_MAP_TYPE_ARRAY_OF_MAPS, "vg_wait", 1, &options));
  const std::uint32_t index = 0;
  const int fd = inner.get();
  if (bpf_map_update_elem(outer.get(), &index, &fd, BPF_ANY) == 0) return {};
  return Error::from_errno("waiting for programs that run");
}

}  // namespace vigil::loader
