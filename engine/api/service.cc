#include "engine/api/service.h"

#include <fmt/format.h>

#include <utility>

#include "engine/api/policy_messages.h"
#include "engine/api/utf8_message.h"

namespace vigil::api {
namespace {

grpc::ServerUnaryReactor* finish(grpc::CallbackServerContext* context, const grpc::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

tetragon::HealthStatusResult to_message(HealthState state) {
  switch (state) {
    case HealthState::starting: return tetragon::HEALTH_STATUS_STOPPED;
    case HealthState::running: return tetragon::HEALTH_STATUS_RUNNING;
    case HealthState::failing: return tetragon::HEALTH_STATUS_ERROR;
  }
  return tetragon::HEALTH_STATUS_UNDEF;
}

grpc::Status no_namespaces(const std::string& name_space, const std::string& policy) {
  return {grpc::StatusCode::NOT_FOUND,
          fmt::format("no policy '{}' in namespace '{}': policies here have no namespace", policy,
                      name_space)};
}

}  // namespace

Service::Service(ServiceParts parts) : parts_(std::move(parts)) {}

// Request and response live until the reactor finishes, so `work` may use them.
grpc::ServerUnaryReactor* Service::finish_later(WorkQueue& queue,
                                                grpc::CallbackServerContext* context,
                                                std::function<grpc::Status()> work) {
  auto* reactor = context->DefaultReactor();
  queue.post([reactor, work = std::move(work)] { reactor->Finish(work()); });
  return reactor;
}

Responses* Service::GetEvents(grpc::CallbackServerContext* context,
                              const grpc::ByteBuffer* request) {
  tetragon::GetEventsRequest asked;
  grpc::ByteBuffer bytes(*request);
  if (auto status =
          grpc::SerializationTraits<tetragon::GetEventsRequest>::Deserialize(&bytes, &asked);
      !status.ok())
    return refused_stream({grpc::StatusCode::INVALID_ARGUMENT, status.error_message()});
  auto shaper = parts_.make_shaper(asked);
  if (!shaper) return refused_stream({grpc::StatusCode::INVALID_ARGUMENT, shaper.error()});
  return EventStream::start(parts_.events, context->peer(), std::move(*shaper), pump_);
}

grpc::ServerUnaryReactor* Service::GetHealth(grpc::CallbackServerContext* context,
                                             const tetragon::GetHealthStatusRequest*,
                                             tetragon::GetHealthStatusResponse* response) {
  auto* status = response->add_health_status();
  status->set_event(tetragon::HEALTH_STATUS_TYPE_STATUS);
  const Health health = parts_.health();
  status->set_status(to_message(health.state));
  status->set_details(health.details);
  make_utf8(*response);
  return finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* Service::GetVersion(grpc::CallbackServerContext* context,
                                              const tetragon::GetVersionRequest*,
                                              tetragon::GetVersionResponse* response) {
  response->set_version(parts_.version);
  return finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* Service::AddTracingPolicy(
    grpc::CallbackServerContext* context, const tetragon::AddTracingPolicyRequest* request,
    tetragon::AddTracingPolicyResponse*) {
  return finish_later(changes_, context, [this, context, request] {
    const auto added = parts_.policies.add(request->yaml(), domain_or_default(request->domain()));
    if (!added) return to_status(added.error());
    if (!added->warnings.empty())
      context->AddTrailingMetadata(warnings_key, to_trailer(added->warnings));
    return grpc::Status::OK;
  });
}

grpc::ServerUnaryReactor* Service::DeleteTracingPolicy(
    grpc::CallbackServerContext* context, const tetragon::DeleteTracingPolicyRequest* request,
    tetragon::DeleteTracingPolicyResponse*) {
  if (!request->namespace_().empty())
    return finish(context, no_namespaces(request->namespace_(), request->name()));
  return finish_later(changes_, context, [this, request] {
    return to_status(
        parts_.policies.remove({domain_or_default(request->domain()), request->name()}));
  });
}

grpc::ServerUnaryReactor* Service::ListTracingPolicies(
    grpc::CallbackServerContext* context, const tetragon::ListTracingPoliciesRequest* request,
    tetragon::ListTracingPoliciesResponse* response) {
  return finish_later(lists_, context, [this, request, response] {
    for (const auto& policy : parts_.policies.list())
      if (request->domain().empty() || request->domain() == policy.key.domain)
        *response->add_policies() = to_message(policy);
    make_utf8(*response);
    return grpc::Status::OK;
  });
}

grpc::ServerUnaryReactor* Service::ConfigureTracingPolicy(
    grpc::CallbackServerContext* context, const tetragon::ConfigureTracingPolicyRequest* request,
    tetragon::ConfigureTracingPolicyResponse*) {
  if (!request->namespace_().empty())
    return finish(context, no_namespaces(request->namespace_(), request->name()));
  auto change = change_of(*request);
  if (!change) return finish(context, to_status(change.error()));
  return finish_later(changes_, context, [this, request, change = *change] {
    return to_status(
        parts_.policies.configure({domain_or_default(request->domain()), request->name()}, change));
  });
}

}  // namespace vigil::api
