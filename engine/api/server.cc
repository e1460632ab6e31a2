#include "engine/api/server.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

namespace vigil::api {
namespace {

// Of a message around the policy.
constexpr std::size_t framing_bytes = 64 << 10;
constexpr int streams_per_connection = 128;
constexpr int metadata_limit_bytes = 16 << 10;
// A client that is gone without a word is noticed after about a minute.
constexpr int keepalive_interval_ms = 40'000;
// A place is short: for who says nothing, and for who asks nothing any more.
constexpr int handshake_patience_ms = 20'000;
constexpr int idle_patience_ms = 300'000;
// For clients to take what waits for them after the source was closed; a running policy
// change is waited for in any case.
constexpr auto goodbye = std::chrono::seconds(2);

void set_limits(grpc::ServerBuilder& builder, std::size_t largest_policy_bytes) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(largest_policy_bytes + framing_bytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, metadata_limit_bytes);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive_interval_ms);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive_patience_ms);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, handshake_patience_ms);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, idle_patience_ms);
}

using Builder = grpc::ServerBuilder::experimental_type;

}  // namespace

Result<std::unique_ptr<Server>> Server::serve(Entrance entrance, std::size_t largest_policy_bytes,
                                              ServiceParts parts) {
  std::unique_ptr<Server> server(new Server(std::move(parts)));
  grpc::ServerBuilder builder;
  set_limits(builder, largest_policy_bytes);
  server->door_ = builder.experimental().AddExternalConnectionAcceptor(
      Builder::ExternalConnectionType::FROM_FD, grpc::InsecureServerCredentials());
  builder.RegisterService(&server->service_);
  builder.RegisterService(&server->status_);
  server->server_ = builder.BuildAndStart();
  if (!server->server_) return Error("the gRPC server does not start");
  auto hand_over = [&door = *server->door_](UniqueFd connection) {
    Door::NewConnectionParameters parameters;
    parameters.fd = connection.release();
    door.HandleNewConnection(&parameters);
  };
  TRY(server->acceptor_, Acceptor::start(std::move(entrance), std::move(hand_over)));
  return server;
}

// gRPC leaves a connection open that comes after its end.
Server::~Server() {
  acceptor_.reset();
  if (server_) server_->Shutdown(std::chrono::system_clock::now() + goodbye);
}

}  // namespace vigil::api
