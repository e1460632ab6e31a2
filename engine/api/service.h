// The gRPC service tetragon.FineGuidanceSensors. What is not overridden answers UNIMPLEMENTED.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "engine/api/event_source.h"
#include "engine/api/event_stream.h"
#include "engine/api/health.h"
#include "engine/api/policy_service.h"
#include "engine/api/status_service.h"
#include "engine/api/work_queue.h"
#include "tetragon/sensors.grpc.pb.h"

namespace vigil::api {

// What the request asks for, or why it asks in vain.
using ShaperFactory =
    std::function<std::expected<EventShaper, std::string>(const tetragon::GetEventsRequest&)>;

struct ServiceParts {
  PolicyService& policies;
  EventSource& events;
  ShaperFactory make_shaper;
  HealthCheck health;
  StatusSource status;
  std::string version;
};

using TypedService = tetragon::FineGuidanceSensors::CallbackService;

class Service final
    : public tetragon::FineGuidanceSensors::WithRawCallbackMethod_GetEvents<TypedService> {
 public:
  explicit Service(ServiceParts parts);

  using TypedService::GetEvents;
  Responses* GetEvents(grpc::CallbackServerContext* context,
                       const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* GetHealth(grpc::CallbackServerContext* context,
                                      const tetragon::GetHealthStatusRequest* request,
                                      tetragon::GetHealthStatusResponse* response) override;
  grpc::ServerUnaryReactor* GetVersion(grpc::CallbackServerContext* context,
                                       const tetragon::GetVersionRequest* request,
                                       tetragon::GetVersionResponse* response) override;
  grpc::ServerUnaryReactor* AddTracingPolicy(grpc::CallbackServerContext* context,
                                             const tetragon::AddTracingPolicyRequest* request,
                                             tetragon::AddTracingPolicyResponse* response) override;
  grpc::ServerUnaryReactor* DeleteTracingPolicy(
      grpc::CallbackServerContext* context, const tetragon::DeleteTracingPolicyRequest* request,
      tetragon::DeleteTracingPolicyResponse* response) override;
  grpc::ServerUnaryReactor* ListTracingPolicies(
      grpc::CallbackServerContext* context, const tetragon::ListTracingPoliciesRequest* request,
      tetragon::ListTracingPoliciesResponse* response) override;
  grpc::ServerUnaryReactor* ConfigureTracingPolicy(
      grpc::CallbackServerContext* context, const tetragon::ConfigureTracingPolicyRequest* request,
      tetragon::ConfigureTracingPolicyResponse* response) override;

 private:
  static grpc::ServerUnaryReactor* finish_later(WorkQueue& queue,
                                                grpc::CallbackServerContext* context,
                                                std::function<grpc::Status()> work);

  ServiceParts parts_;
  WorkQueue changes_;  // one at a time, each as long as the verifier takes
  WorkQueue lists_;
  WorkQueue pump_;
};

}  // namespace vigil::api
