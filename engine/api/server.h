// The listening server, with its limits. Built when the service is ready to be used.
#pragma once

#include <memory>
#include <string>

#include "engine/api/service.h"
#include "engine/base/result.h"

namespace vigil::api {

class Server {
 public:
  // `address` as gRPC spells it: "unix:///run/vigil/vigil.sock", "127.0.0.1:54321".
  // A Unix socket that exists is replaced: see first that nobody listens on it. A policy of
  // `largest_policy_bytes` fits into a message.
  static Result<std::unique_ptr<Server>> listen(const std::string& address,
                                                std::size_t largest_policy_bytes,
                                                ServiceParts parts);

  // Ends all calls. Close the event source before: its streams end when they have told all.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  explicit Server(ServiceParts parts) : status_(parts.status), service_(std::move(parts)) {}

  StatusService status_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace vigil::api
