// vigil status: whether the daemon does its work, and what it lost.
#include <fmt/format.h>
#include <unistd.h>

#include "cli/choice.h"
#include "cli/client.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "engine/base/text.h"
#include "proto/json.h"
#include "vigil/status.grpc.pb.h"

namespace vigil::cli {
namespace {

enum class Output { text, json };
const Choices<Output> outputs = {{"text", Output::text}, {"json", Output::json}};

struct Options {
  Output output = Output::text;
};

using Status = v1::GetStatusResponse;

v1::Health::State state_of(const tetragon::HealthStatus& health) {
  return health.status() == tetragon::HEALTH_STATUS_RUNNING ? v1::Health::STATE_RUNNING
                                                            : v1::Health::STATE_FAILING;
}

// What any daemon of this interface tells.
Result<Status> basics(const std::string& address) {
  TRY(const auto version, call(address, &Stub::GetVersion, tetragon::GetVersionRequest{}));
  TRY(const auto health, call(address, &Stub::GetHealth, tetragon::GetHealthStatusRequest{}));
  Status status;
  status.set_version(version.version());
  if (health.health_status_size() == 0) return status;
  status.mutable_health()->set_state(state_of(health.health_status(0)));
  status.mutable_health()->set_details(health.health_status(0).details());
  return status;
}

Result<Status> ask(const std::string& address) {
  TRY(const auto channel, open_channel(address));
  grpc::ClientContext context;
  Status status;
  const auto answer = v1::Status::NewStub(channel)->GetStatus(&context, {}, &status);
  if (answer.ok()) return status;
  if (answer.error_code() == grpc::StatusCode::UNIMPLEMENTED) return basics(address);
  return failure_of(answer, address);
}

std::string line(std::string_view name, std::string_view text) {
  return fmt::format("{:<10}{}\n", name, printable(text));
}

std::string health_line(const v1::Health& health, const Painter& paint) {
  const auto hue = health.state() == v1::Health::STATE_RUNNING ? Hue::green : Hue::red;
  return fmt::format("{:<10}{}\n", "health", paint(hue, printable(health.details())));
}

std::string head(const Status& status, const std::string& address, const Painter& paint) {
  std::string out = line("daemon", status.version()) + line("address", address) +
                    health_line(status.health(), paint);
  if (status.has_policies()) {
    const auto& count = status.policies();
    out += line("policies",
                fmt::format("{} enabled, {} in part, {} disabled, {} not loaded", count.enabled(),
                            count.partially_enabled(), count.disabled(), count.load_error()));
  }
  if (status.has_events())
    out += line("events",
                fmt::format("{} told; {} {} now", status.events().told(), status.readers_size(),
                            status.readers_size() == 1 ? "client reads" : "clients read"));
  if (status.has_export_file())
    out += line("export", fmt::format("{} lines in {}", status.export_file().lines(),
                                      status.export_file().path()));
  return out;
}

struct Loss {
  std::string what;
  std::uint64_t count;
};

std::vector<Loss> losses(const Status& status) {
  std::vector<Loss> all;
  for (const auto& ring : status.rings())
    all.push_back({fmt::format("records, ring '{}' was full", ring.name()), ring.lost()});
  std::uint64_t missed_runs = 0;
  for (const auto& program : status.programs()) missed_runs += program.missed_runs();
  all.push_back({"hits not evaluated, all frames were in use", status.not_evaluated().no_frame()});
  all.push_back(
      {"hits not evaluated, no program at the hook", status.not_evaluated().empty_slot()});
  all.push_back({"hits not evaluated, the program was running already", missed_runs});
  all.push_back({"processes, the kernel's table was full", status.tables_full().process()});
  all.push_back({"return values, the kernel's table was full", status.tables_full().call()});
  all.push_back({"events, a client was slow", status.events().dropped()});
  all.push_back({"connections, too many were open", status.connections().refused()});
  if (!status.has_export_file()) return all;
  all.push_back({"events, the export file was slow or failed", status.export_file().dropped()});
  all.push_back({"writes to the export file that failed", status.export_file().failures()});
  return all;
}

Cell count_cell(std::uint64_t count) {
  return {fmt::to_string(count), count == 0 ? Hue::grey : Hue::red};
}

std::string loss_table(const Status& status, const Painter& paint) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& loss : losses(status)) rows.push_back({{loss.what}, count_cell(loss.count)});
  return '\n' + table({{"LOST SINCE START"}, {"COUNT", Align::right}}, std::move(rows), paint);
}

std::string client_table(const Status& status, const Painter& paint) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& reader : status.readers())
    rows.push_back(
        {{reader.name()}, {fmt::to_string(reader.waiting())}, count_cell(reader.dropped())});
  if (rows.empty()) return {};
  return '\n' + table({{"CLIENT"}, {"WAITING", Align::right}, {"LOST", Align::right}},
                      std::move(rows), paint);
}

std::string as_text(const Status& status, const std::string& address) {
  const Painter paint(wants_colour(ColourChoice::automatic, STDOUT_FILENO) ? Painter::Mode::coloured
                                                                           : Painter::Mode::plain);
  auto out = head(status, address, paint);
  // Another daemon of this interface counts in its own way.
  if (status.has_not_evaluated()) out += loss_table(status, paint) + client_table(status, paint);
  return out;
}

ExitStatus run(const Options& options, const Invocation& invocation) {
  const auto status = ask(invocation.server_address);
  if (!status) return finish(status.error());
  fmt::print("{}", options.output == Output::json ? printable_json(proto::to_json(*status)) + '\n'
                                                  : as_text(*status, invocation.server_address));
  return status->health().state() == v1::Health::STATE_RUNNING ? ExitStatus::ok
                                                               : ExitStatus::failed;
}

}  // namespace

void add_status(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb = *app.add_subcommand("status", "whether the daemon does its work, and what it lost");
  add_choice(verb, "-o,--output", options->output, outputs, "text or json")->type_name("FORM");
  verb.footer("\nexit status: 0 running, 1 not running or not well");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
