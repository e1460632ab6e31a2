// The connection to the daemon, and its failures in words that say what to do next.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "tetragon/sensors.grpc.pb.h"

namespace vigil::cli {

using Stub = tetragon::FineGuidanceSensors::Stub;

// unix:///run/vigil/vigil.sock, or what VIGIL_SERVER_ADDRESS says.
std::string default_server_address();

// Empty: "unix:///PATH", "/PATH" or "HOST:PORT"; else what is wrong with it.
std::string why_no_address(const std::string& address);

// To the daemon that answers at `address`.
Result<std::shared_ptr<grpc::Channel>> open_channel(const std::string& address);
Result<std::unique_ptr<Stub>> connect(const std::string& address);

// What went wrong with a call, as the daemon put it where it did.
Error failure_of(const grpc::Status& status, const std::string& address);

// One call with one answer; `context` has what came beside it.
template <typename Request, typename Response>
Result<Response> call(const std::string& address,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request, grpc::ClientContext& context) {
  TRY(const auto stub, connect(address));
  Response response;
  const grpc::Status status = ((*stub).*method)(&context, request, &response);
  if (!status.ok()) return failure_of(status, address);
  return response;
}

template <typename Request, typename Response>
Result<Response> call(const std::string& address,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request) {
  grpc::ClientContext context;
  return call(address, method, request, context);
}

}  // namespace vigil::cli
