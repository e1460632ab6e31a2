// Policies between the wire and policy_service.h.
#pragma once

#include <expected>
#include <string>

#include <grpcpp/support/status.h>

#include "engine/api/policy_service.h"
#include "tetragon/sensors.pb.h"

namespace vigil::api {

grpc::Status to_status(const Failure& failure);
grpc::Status to_status(const Outcome<void>& outcome);

// Trailing metadata of AddTracingPolicy's answer, whose message has no field for it.
inline constexpr const char* warnings_key = "vigil-warnings-bin";
std::string to_trailer(const std::string& warnings);

tetragon::TracingPolicyStatus to_message(const PolicyStatus& policy);

// A policy from the API belongs to this domain when the request names none.
std::string domain_or_default(const std::string& domain);

Outcome<PolicyChange> change_of(const tetragon::ConfigureTracingPolicyRequest& request);

}  // namespace vigil::api
