// Calls methods of the service by name, with an empty request, and prints the status of each:
// "GetVersion: OK". The address is in VIGIL_SERVER_ADDRESS.
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "tetragon/sensors.grpc.pb.h"

namespace {

using Stub = tetragon::FineGuidanceSensors::Stub;
using Call = grpc::Status (*)(Stub&, grpc::ClientContext&);

template <typename Request, typename Response,
          grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*)>
grpc::Status call(Stub& stub, grpc::ClientContext& context) {
  Response response;
  return (stub.*method)(&context, {}, &response);
}

const std::map<std::string, Call> calls = {
#define METHOD(name, request, response) \
  {#name, call<tetragon::request, tetragon::response, &Stub::name>}
    METHOD(GetHealth, GetHealthStatusRequest, GetHealthStatusResponse),
    METHOD(GetVersion, GetVersionRequest, GetVersionResponse),
    METHOD(GetInfo, GetInfoRequest, GetInfoResponse),
    METHOD(ListDomains, ListDomainsRequest, ListDomainsResponse),
    METHOD(ListSensors, ListSensorsRequest, ListSensorsResponse),
    METHOD(RuntimeHook, RuntimeHookRequest, RuntimeHookResponse),
    METHOD(GetDebug, GetDebugRequest, GetDebugResponse),
    METHOD(SetDebug, SetDebugRequest, SetDebugResponse),
#undef METHOD
};

std::string name_of(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return "OK";
    case grpc::StatusCode::INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case grpc::StatusCode::NOT_FOUND:
      return "NOT_FOUND";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case grpc::StatusCode::UNAVAILABLE:
      return "UNAVAILABLE";
    default:
      return std::to_string(code);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* address = std::getenv("VIGIL_SERVER_ADDRESS");
  const auto stub = tetragon::FineGuidanceSensors::NewStub(grpc::CreateChannel(
      address ? address : "unix:///run/vigil/vigil.sock", grpc::InsecureChannelCredentials()));
  for (int i = 1; i < argc; ++i) {
    const auto found = calls.find(argv[i]);
    if (found == calls.end()) return 2;
    grpc::ClientContext context;
    std::cout << argv[i] << ": " << name_of(found->second(*stub, context).error_code()) << '\n';
  }
}
