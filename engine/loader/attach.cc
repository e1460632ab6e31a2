#include "engine/loader/attach.h"

#include <bpf/bpf.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "engine/base/file.h"
#include "engine/compile/plan/placement.h"

namespace vigil::loader {
namespace {

enum class Probe { entry, exit };

Result<std::uint64_t> number_in(const std::string& path, std::string_view prefix) {
  TRY(std::string text, read_file(path, 64));
  if (!text.starts_with(prefix)) return Error(fmt::format("{} is not understood", path));
  return std::strtoull(text.c_str() + prefix.size(), nullptr, 10);
}

constexpr const char* event_sources = "/sys/bus/event_source/devices/";

// For every process, on every processor: what a program on a probe sees does not depend on the
// processor that the event is opened for.
Result<UniqueFd> open_event(perf_event_attr& attributes) {
  constexpr int any_process = -1, first_cpu = 0, no_group = -1;
  UniqueFd fd(static_cast<int>(syscall(SYS_perf_event_open, &attributes, any_process, first_cpu,
                                       no_group, PERF_FLAG_FD_CLOEXEC)));
  if (!fd) return Error::from_errno("opening the probe");
  return fd;
}

Result<UniqueFd> link_to_event(int program, const UniqueFd& event, std::uint64_t cookie = 0) {
  LIBBPF_OPTS(bpf_link_create_opts, options);
  options.perf_event.bpf_cookie = cookie;
  UniqueFd link(bpf_link_create(program, event.get(), BPF_PERF_EVENT, &options));
  if (!link) return Error::from_errno("linking the probe");
  return link;
}

// One of the perf subsystem's devices: "kprobe", "uprobe".
Result<perf_event_attr> probe_of(const std::string& device, Probe probe) {
  const std::string folder = event_sources + device;
  TRY(std::uint64_t type, number_in(folder + "/type", ""));
  TRY(std::uint64_t retprobe_bit, number_in(folder + "/format/retprobe", "config:"));
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = static_cast<std::uint32_t>(type);
  attributes.config = probe == Probe::exit ? 1ull << retprobe_bit : 0;
  return attributes;
}

Result<UniqueFd> open_kprobe(const std::string& function, Probe probe) {
  TRY(perf_event_attr attributes, probe_of("kprobe", probe));
  attributes.config1 = reinterpret_cast<std::uintptr_t>(function.c_str());
  auto fd = open_event(attributes);
  if (!fd && fd.error().errno_value() == EINVAL)
    return Error("the kernel lets nobody probe this function (/sys/kernel/debug/kprobes/blacklist)",
                 EINVAL);
  return fd;
}

Result<UniqueFd> open_uprobe(const plan::HookKey& key, Probe probe) {
  TRY(perf_event_attr attributes, probe_of("uprobe", probe));
  attributes.config1 = reinterpret_cast<std::uintptr_t>(key.function.c_str());
  attributes.config2 = key.offset;
  if (key.ref_ctr_offset != 0) {
    TRY(std::uint64_t shift,
        number_in(std::string(event_sources) + "uprobe/format/ref_ctr_offset", "config:"));
    attributes.config |= key.ref_ctr_offset << shift;
  }
  auto fd = open_event(attributes);
  if (!fd && fd.error().errno_value() == EINVAL)
    return Error("the kernel cannot probe this instruction, or knows it with another refCtrOffset",
                 EINVAL);
  return fd;
}

Result<UniqueFd> attach_uprobe(int program, const plan::HookKey& key, Probe probe) {
  TRY(UniqueFd event, open_uprobe(key, probe));
  return link_to_event(program, event);
}

Result<UniqueFd> attach_kprobe(int program, const std::string& function, Probe probe,
                               std::uint64_t cookie = 0) {
  TRY(UniqueFd event, open_kprobe(function, probe));
  return link_to_event(program, event, cookie);
}

// A function's number is its cookie.
Result<std::vector<UniqueFd>> attach_one_by_one(int program,
                                                const std::vector<std::string>& functions,
                                                Probe probe) {
  std::vector<UniqueFd> links;
  for (std::size_t number = 0; number < functions.size(); ++number) {
    auto link = attach_kprobe(program, functions[number], probe, number);
    if (!link) return link.error().in(functions[number]);
    links.push_back(std::move(*link));
  }
  return links;
}

Result<std::vector<UniqueFd>> attach_at_once(int program, const std::vector<std::string>& functions,
                                             Probe probe) {
  std::vector<const char*> symbols;
  std::vector<__u64> cookies;
  for (const std::string& function : functions) {
    cookies.push_back(symbols.size());
    symbols.push_back(function.c_str());
  }
  LIBBPF_OPTS(bpf_link_create_opts, options);
  options.kprobe_multi.syms = symbols.data();
  options.kprobe_multi.cookies = cookies.data();
  options.kprobe_multi.cnt = static_cast<__u32>(symbols.size());
  if (probe == Probe::exit) options.kprobe_multi.flags = BPF_F_KPROBE_MULTI_RETURN;
  UniqueFd link(bpf_link_create(program, 0, BPF_TRACE_KPROBE_MULTI, &options));
  if (!link) return Error::from_errno(fmt::format("linking to {} functions", functions.size()));
  std::vector<UniqueFd> links;
  links.push_back(std::move(link));
  return links;
}

Result<UniqueFd> attach_to_function(int program, const Target& target) {
  UniqueFd link(bpf_link_create(program, 0, target.attach_type, nullptr));
  if (!link) return Error::from_errno("linking");
  return link;
}

Result<UniqueFd> attach_raw_tracepoint(int program, const std::string& event) {
  UniqueFd link(bpf_raw_tracepoint_open(event.c_str(), program));
  if (!link) return Error::from_errno("opening the tracepoint");
  return link;
}

Result<std::uint64_t> tracepoint_number(const std::string& name) {
  auto number = number_in("/sys/kernel/tracing/events/" + name + "/id", "");
  if (number) return number;
  auto by_debugfs = number_in("/sys/kernel/debug/tracing/events/" + name + "/id", "");
  return by_debugfs ? by_debugfs : number;
}

Result<UniqueFd> attach_tracepoint(int program, const std::string& name) {
  TRY(std::uint64_t number, tracepoint_number(name));
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_TRACEPOINT;
  attributes.config = number;
  TRY(UniqueFd event, open_event(attributes));
  return link_to_event(program, event);
}

Result<UniqueFd> attach_by_mechanism(int program, const plan::HookKey& key, const Target& target) {
  switch (key.mechanism) {
    case schema::Mechanism::kprobe: return attach_kprobe(program, key.function, Probe::entry);
    case schema::Mechanism::kretprobe: return attach_kprobe(program, key.function, Probe::exit);
    case schema::Mechanism::uprobe: return attach_uprobe(program, key, Probe::entry);
    case schema::Mechanism::uretprobe: return attach_uprobe(program, key, Probe::exit);
    case schema::Mechanism::lsm:
    case schema::Mechanism::fmod_ret:
    case schema::Mechanism::fentry:
    case schema::Mechanism::fexit: return attach_to_function(program, target);
    case schema::Mechanism::raw_tracepoint: return attach_raw_tracepoint(program, key.function);
    case schema::Mechanism::tracepoint: return attach_tracepoint(program, key.function);
  }
  __builtin_unreachable();
}

Result<std::vector<UniqueFd>> attach_all(int program, const plan::HookKey& key,
                                         const std::vector<std::string>& functions,
                                         const Target& target) {
  if (!functions.empty()) {
    const Probe probe = plan::is_return(key.mechanism) ? Probe::exit : Probe::entry;
    return target.attach_type == BPF_TRACE_KPROBE_MULTI
               ? attach_at_once(program, functions, probe)
               : attach_one_by_one(program, functions, probe);
  }
  TRY(UniqueFd link, attach_by_mechanism(program, key, target));
  std::vector<UniqueFd> links;
  links.push_back(std::move(link));
  return links;
}

Result<Target> traced(const std::string& function, bpf_attach_type how, const VmlinuxTypes& types) {
  TRY(std::uint32_t id, types.function(function));
  return Target{BPF_PROG_TYPE_TRACING, how, id};
}

}  // namespace

Result<Target> target_of(const plan::HookKey& key, Reach reach, const VmlinuxTypes& types) {
  switch (key.mechanism) {
    case schema::Mechanism::kprobe:
    case schema::Mechanism::kretprobe:
      if (reach == Reach::many_at_once)
        return Target{BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI, 0};
      return Target{BPF_PROG_TYPE_KPROBE, {}, 0};
    case schema::Mechanism::uprobe:
    case schema::Mechanism::uretprobe: return Target{BPF_PROG_TYPE_KPROBE, {}, 0};
    case schema::Mechanism::lsm: {
      TRY(std::uint32_t id, types.function("bpf_lsm_" + key.function));
      return Target{BPF_PROG_TYPE_LSM, BPF_LSM_MAC, id};
    }
    case schema::Mechanism::fmod_ret: return traced(key.function, BPF_MODIFY_RETURN, types);
    case schema::Mechanism::fentry: return traced(key.function, BPF_TRACE_FENTRY, types);
    case schema::Mechanism::fexit: return traced(key.function, BPF_TRACE_FEXIT, types);
    case schema::Mechanism::raw_tracepoint: return Target{BPF_PROG_TYPE_RAW_TRACEPOINT, {}, 0};
    case schema::Mechanism::tracepoint: return Target{BPF_PROG_TYPE_TRACEPOINT, {}, 0};
  }
  __builtin_unreachable();
}

Result<std::vector<UniqueFd>> attach(int program, const plan::HookKey& key,
                                     const std::vector<std::string>& functions,
                                     const Target& target) {
  auto links = attach_all(program, key, functions, target);
  if (!links) return links.error().in(fmt::format("attaching '{}'", to_string(key)));
  return links;
}

}  // namespace vigil::loader
