#include "engine/loader/attach.h"

#include <bpf/bpf.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "engine/base/file.h"

namespace vigil::loader {
namespace {

enum class Probe { entry, return_ };

Result<std::uint64_t> number_in(const std::string& path, std::string_view prefix) {
  TRY(std::string text, read_file(path, 64));
  if (!text.starts_with(prefix)) return Error(fmt::format("{} is not understood", path));
  return std::strtoull(text.c_str() + prefix.size(), nullptr, 10);
}

Result<UniqueFd> open_kprobe(const std::string& function, Probe probe) {
  const std::string device = "/sys/bus/event_source/devices/kprobe";
  TRY(std::uint64_t type, number_in(device + "/type", ""));
  TRY(std::uint64_t retprobe_bit, number_in(device + "/format/retprobe", "config:"));
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = static_cast<std::uint32_t>(type);
  attributes.config = probe == Probe::return_ ? 1ull << retprobe_bit : 0;
  attributes.config1 = reinterpret_cast<std::uintptr_t>(function.c_str());
  constexpr int any_process = -1, first_cpu = 0, no_group = -1;
  UniqueFd fd(static_cast<int>(syscall(SYS_perf_event_open, &attributes, any_process, first_cpu,
                                       no_group, PERF_FLAG_FD_CLOEXEC)));
  if (!fd && errno == EINVAL)
    return Error("the kernel lets nobody probe this function (/sys/kernel/debug/kprobes/blacklist)",
                 EINVAL);
  if (!fd) return Error::from_errno("opening the probe");
  return fd;
}

Result<UniqueFd> attach_kprobe(int program, const std::string& function, Probe probe) {
  TRY(UniqueFd event, open_kprobe(function, probe));
  UniqueFd link(bpf_link_create(program, event.get(), BPF_PERF_EVENT, nullptr));
  if (!link) return Error::from_errno("linking the probe");
  return link;
}

Result<UniqueFd> attach_to_function(int program, const Target& target) {
  UniqueFd link(bpf_link_create(program, 0, target.attach_type, nullptr));
  if (!link) return Error::from_errno("linking");
  return link;
}

Result<UniqueFd> attach_by_mechanism(int program, const plan::HookKey& key, const Target& target) {
  switch (key.mechanism) {
    case schema::Mechanism::kprobe: return attach_kprobe(program, key.function, Probe::entry);
    case schema::Mechanism::kretprobe: return attach_kprobe(program, key.function, Probe::return_);
    case schema::Mechanism::lsm:
    case schema::Mechanism::fmod_ret:
    case schema::Mechanism::fexit: return attach_to_function(program, target);
  }
  __builtin_unreachable();
}

}  // namespace

Result<Target> target_of(const plan::HookKey& key, const VmlinuxTypes& types) {
  switch (key.mechanism) {
    case schema::Mechanism::kprobe:
    case schema::Mechanism::kretprobe: return Target{BPF_PROG_TYPE_KPROBE, {}, 0};
    case schema::Mechanism::lsm: {
      TRY(std::uint32_t id, types.function("bpf_lsm_" + key.function));
      return Target{BPF_PROG_TYPE_LSM, BPF_LSM_MAC, id};
    }
    case schema::Mechanism::fmod_ret: {
      TRY(std::uint32_t id, types.function(key.function));
      return Target{BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, id};
    }
    case schema::Mechanism::fexit: {
      TRY(std::uint32_t id, types.function(key.function));
      return Target{BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, id};
    }
  }
  __builtin_unreachable();
}

Result<UniqueFd> attach(int program, const plan::HookKey& key, const Target& target) {
  auto link = attach_by_mechanism(program, key, target);
  if (!link) return link.error().in(fmt::format("attaching '{}'", to_string(key)));
  return link;
}

}  // namespace vigil::loader
