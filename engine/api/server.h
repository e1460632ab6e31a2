// The server: clients come in, within limits, and are served. Built when the service is ready to be
// used.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>

#include "engine/api/acceptor.h"
#include "engine/api/service.h"
#include "engine/base/result.h"

namespace vigil::api {

class Server {
 public:
  // A policy of `largest_policy_bytes` fits into a message.
  static Result<std::unique_ptr<Server>> serve(Entrance entrance, std::size_t largest_policy_bytes,
                                               ServiceParts parts);

  // Ends all calls. Close the event source before: its streams end when they have told all.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  using Door = grpc::experimental::ExternalConnectionAcceptor;

  explicit Server(ServiceParts parts) : status_(parts.status), service_(std::move(parts)) {}

  StatusService status_;
  Service service_;
  std::unique_ptr<Door> door_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace vigil::api
