#include "cli/compact.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <string_view>

#include "cli/kprobe_line.h"
#include "cli/values.h"
#include "engine/schema/syscalls.h"

namespace vigil::cli {
namespace {

using tetragon::GetEventsResponse;
using tetragon::Process;

constexpr int line_width = 120;
// From here on a program's effective capabilities are told at the end of the line.
constexpr int many_capabilities = 22;

// Of one event, what every shape of line needs.
struct Context {
  const GetEventsResponse& event;
  const CompactStyle& style;

  std::string paint(Hue hue, std::string_view text) const { return style.paint(hue, text); }
};

std::string source(const Context& context, const Process& process) {
  if (!process.has_pod()) return context.paint(Hue::green, quoted_word(context.event.node_name()));
  return context.paint(Hue::green,
                       quoted_word(process.pod().namespace_() + '/' + process.pod().name()));
}

std::string sign_and_name(const Context& context, Hue hue, std::string_view sign,
                          std::string_view name) {
  return context.paint(hue, fmt::format("{} {:<7}", sign, name));
}

std::string head(const Context& context, std::string_view sign, std::string_view name,
                 const Process& process) {
  return fmt::format("{} {} {}", sign_and_name(context, Hue::blue, sign, name),
                     source(context, process),
                     context.paint(Hue::magenta, quoted_word(process.binary())));
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

std::string with_capabilities(const Context& context, std::string line, const Process& process) {
  if (process.cap().effective_size() < many_capabilities) return line;
  const std::string trailer = context.paint(Hue::magenta, "🛑 CAP_SYS_ADMIN");
  const auto room =
      static_cast<std::size_t>(line_width) - std::min<std::size_t>(line_width, line.size());
  const std::size_t width = characters(trailer);
  return line + ' ' + std::string(room > width ? room - width : 0, ' ') + trailer;
}

std::string_view action_word(tetragon::KprobeAction action) {
  switch (action) {
    case tetragon::KPROBE_ACTION_SIGKILL: return "Sigkill";
    case tetragon::KPROBE_ACTION_OVERRIDE: return "Override";
    case tetragon::KPROBE_ACTION_SIGNAL: return "Signal";
    default: return "";  // an open enum; what only reports is not worth a word
  }
}

// " /etc/shadow 4 -> Sigkill [policy]"
template <typename Event>
std::string wide_tail(const Context& context, const Event& event, std::string_view shown) {
  std::string tail;
  for (const auto& argument : event.args()) {
    const std::string text = value_text(argument);
    if (shown.find(text) == std::string_view::npos) tail += ' ' + context.paint(Hue::cyan, text);
  }
  if (const auto word = action_word(event.action()); !word.empty())
    tail += " → " + context.paint(Hue::red, word);
  return tail + ' ' + context.paint(Hue::grey, '[' + quoted_word(event.policy_name()) + ']');
}

template <typename Event>
std::string with_detail(const Context& context, std::string line, const Event& event) {
  switch (context.style.detail) {
    case Detail::plain: return line;
    case Detail::wide: return line + wide_tail(context, event, line);
  }
  return line;
}

using Stack = google::protobuf::RepeatedPtrField<tetragon::StackTraceEntry>;

std::string stack(const Context& context, std::string_view title, const Stack& entries) {
  std::string out;
  for (const auto& entry : entries) {
    const std::string address = context.paint(Hue::green, fmt::format("0x{:x}", entry.address()));
    const std::string symbol = context.paint(Hue::blue, quoted_word(entry.symbol()));
    const std::string offset = context.paint(Hue::yellow, fmt::format("0x{:x}", entry.offset()));
    out += entry.module().empty() ? fmt::format("\n   {}: {}+{}", address, symbol, offset)
                                  : fmt::format("\n   {}: {} ({}+{})", address, symbol,
                                                quoted_word(entry.module()), offset);
  }
  return out.empty() ? out : fmt::format("\n{}:{}", title, out);
}

// --- one function per kind of event -------------------------------------------------------------

std::string line_of(const Context& context, const tetragon::ProcessExec& exec) {
  const auto& process = exec.process();
  return with_capabilities(context,
                           head(context, "🚀", "process", process) + ' ' +
                               context.paint(Hue::cyan, quoted_word(process.arguments())),
                           process);
}

std::string line_of(const Context& context, const tetragon::ProcessExit& exit) {
  const auto& process = exit.process();
  const std::string how = exit.signal().empty() ? fmt::to_string(exit.status()) : exit.signal();
  return with_capabilities(context,
                           fmt::format("{} {} {}", head(context, "💥", "exit", process),
                                       context.paint(Hue::cyan, quoted_word(process.arguments())),
                                       context.paint(Hue::red, quoted_word(how))),
                           process);
}

std::string line_of(const Context& context, const tetragon::ProcessKprobe& kprobe) {
  const KprobeLine shape = kprobe_line(kprobe, context.style.paint);
  const std::string line =
      head(context, shape.sign, shape.name, kprobe.process()) + ' ' + shape.rest;
  return with_capabilities(context, with_detail(context, line, kprobe), kprobe.process()) +
         stack(context, "Kernel", kprobe.kernel_stack_trace()) +
         stack(context, "User", kprobe.user_stack_trace());
}

// The argument that names the file a hash belongs to.
std::string hashed_path(const tetragon::ProcessLsm& lsm) {
  return lsm.args().empty() ? "" : value_text(lsm.args(0));
}

std::string line_of(const Context& context, const tetragon::ProcessLsm& lsm) {
  const std::string line =
      head(context, "🔒", "LSM", lsm.process()) + ' ' + quoted_word(lsm.function_name());
  const std::string hash = lsm.ima_hash().empty() ? ""
                                                  : fmt::format("\n   {} {}", hashed_path(lsm),
                                                                quoted_word(lsm.ima_hash()));
  return with_capabilities(context, with_detail(context, line, lsm), lsm.process()) + hash;
}

// "mkdir(0x7ffd10, 0x1ff)", "i386/mkdir(?, ?)": values are there when the policy reports them.
std::string called(const tetragon::ProcessTracepoint& tracepoint) {
  const auto& id = tracepoint.args(0).syscall_id();
  const bool is_i386 = id.abi() == schema::name(schema::Abi::i386);
  const auto name =
      schema::syscall_of_number(is_i386 ? schema::Abi::i386 : schema::Abi::x64, id.id());
  if (!name) return fmt::format("{}/{}", quoted_word(id.abi()), id.id());
  const schema::Syscall* row = schema::find_syscall(*name);
  const std::size_t count = row != nullptr ? row->arguments.size() : 6;
  std::string values;
  for (std::size_t i = 0; i < count; ++i) {
    const int at = static_cast<int>(i) + 1;
    const bool is_told = at < tracepoint.args_size() && tracepoint.args(at).has_size_arg();
    if (i > 0) values += ", ";
    values += is_told ? fmt::format("{:#x}", tracepoint.args(at).size_arg()) : "?";
  }
  return fmt::format("{}{}({})", is_i386 ? "i386/" : "", *name, values);
}

bool is_syscall(const tetragon::ProcessTracepoint& tracepoint) {
  return tracepoint.subsys() == "raw_syscalls" && tracepoint.event() == "sys_enter" &&
         tracepoint.args_size() > 0 && tracepoint.args(0).has_syscall_id();
}

std::string line_of(const Context& context, const tetragon::ProcessTracepoint& tracepoint) {
  if (is_syscall(tracepoint)) {
    const std::string line = head(context, "☎ ", "syscall", tracepoint.process()) + ' ' +
                             context.paint(Hue::cyan, called(tracepoint));
    return with_capabilities(context, with_detail(context, line, tracepoint), tracepoint.process());
  }
  const std::string line =
      fmt::format("{} {} {}", head(context, "⁉️", "tracepoint", tracepoint.process()),
                  quoted_word(tracepoint.subsys()), quoted_word(tracepoint.event()));
  return with_capabilities(context, with_detail(context, line, tracepoint), tracepoint.process());
}

std::string line_of(const Context& context, const tetragon::ProcessUprobe& uprobe) {
  const std::string line = fmt::format("{} {} {}", head(context, "🕵️", "uprobe", uprobe.process()),
                                       context.paint(Hue::cyan, quoted_word(uprobe.path())),
                                       context.paint(Hue::cyan, quoted_word(uprobe.symbol())));
  return with_capabilities(context, with_detail(context, line, uprobe), uprobe.process());
}

std::string line_of(const Context& context, const tetragon::ProcessUsdt& usdt) {
  const std::string line = fmt::format("{} {} {} {}", head(context, "🕵️", "usdt", usdt.process()),
                                       context.paint(Hue::cyan, quoted_word(usdt.path())),
                                       context.paint(Hue::cyan, quoted_word(usdt.provider())),
                                       context.paint(Hue::cyan, quoted_word(usdt.name())));
  return with_capabilities(context, with_detail(context, line, usdt), usdt.process());
}

std::string line_of(const Context& context, const tetragon::ProcessLoader& loader) {
  std::string build_id;
  for (const char byte : loader.buildid())
    build_id += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return with_capabilities(
      context,
      fmt::format("{} {} {}", head(context, "🧬", "loader", loader.process()), build_id,
                  context.paint(Hue::yellow, quoted_word(loader.path()))),
      loader.process());
}

std::string line_of(const Context& context, const tetragon::ProcessThrottle& throttle) {
  const bool starts = throttle.type() == tetragon::THROTTLE_START;
  return fmt::format("{} {} {}", sign_and_name(context, Hue::red, "🧬", "throttle"),
                     starts ? context.paint(Hue::red, "START") : context.paint(Hue::green, "STOP "),
                     context.paint(Hue::cyan, quoted_word(throttle.cgroup())));
}

std::string line_of(const Context& context, const tetragon::RateLimitInfo& info) {
  return fmt::format(
      "{} {} {} events", sign_and_name(context, Hue::red, "⛔", "lost"),
      context.paint(Hue::green, quoted_word(context.event.node_name())),
      context.paint(Hue::red, fmt::to_string(info.number_of_dropped_process_events())));
}

std::string line(const Context& context) {
  const GetEventsResponse& event = context.event;
  switch (event.event_case()) {
    case GetEventsResponse::kProcessExec: return line_of(context, event.process_exec());
    case GetEventsResponse::kProcessExit: return line_of(context, event.process_exit());
    case GetEventsResponse::kProcessKprobe: return line_of(context, event.process_kprobe());
    case GetEventsResponse::kProcessTracepoint: return line_of(context, event.process_tracepoint());
    case GetEventsResponse::kProcessLoader: return line_of(context, event.process_loader());
    case GetEventsResponse::kProcessUprobe: return line_of(context, event.process_uprobe());
    case GetEventsResponse::kProcessThrottle: return line_of(context, event.process_throttle());
    case GetEventsResponse::kProcessLsm: return line_of(context, event.process_lsm());
    case GetEventsResponse::kProcessUsdt: return line_of(context, event.process_usdt());
    case GetEventsResponse::kRateLimitInfo: return line_of(context, event.rate_limit_info());
    case GetEventsResponse::kTest:
    case GetEventsResponse::EVENT_NOT_SET:
      return sign_and_name(context, Hue::blue, "❓", "unknown");
  }
  return {};
}

// "2026-11-22T19:58:54.923994075Z "
std::string timestamp(const google::protobuf::Timestamp& time) {
  const std::time_t seconds = time.seconds();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
  return fmt::format("{}.{:09}Z ", text, time.nanos());
}

}  // namespace

std::string compact(const GetEventsResponse& event, const CompactStyle& style) {
  std::string text = line({event, style});
  switch (style.timestamps) {
    case Timestamps::hidden: return text;
    case Timestamps::shown: return timestamp(event.time()) + text;
  }
  return text;
}

}  // namespace vigil::cli
