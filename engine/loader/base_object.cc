#include "engine/loader/base_object.h"

#include <bpf/bpf.h>

#include <cerrno>

#include <fmt/format.h>

#include "engine/loader/abi.h"
#include "engine/loader/hook_loader.h"
#include "engine/loader/libbpf_log.h"
#include "engine/loader/processors.h"
#include "kernel/objects.h"

namespace vigil::loader {
namespace {

constexpr std::size_t log_lines = 6;

Result<void> set_entries(bpf_object* object, const char* name, std::uint32_t entries) {
  bpf_map* map = bpf_object__find_map_by_name(object, name);
  if (map == nullptr) return Error(fmt::format("the base programs have no map {}", name));
  if (int error = bpf_map__set_max_entries(map, entries); error != 0) {
    return Error::from_errno(fmt::format("sizing map {}", name), -error);
  }
  return {};
}

Result<void> make_mappable(bpf_object* object, const char* name) {
  bpf_map* map = bpf_object__find_map_by_name(object, name);
  if (map == nullptr) return Error(fmt::format("the base programs have no map {}", name));
  bpf_map__set_map_flags(map, bpf_map__map_flags(map) | BPF_F_MMAPABLE);
  return {};
}

Result<void> size_maps(bpf_object* object, const RingSizes& sizes) {
  TRY_VOID(set_entries(object, "ring_process", sizes.process_bytes));
  TRY_VOID(set_entries(object, "ring_events", sizes.events_bytes));
  TRY_VOID(make_mappable(object, "policy_state"));
  TRY(const auto processors, possible_processors());
  return set_entries(object, "frames", (processors.back() + 1) * VG_FRAMES_PER_CPU);
}

// The constants of the base programs.
Result<void> set_switches(bpf_object* object, const Features& features) {
  bpf_map* map = bpf_object__find_map_by_name(object, ".rodata");
  const bool can_keep_processor = features.keep_processor;
  if (map == nullptr || bpf_map__set_initial_value(map, &can_keep_processor, sizeof(bool)) != 0) {
    return Error("the base programs' constants are not what they were");
  }
  return {};
}

}  // namespace

Result<BaseObject> BaseObject::load(const RingSizes& sizes, const Features& features,
                                    const VmlinuxTypes& types) {
  BaseObject made;
  TRY(OpenObject open, open_object("vigil_base", kernel::base_object(), types));
  bpf_object* object = open.object.get();
  TRY_VOID(size_maps(object, sizes));
  TRY_VOID(set_switches(object, features));
  LibbpfLog log;
  if (int error = bpf_object__load(object); error != 0) {
    return Error::from_errno(fmt::format("loading the base programs ({})", log.tail(log_lines)),
                             -error);
  }
  made.maps_ = map_fds(*object);
  made.object_ = std::move(open.object);
  return made;
}

Result<void> BaseObject::attach() {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_.get()) {
    LibbpfLog log;
    bpf_link* link = bpf_program__attach(program);
    if (link == nullptr) {
      return Error::from_errno(
          fmt::format("attaching {} ({})", bpf_program__name(program), log.tail(log_lines)));
    }
    links_.emplace_back(link);
  }
  return {};
}

std::vector<ProgramMisses> BaseObject::misses() const {
  std::vector<ProgramMisses> all;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_.get()) {
    all.push_back({fmt::format("base/{}", bpf_program__name(program)),
                   missed_runs(bpf_program__fd(program))});
  }
  return all;
}

Result<int> BaseObject::map(std::string_view name) const {
  auto it = maps_.find(name);
  if (it == maps_.end()) return Error(fmt::format("the base programs have no map {}", name));
  return it->second;
}

}  // namespace vigil::loader
