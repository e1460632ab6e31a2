// vigil events: the stream of events, live.
#include <fmt/format.h>
#include <re2/re2.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/choice.h"
#include "cli/client.h"
#include "cli/compact.h"
#include "cli/number.h"
#include "cli/verb.h"
#include "proto/json.h"

namespace vigil::cli {
namespace {

enum class Output { automatic, compact, json };

struct Options {
  Output output = Output::automatic;
  ColourChoice colour = ColourChoice::automatic;
  bool timestamps = false;
  bool wide = false;
  std::vector<std::string> processes;
  std::vector<tetragon::EventType> types;
  std::vector<std::string> policies;
  std::vector<std::uint32_t> pids;
  std::uint64_t count = 0;     // 0: no end
  double timeout_seconds = 0;  // 0: no end
};

const Choices<Output> outputs = {{"compact", Output::compact}, {"json", Output::json}};
const Choices<ColourChoice> colours = {{"auto", ColourChoice::automatic},
                                       {"always", ColourChoice::always},
                                       {"never", ColourChoice::never}};
const Choices<tetragon::EventType> event_types = {
    {"exec", tetragon::PROCESS_EXEC},
    {"exit", tetragon::PROCESS_EXIT},
    {"kprobe", tetragon::PROCESS_KPROBE},
    {"lsm", tetragon::PROCESS_LSM},
    {"tracepoint", tetragon::PROCESS_TRACEPOINT},
    {"uprobe", tetragon::PROCESS_UPROBE},
    {"usdt", tetragon::PROCESS_USDT},
    {"loader", tetragon::PROCESS_LOADER},
    {"throttle", tetragon::PROCESS_THROTTLE},
    {"lost", tetragon::RATE_LIMIT_INFO},
};

// A short name, or the API's own: "lsm", "PROCESS_LSM".
tetragon::EventType event_type(const std::string& word) {
  tetragon::EventType type{};
  if (tetragon::EventType_Parse(word, &type)) return type;
  return choose(event_types, "--event-type", word);
}

tetragon::GetEventsRequest request_of(const Options& options) {
  tetragon::GetEventsRequest request;
  auto& filter = *request.add_allow_list();
  for (const auto& process : options.processes) filter.add_binary_regex(process);
  for (const auto type : options.types) filter.add_event_set(type);
  for (const auto& policy : options.policies) filter.add_policy_names(policy);
  for (const auto pid : options.pids) filter.add_pid(pid);
  return request;
}

// Empty: the daemon can read it, too.
std::string why_no_regex(const std::string& text) {
  const RE2 regex(text, RE2::Quiet);
  return regex.ok() ? "" : fmt::format("'{}' is no regular expression: {}", text, regex.error());
}

constexpr NumberRange all_pids = {0, UINT32_MAX};
// 0 would be no event at all, which nobody waits for.
constexpr NumberRange counts = {1, UINT64_MAX};

// Prints events as asked for; every line goes out at once, since someone waits for it.
class Printer {
 public:
  explicit Printer(const Options& options)
      : as_json_(options.output == Output::json ||
                 (options.output == Output::automatic && isatty(STDOUT_FILENO) == 0)),
        style_{
            .paint = Painter(wants_colour(options.colour, STDOUT_FILENO) ? Painter::Mode::coloured
                                                                         : Painter::Mode::plain),
            .timestamps = options.timestamps ? Timestamps::shown : Timestamps::hidden,
            .detail = options.wide ? Detail::wide : Detail::plain} {}

  Result<void> print(const tetragon::GetEventsResponse& event) const {
    const std::string line =
        (as_json_ ? printable_json(proto::to_json(event)) : compact(event, style_)) + '\n';
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size() || std::fflush(stdout) != 0)
      return Error::from_errno("writing an event");
    return {};
  }

 private:
  bool as_json_;
  CompactStyle style_;
};

Result<void> stream(const Options& options, const std::string& address) {
  TRY(const auto stub, connect(address));
  grpc::ClientContext context;
  if (options.timeout_seconds > 0)
    context.set_deadline(
        std::chrono::system_clock::now() +
        std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout_seconds * 1000)));
  const auto reader = stub->GetEvents(&context, request_of(options));
  const Printer printer(options);
  tetragon::GetEventsResponse event;
  for (std::uint64_t seen = 0; reader->Read(&event);) {
    TRY_VOID(printer.print(event));
    if (++seen != options.count) continue;
    context.TryCancel();
    return {};
  }
  const grpc::Status status = reader->Finish();
  const bool time_is_over =
      options.timeout_seconds > 0 && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
  if (!status.ok() && !time_is_over) return failure_of(status, address);
  return {};
}

ExitStatus run(const Options& options, const Invocation& invocation) {
  return finish(stream(options, invocation.server_address));
}

}  // namespace

void add_events(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb = *app.add_subcommand("events", "print events as they happen");
  add_choice(verb, "-o,--output", options->output, outputs,
             "compact (on a terminal) or json (elsewhere)")
      ->type_name("FORM");
  verb.add_option("-p,--process", options->processes,
                  "only of programs whose path matches; may be repeated")
      ->type_name("REGEX")
      ->allow_extra_args(false)
      ->check(why_no_regex);
  verb.add_option_function<std::vector<std::string>>(
          "-e,--event-type",
          [options](const std::vector<std::string>& words) {
            for (const auto& word : words) options->types.push_back(event_type(word));
          },
          "exec, exit, kprobe, lsm, lost, ... or PROCESS_EXEC, ...; comma separated")
      ->delimiter(',')
      ->type_name("TYPE");
  verb.add_option("--policy", options->policies, "only what these policies report")
      ->type_name("NAME")
      ->delimiter(',');
  verb.add_option_function<std::vector<std::string>>(
          "--pid",
          [options](const std::vector<std::string>& words) {
            for (const auto& word : words)
              options->pids.push_back(
                  static_cast<std::uint32_t>(choose_number(all_pids, "--pid", word)));
          },
          "only of these processes")
      ->type_name("PID")
      ->delimiter(',');
  verb.add_flag("-w,--wide", options->wide,
                "compact: also arguments, action and policy of each hook event");
  verb.add_flag("-t,--timestamps", options->timestamps, "compact: begin with the time (UTC)");
  add_choice(verb, "--color", options->colour, colours,
             "auto, always or never; auto heeds NO_COLOR")
      ->type_name("WHEN");
  verb.add_option_function<std::string>(
          "-n,--count",
          [options](const std::string& word) {
            options->count = choose_number(counts, "--count", word);
          },
          "end after N events, 1 or more; else there is no end")
      ->type_name("N");
  verb.add_option_function<std::string>(
          "--timeout",
          [options](const std::string& word) {
            options->timeout_seconds = choose_seconds("--timeout", word);
          },
          "end after that time; 0.5 is half a second")
      ->type_name("SECONDS");
  verb.footer(R"(
examples:
  vigil events
  vigil events --event-type exec,exit --process /usr/bin/
  vigil events --policy protect-files --wide --timestamps
  vigil events --output json --count 100 | jq .)");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
