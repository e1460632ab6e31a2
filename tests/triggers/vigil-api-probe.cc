// Talks to the daemon as no command of `vigil` does. The address is in VIGIL_SERVER_ADDRESS.
//   vigil-api-probe METHOD...            calls them with empty requests: "GetVersion: OK"
//   vigil-api-probe churn FILE NAME N    adds and deletes a policy N times over one connection
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
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
    case grpc::StatusCode::OK: return "OK";
    case grpc::StatusCode::INVALID_ARGUMENT: return "INVALID_ARGUMENT";
    case grpc::StatusCode::NOT_FOUND: return "NOT_FOUND";
    case grpc::StatusCode::UNIMPLEMENTED: return "UNIMPLEMENTED";
    case grpc::StatusCode::UNAVAILABLE: return "UNAVAILABLE";
    default: return std::to_string(code);
  }
}

int call_methods(Stub& stub, int count, char** names) {
  for (int i = 0; i < count; ++i) {
    const auto found = calls.find(names[i]);
    if (found == calls.end()) return 2;
    grpc::ClientContext context;
    std::cout << names[i] << ": " << name_of(found->second(stub, context).error_code()) << '\n';
  }
  return 0;
}

grpc::Status add_and_delete(Stub& stub, const std::string& yaml, const std::string& name) {
  grpc::ClientContext adding, deleting;
  tetragon::AddTracingPolicyRequest add;
  tetragon::AddTracingPolicyResponse added;
  add.set_yaml(yaml);
  if (auto status = stub.AddTracingPolicy(&adding, add, &added); !status.ok()) return status;
  tetragon::DeleteTracingPolicyRequest remove;
  tetragon::DeleteTracingPolicyResponse removed;
  remove.set_name(name);
  return stub.DeleteTracingPolicy(&deleting, remove, &removed);
}

int churn(Stub& stub, const std::string& file, const std::string& name, int rounds) {
  std::stringstream yaml;
  yaml << std::ifstream(file).rdbuf();
  for (int i = 1; i <= rounds; ++i) {
    const auto status = add_and_delete(stub, yaml.str(), name);
    if (status.ok()) continue;
    std::cout << "round " << i << ": " << status.error_message() << '\n';
    return 1;
  }
  std::cout << rounds << " rounds\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const char* address = std::getenv("VIGIL_SERVER_ADDRESS");
  const auto stub = tetragon::FineGuidanceSensors::NewStub(grpc::CreateChannel(
      address ? address : "unix:///run/vigil/vigil.sock", grpc::InsecureChannelCredentials()));
  if (argc == 5 && std::string(argv[1]) == "churn")
    return churn(*stub, argv[2], argv[3], std::atoi(argv[4]));
  return call_methods(*stub, argc - 1, argv + 1);
}
