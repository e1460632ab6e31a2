#include "cli/kprobe_line.h"

#include <fmt/format.h>
#include <linux/sched.h>

#include <optional>
#include <string_view>

#include "cli/values.h"

namespace vigil::cli {
namespace {

using tetragon::KprobeArgument;
using Arguments = google::protobuf::RepeatedPtrField<KprobeArgument>;
using Text = std::optional<std::string>;

// Argument `index` when it is there and of `kind`.
const KprobeArgument* argument(const Arguments& args, int index, KprobeArgument::ArgCase kind) {
  if (index >= args.size() || args[index].arg_case() != kind) return nullptr;
  return &args[index];
}

// --- what a row tells after the program; nothing: the row does not fit ------------------------

std::string file_path(const Arguments& args, int index) {
  const auto* file = argument(args, index, KprobeArgument::kFileArg);
  return file == nullptr ? "" : quoted_word(file->file_arg().path());
}

std::string text_of(const Arguments& args, int index) {
  return index < args.size() ? value_text(args[index]) : "";
}

template <int index>
Text path_at(const Arguments& args, const Painter& paint) {
  const auto* path = argument(args, index, KprobeArgument::kPathArg);
  return paint(Hue::cyan, path ? quoted_word(path->path_arg().path()) : file_path(args, index));
}

template <int index>
Text value_at(const Arguments& args, const Painter& paint) {
  return paint(Hue::cyan, text_of(args, index));
}

Text two_values(const Arguments& args, const Painter& paint) {
  return paint(Hue::cyan, text_of(args, 0)) + ' ' + paint(Hue::cyan, text_of(args, 1));
}

Text path_and_size(const Arguments& args, const Painter& paint) {
  const auto* size = argument(args, 2, KprobeArgument::kSizeArg);
  return paint(Hue::cyan, file_path(args, 0)) +
         fmt::format(" {} bytes", size ? size->size_arg() : 0);
}

Text connection(const Arguments& args, const Painter& paint) {
  const auto* sock = argument(args, 0, KprobeArgument::kSockArg);
  return paint(Hue::cyan, sock ? connection_text(sock->sock_arg()) : "");
}

Text connection_and_size(const Arguments& args, const Painter& paint) {
  const auto* size = argument(args, 1, KprobeArgument::kIntArg);
  return *connection(args, paint) + fmt::format(" bytes {}", size ? size->int_arg() : 0);
}

template <int mode>
Text path_if_mode(const Arguments& args, const Painter& paint) {
  const auto* given = argument(args, 1, KprobeArgument::kIntArg);
  if (given == nullptr || given->int_arg() != mode) return std::nullopt;
  return paint(Hue::cyan, file_path(args, 0));
}

Text nothing(const Arguments&, const Painter&) { return ""; }

Text namespace_kind(const Arguments& args, const Painter& paint) {
  struct Kind {
    std::int64_t flag;
    std::string_view name;
  };
  constexpr Kind kinds[] = {
      {0, "any"},
      {CLONE_NEWCGROUP, "cgroup"},
      {CLONE_NEWIPC, "ipc"},
      {CLONE_NEWNET, "net"},
      {CLONE_NEWNS, "mnt"},
      {CLONE_NEWPID, "pid"},
      {CLONE_NEWTIME, "time"},
      {CLONE_NEWUSER, "user"},
      {CLONE_NEWUTS, "uts"},
  };
  const auto* given = argument(args, 1, KprobeArgument::kIntArg);
  for (const Kind& kind : kinds)
    if (given != nullptr && given->int_arg() == kind.flag) return paint(Hue::cyan, kind.name);
  return paint(Hue::cyan, text_of(args, 1));
}

Text bpf_program(const Arguments& args, const Painter& paint) {
  const auto* given = argument(args, 0, KprobeArgument::kBpfAttrArg);
  if (given == nullptr) return "";
  const auto& program = given->bpf_attr_arg();
  return paint(Hue::cyan, fmt::format("{} {}", quoted_word(program.progtype()),
                                      quoted_word(program.progname()))) +
         fmt::format(" instruction count {}", program.insncnt());
}

Text perf_event(const Arguments& args, const Painter& paint) {
  const auto* given = argument(args, 0, KprobeArgument::kPerfEventArg);
  if (given == nullptr) return "";
  const auto& event = given->perf_event_arg();
  return paint(Hue::cyan, quoted_word(event.type())) + ' ' +
         paint(Hue::cyan, quoted_word(event.kprobefunc()));
}

Text bpf_map(const Arguments& args, const Painter& paint) {
  const auto* given = argument(args, 0, KprobeArgument::kBpfMapArg);
  if (given == nullptr) return "";
  const auto& map = given->bpf_map_arg();
  return paint(Hue::cyan,
               fmt::format("{} {}", quoted_word(map.maptype()), quoted_word(map.mapname()))) +
         fmt::format(" key size {} value size {} max entries {}", map.keysize(), map.valuesize(),
                     map.maxentries());
}

struct Row {
  std::string_view function;  // without the architecture's prefix
  std::string_view sign;
  std::string_view name;
  Text (*rest)(const Arguments&, const Painter&);
};

// The first row of the function that fits.
constexpr Row rows[] = {
    {"sys_write", "📝", "write", path_and_size},
    {"sys_read", "📚", "read", path_and_size},
    {"fd_install", "📬", "open", path_at<1>},
    {"sys_openat", "📬️", "openat", value_at<1>},
    {"sys_open", "📬️", "open", value_at<0>},
    {"sys_close", "📪", "close", path_at<0>},
    {"sys_mount", "💾", "mount", two_values},
    {"sys_pivot_root", "💾", "pivot_root", two_values},
    {"sys_setuid", "🔑", "setuid", value_at<0>},
    {"sys_clock_settime", "⏰", "clock_settime", nothing},
    {"proc_exec_connector", "🔧", "proc_exec_connector", nothing},
    {"sys_setns", "🔧", "setns", namespace_kind},
    {"tcp_connect", "🔌", "connect", connection},
    {"tcp_close", "🧹", "close", connection},
    {"tcp_sendmsg", "📤", "sendmsg", connection_and_size},
    {"bpf_check", "🐝", "bpf_load", bpf_program},
    {"security_perf_event_alloc", "🐝", "perf_event_alloc", perf_event},
    {"security_bpf_map_alloc", "🗺", "bpf_map_create", bpf_map},
    {"security_bpf_map_create", "🗺", "bpf_map_create", bpf_map},
    {"security_file_permission", "📝", "write", path_if_mode<2>},
    {"security_file_permission", "📚", "read", path_if_mode<4>},
    {"security_file_permission", "❓", "security_file_permission", nothing},
    {"security_path_truncate", "📝", "truncate", path_at<0>},
    {"security_file_truncate", "📝", "truncate", path_at<0>},
};

std::string_view without_arch(std::string_view function) {
  for (const std::string_view prefix : {"__x64_", "__ia32_", "__arm64_"})
    if (function.starts_with(prefix)) return function.substr(prefix.size());
  return function;
}

// security_mmap_file(file, protection, flags): the protection is in the name, "mmap-rwx".
KprobeLine mmap_line(const Arguments& args, const Painter& paint) {
  const auto* protection = argument(args, 1, KprobeArgument::kUintArg);
  const std::string path = paint(Hue::cyan, file_path(args, 0));
  if (protection == nullptr || (protection->uint_arg() & 7) == 0)
    return {"❓", "security_mmap_file", path};
  std::string name = "mmap-";
  for (int bit = 0; bit < 3; ++bit)
    if ((protection->uint_arg() >> bit & 1) != 0) name += "rwx"[bit];
  return {"📝", name, path};
}

}  // namespace

KprobeLine kprobe_line(const tetragon::ProcessKprobe& kprobe, const Painter& paint) {
  const std::string_view function = without_arch(kprobe.function_name());
  if (function == "security_mmap_file") return mmap_line(kprobe.args(), paint);
  for (const Row& row : rows) {
    if (row.function != function) continue;
    if (auto rest = row.rest(kprobe.args(), paint))
      return {std::string(row.sign), std::string(row.name), *rest};
  }
  return {"❓", "syscall", quoted_word(kprobe.function_name())};
}

}  // namespace vigil::cli
