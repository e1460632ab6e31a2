#include "engine/daemon/metrics.h"

#include <fmt/format.h>

#include <iterator>

#include "engine/base/text.h"

namespace vigil::daemon {
namespace {

// One sample of a metric: its labels, as written between the braces, and its value.
struct Sample {
  std::string labels;
  std::uint64_t value;
};

class Page {
 public:
  void counter(std::string_view name, std::string_view help, const std::vector<Sample>& samples) {
    metric(name, "counter", help, samples);
  }
  void gauge(std::string_view name, std::string_view help, const std::vector<Sample>& samples) {
    metric(name, "gauge", help, samples);
  }
  std::string text() && { return std::move(text_); }

 private:
  void metric(std::string_view name, std::string_view type, std::string_view help,
              const std::vector<Sample>& samples) {
    auto out = std::back_inserter(text_);
    fmt::format_to(out, "# HELP vigil_{} {}\n# TYPE vigil_{} {}\n", name, help, name, type);
    for (const auto& sample : samples)
      fmt::format_to(out, "vigil_{}{}{}{} {}\n", name, sample.labels.empty() ? "" : "{",
                     sample.labels, sample.labels.empty() ? "" : "}", sample.value);
  }

  std::string text_;
};

std::string label(std::string_view name, std::string_view value) {
  std::string escaped;
  for (const char byte : as_utf8(value)) {
    if (byte == '"' || byte == '\\') escaped += '\\';
    if (byte == '\n')
      escaped += "\\n";
    else
      escaped += byte;
  }
  return fmt::format("{}=\"{}\"", name, escaped);
}

std::string_view name_of(api::PolicyState state) {
  switch (state) {
    case api::PolicyState::enabled: return "enabled";
    case api::PolicyState::partially_enabled: return "partially_enabled";
    case api::PolicyState::skipped: return "skipped";
    case api::PolicyState::disabled: return "disabled";
    case api::PolicyState::load_error: return "load_error";
  }
  return "";
}

void add_losses(Page& page, const MetricsInput& input) {
  page.counter("lost_records_total", "Records that found no room in a ring.",
               {{label("ring", "process"), input.kernel.lost_process},
                {label("ring", "events"), input.kernel.lost_events}});
  page.counter("not_evaluated_total", "Hits that a hook let pass unseen, by reason.",
               {{label("reason", "no_frame"), input.kernel.no_frame},
                {label("reason", "empty_slot"), input.kernel.empty_slot}});
  page.counter("kernel_table_full_total", "State that found no room in the kernel.",
               {{label("table", "process"), input.kernel.no_state},
                {label("table", "call"), input.kernel.no_call}});
  page.counter("enforcer_missed_notifications_total",
               "Notifications of a task that came to no enforcer before the next one.",
               {{"", input.kernel.missed_notification}});
  std::vector<Sample> misses;
  for (const auto& [program, missed] : input.kernel.misses)
    misses.push_back({label("program", program), missed});
  page.counter(
      "program_missed_runs_total",
      "Runs of a program that the kernel skipped because it ran on that processor already.",
      misses);
  page.counter("client_dropped_events_total", "Events that slow clients lost.",
               {{"", input.hub.dropped}});
  page.counter("grpc_connections_refused_total", "Connections that too many others left no room.",
               {{"", input.connections.refused}});
}

void add_stream(Page& page, const MetricsInput& input) {
  page.counter("events_total", "Events handed to clients and files.", {{"", input.hub.published}});
  page.gauge("clients", "Clients that read events.", {{"", input.hub.readers.size()}});
  page.gauge("grpc_connections", "Connections of clients, whether they read events or not.",
             {{"", input.connections.open}});
  page.counter("records_total", "Records read from the rings.", {{"", input.decode->records}});
  page.counter("unusable_records_total", "Records that made no event, by reason.",
               {{label("reason", "malformed"), input.decode->malformed},
                {label("reason", "unknown_kind"), input.decode->unknown_kind},
                {label("reason", "unknown_hook"), input.decode->unknown_hook},
                {label("reason", "return_without_entry"), input.decode->returns_without_entry}});
  page.counter("incomplete_events_total",
               "Events that lack a part which found no room or did not come.",
               {{label("missing", "return"), input.decode->entries_without_return},
                {label("missing", "arguments"), input.decode->lost_arguments},
                {label("missing", "stack"), input.decode->cut_stacks}});
  page.counter("missing_records_total", "Gaps in the sequence of records.",
               {{label("ring", "process"), input.decode->missing_process},
                {label("ring", "events"), input.decode->missing_events}});
  page.counter("unknown_processes_total", "Events of a process whose start was not seen.",
               {{"", input.unknown_processes}});
  page.gauge("processes", "Processes in the process table.",
             {{label("state", "live"), input.processes.live},
              {label("state", "ended"), input.processes.entries - input.processes.live}});
  page.counter("processes_kept_short_total", "Processes kept without the rest of their arguments.",
               {{"", input.processes.shortened}});
  page.counter("processes_evicted_total", "Processes that left the full table before their time.",
               {{"", input.processes.evicted}});
}

void add_containers(Page& page, const ContainerCounters& containers) {
  page.gauge("containers", "Containers that run, by whether a runtime tells who they are.",
             {{label("state", "known"), containers.known},
              {label("state", "unknown"), containers.unknown}});
  page.counter("containers_untold_total", "Times that the kernel took no word of a container.",
               {{"", containers.untold}});
  page.gauge("cgroups_all_watched", "1 when new containers are noticed at once, 0 after a second.",
             {{"", containers.sees_all ? std::uint64_t{1} : 0}});
}

void add_file(Page& page, const sinks::FileSink::Counters& file) {
  page.counter("export_lines_total", "Lines written to the export file.", {{"", file.lines}});
  page.counter("export_dropped_events_total", "Events that the export file lost.",
               {{"", file.dropped}});
  page.counter("export_failures_total", "Writes to the export file that failed.",
               {{"", file.failures}});
}

// A thousand selectors that did nothing are not worth eight thousand lines.
enum class Zeros : std::uint8_t { shown, left_out };

void add_actions(std::vector<Sample>& samples, const std::string& who,
                 const api::ActionCounters& counters, Zeros zeros) {
  const std::pair<std::string_view, std::uint64_t> counts[] = {
      {"post", counters.post},
      {"nopost", counters.nopost},
      {"signal", counters.signal},
      {"monitor_signal", counters.monitor_signal},
      {"override", counters.override},
      {"monitor_override", counters.monitor_override},
      {"notify_enforcer", counters.notify_enforcer},
      {"monitor_notify_enforcer", counters.monitor_notify_enforcer},
      {"set", counters.set},
      {"monitor_set", counters.monitor_set}};
  for (const auto& [action, count] : counts) {
    if (count != 0 || zeros == Zeros::shown)
      samples.push_back({who + "," + label("action", action), count});
  }
}

std::string labels_of(const api::SelectorCounters& selector) {
  return label("hook", selector.function) + "," +
         label("hook_index", std::to_string(selector.hook_index)) + "," +
         label("selector_index", std::to_string(selector.selector)) + "," +
         label("selector_label", selector.label);
}

void add_policies(Page& page, const std::vector<api::PolicyStatus>& policies) {
  std::vector<Sample> states, actions, selectors, unsent, memory;
  for (const auto& policy : policies) {
    const auto who = label("policy", policy.key.name) + "," + label("domain", policy.key.domain);
    states.push_back({who + "," + label("state", name_of(policy.state)), 1});
    if (!policy.counters) continue;
    memory.push_back({who, policy.kernel_memory_bytes});
    add_actions(actions, who, *policy.counters, Zeros::shown);
    for (const auto& selector : policy.selectors)
      add_actions(selectors, who + "," + labels_of(selector), selector.counters, Zeros::left_out);
    unsent.push_back({who + "," + label("reason", "ring_full"), policy.counters->post_lost});
    unsent.push_back({who + "," + label("reason", "rate_limit"), policy.counters->rate_limited});
  }
  page.gauge("policy", "1 for each policy, with its state.", states);
  page.gauge("policy_kernel_memory_bytes", "A policy's share of the memory of its hooks.", memory);
  page.counter("policy_actions_total", "What policies did.", actions);
  page.counter("policy_selector_actions_total", "What selectors of policies did.", selectors);
  page.counter("policy_unsent_events_total", "Events that policies did not send, by reason.",
               unsent);
}

}  // namespace

std::string metrics_text(const MetricsInput& input) {
  Page page;
  add_losses(page, input);
  add_stream(page, input);
  add_containers(page, input.containers);
  if (input.file) add_file(page, *input.file);
  add_policies(page, input.policies);
  return std::move(page).text();
}

}  // namespace vigil::daemon
