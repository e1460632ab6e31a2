#include "engine/daemon/status_message.h"

namespace vigil::daemon {
namespace {

v1::Health::State to_message(api::HealthState state) {
  switch (state) {
    case api::HealthState::starting: return v1::Health::STATE_STARTING;
    case api::HealthState::running: return v1::Health::STATE_RUNNING;
    case api::HealthState::failing: return v1::Health::STATE_FAILING;
  }
  return v1::Health::STATE_UNSPECIFIED;
}

void count(api::PolicyState state, v1::Policies& policies) {
  switch (state) {
    case api::PolicyState::enabled: return policies.set_enabled(policies.enabled() + 1);
    case api::PolicyState::skipped:
    case api::PolicyState::partially_enabled:
      return policies.set_partially_enabled(policies.partially_enabled() + 1);
    case api::PolicyState::disabled: return policies.set_disabled(policies.disabled() + 1);
    case api::PolicyState::load_error: return policies.set_load_error(policies.load_error() + 1);
  }
}

void add_ring(v1::GetStatusResponse& message, const char* name, std::uint64_t lost,
              std::uint64_t missing) {
  auto& ring = *message.add_rings();
  ring.set_name(name);
  ring.set_lost(lost);
  ring.set_missing(missing);
}

void add_kernel(v1::GetStatusResponse& message, const loader::KernelCounters& kernel) {
  message.mutable_not_evaluated()->set_no_frame(kernel.no_frame);
  message.mutable_not_evaluated()->set_empty_slot(kernel.empty_slot);
  message.mutable_tables_full()->set_process(kernel.no_state);
  message.mutable_tables_full()->set_call(kernel.no_call);
  for (const auto& [name, missed] : kernel.misses) {
    auto& program = *message.add_programs();
    program.set_name(name);
    program.set_missed_runs(missed);
  }
}

void add_readers(v1::GetStatusResponse& message, const HubCounters& hub) {
  message.mutable_events()->set_told(hub.published);
  message.mutable_events()->set_dropped(hub.dropped);
  for (const auto& counted : hub.readers) {
    auto& reader = *message.add_readers();
    reader.set_name(counted.name);
    reader.set_waiting(counted.waiting);
    reader.set_dropped(counted.dropped);
  }
}

void fill(v1::ExportFile& message, const std::string& path, const sinks::FileSink::Counters& file) {
  message.set_path(path);
  message.set_lines(file.lines);
  message.set_dropped(file.dropped);
  message.set_failures(file.failures);
}

}  // namespace

v1::GetStatusResponse status_message(const MetricsInput& counted, const api::Health& health,
                                     const std::string& export_path) {
  v1::GetStatusResponse message;
  message.mutable_health()->set_state(to_message(health.state));
  message.mutable_health()->set_details(health.details);
  for (const auto& policy : counted.policies) count(policy.state, *message.mutable_policies());
  add_ring(message, "process", counted.kernel.lost_process, counted.decode->missing_process);
  add_ring(message, "events", counted.kernel.lost_events, counted.decode->missing_events);
  add_kernel(message, counted.kernel);
  add_readers(message, counted.hub);
  message.mutable_connections()->set_open(counted.connections.open);
  message.mutable_connections()->set_refused(counted.connections.refused);
  if (counted.file) fill(*message.mutable_export_file(), export_path, *counted.file);
  return message;
}

}  // namespace vigil::daemon
