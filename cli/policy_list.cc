// vigil policy list: what is loaded, how it is enforced, what it did.
#include <fmt/format.h>
#include <unistd.h>

#include "cli/choice.h"
#include "cli/client.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "engine/base/text.h"
#include "proto/json.h"

namespace vigil::cli {
namespace {

enum class Output { text, json };
const Choices<Output> outputs = {{"text", Output::text}, {"json", Output::json}};

struct Options {
  std::string domain;
  Output output = Output::text;
  bool hooks = false;
};

using tetragon::TracingPolicyStatus;

Cell state(const TracingPolicyStatus& policy) {
  switch (policy.state()) {
    case tetragon::TP_STATE_ENABLED: return {"enabled", Hue::green};
    case tetragon::TP_STATE_DISABLED: return {"disabled", Hue::grey};
    case tetragon::TP_STATE_LOAD_ERROR: return {"load_error", Hue::red};
    case tetragon::TP_STATE_ERROR: return {"error", Hue::red};
    case tetragon::TP_STATE_LOADING: return {"loading", Hue::yellow};
    case tetragon::TP_STATE_UNLOADING: return {"unloading", Hue::yellow};
    case tetragon::TP_STATE_SKIPPED: return {"skipped", Hue::yellow};
    case tetragon::TP_STATE_PARTIALLY_ENABLED: return {"partially_enabled", Hue::yellow};
    default: return {"unknown", Hue::red};  // an open enum: a newer daemon may know more
  }
}

Cell mode(const TracingPolicyStatus& policy) {
  switch (policy.mode()) {
    case tetragon::TP_MODE_ENFORCE: return {"enforce", Hue::plain};
    case tetragon::TP_MODE_MONITOR: return {"monitor", Hue::yellow};
    case tetragon::TP_MODE_MONITOR_ONLY: return {"monitor_only", Hue::plain};
    default: return {"unknown", Hue::red};  // as above
  }
}

// A hook's description tells where it runs in its middle: "file_open: lsm/file_open, why".
std::string_view place(std::string_view description) {
  if (const auto colon = description.find(": "); colon != std::string_view::npos)
    description.remove_prefix(colon + 2);
  return description.substr(0, description.find(", "));
}

std::string hooks(const TracingPolicyStatus& policy) {
  constexpr int named = 2;
  std::string out;
  for (int i = 0; i < policy.hook_statuses_size() && i < named; ++i)
    out += (i == 0 ? "" : ", ") + std::string(place(policy.hook_statuses(i).hook_description()));
  if (policy.hook_statuses_size() > named)
    out += fmt::format(", +{}", policy.hook_statuses_size() - named);
  return out.empty() ? "-" : out;
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

const std::vector<Column> columns = {
    {"NAME"},
    {"DOMAIN"},
    {"STATE"},
    {"MODE"},
    {"HOOKS"},
    {"POSTED", Align::right},
    {"DENIED", Align::right},
    {"SIGNALLED", Align::right},
    {"MONITORED", Align::right},
    {"MEMORY", Align::right},
};

std::vector<Cell> row(const TracingPolicyStatus& policy) {
  const auto& count = policy.stats().action_counters();
  const auto number = [](std::uint64_t value) { return Cell{fmt::to_string(value)}; };
  return {
      {policy.name(), Hue::cyan},
      {policy.domain()},
      state(policy),
      mode(policy),
      {hooks(policy)},
      number(count.post()),
      number(count.override()),
      number(count.signal()),
      number(count.monitor_override() + count.monitor_signal()),
      {size_text(policy.kernel_memory_bytes())},
  };
}

// What a column has no room for: an error, and with --hooks why each hook is where it is.
std::string remarks(const TracingPolicyStatus& policy, const Options& options,
                    const Painter& paint) {
  std::string out;
  if (!policy.error().empty())
    out += fmt::format("{}: {}\n", paint(Hue::cyan, printable(policy.name())),
                       paint(Hue::red, printable_text(policy.error())));
  if (!options.hooks) return out;
  // The daemon's info is a line on the hooks, below it the warnings of check.
  if (const auto line = policy.info().find('\n'); line != std::string::npos)
    out += printable_text(policy.info().substr(line + 1)) +
           (policy.info().ends_with('\n') ? "" : "\n");
  for (const auto& hook : policy.hook_statuses())
    out += fmt::format("{} {}: {}\n", paint(Hue::cyan, printable(policy.name())),
                       printable(hook.section()), printable(hook.hook_description()));
  return out;
}

std::string as_text(const tetragon::ListTracingPoliciesResponse& answer, const Options& options) {
  const Painter paint(wants_colour(ColourChoice::automatic, STDOUT_FILENO) ? Painter::Mode::coloured
                                                                           : Painter::Mode::plain);
  if (answer.policies().empty()) return "no policies are loaded\n";
  std::vector<std::vector<Cell>> rows;
  std::string below;
  for (const auto& policy : answer.policies()) {
    rows.push_back(row(policy));
    below += remarks(policy, options, paint);
  }
  return table(columns, std::move(rows), paint) + (below.empty() ? "" : "\n" + below);
}

ExitStatus run(const Options& options, const Invocation& invocation) {
  tetragon::ListTracingPoliciesRequest request;
  request.set_domain(options.domain);
  const auto answer = call(invocation.server_address, &Stub::ListTracingPolicies, request);
  if (!answer) return finish(answer.error());
  fmt::print("{}", options.output == Output::json ? printable_json(proto::to_json(*answer)) + '\n'
                                                  : as_text(*answer, options));
  return ExitStatus::ok;
}

}  // namespace

void add_policy_list(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb = *app.add_subcommand("list", "loaded policies, how they are enforced, what they did");
  verb.add_option("--domain", options->domain, "only this domain")->type_name("NAME");
  add_choice(verb, "-o,--output", options->output, outputs, "text or json")->type_name("FORM");
  verb.add_flag("--hooks", options->hooks,
                "also why each hook is enforced the way it is, and warnings of check");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
