// Who is let in, over real sockets; and that gRPC shuts down whatever it closes, which is how the
// end of a connection is seen.
#include "engine/api/acceptor.h"

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <mutex>

#include "tests/unit/api/descriptors.h"
#include "tests/unit/api/sockets.h"
#include "tetragon/sensors.grpc.pb.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;

class Door : public testing::Test {
 protected:
  void open(ConnectionLimits limits) { open(limits, listening_at_path(path_)); }
  void open_port(ConnectionLimits limits) {
    auto socket = listening(loopback(0));
    port_ = port_of(socket);
    open(limits, std::move(socket));
  }

  std::size_t inside() {
    std::lock_guard lock(mutex_);
    return inside_.size();
  }
  UniqueFd take_out() {
    std::lock_guard lock(mutex_);
    auto fd = std::move(inside_.back());
    inside_.pop_back();
    return fd;
  }
  std::vector<std::string> complaints() {
    std::lock_guard lock(mutex_);
    return complaints_;
  }
  bool comes_to(std::uint64_t open, std::uint64_t refused) {
    return eventually([&] { return counters_.open == open && counters_.refused == refused; });
  }

  Directory directory_;
  std::string path_ = directory_.path + "/socket";
  std::uint16_t port_ = 0;
  ConnectionCounters counters_;
  std::unique_ptr<Acceptor> acceptor_;

 private:
  void open(ConnectionLimits limits, UniqueFd socket) {
    Entrance entrance{.sockets = {}, .limits = limits, .counters = counters_, .complain = {}};
    entrance.sockets.push_back(std::move(socket));
    entrance.complain = [this](const std::string& why) {
      std::lock_guard lock(mutex_);
      complaints_.push_back(why);
    };
    auto acceptor = Acceptor::start(std::move(entrance), [this](UniqueFd connection) {
      std::lock_guard lock(mutex_);
      inside_.push_back(std::move(connection));
    });
    ASSERT_TRUE(acceptor) << acceptor.error().message();
    acceptor_ = std::move(*acceptor);
  }

  std::mutex mutex_;
  std::vector<UniqueFd> inside_;
  std::vector<std::string> complaints_;
};

TEST_F(Door, no_more_come_in_than_there_is_room_for) {
  open({.total = 3, .per_address = 1});
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(connected(path_));
  ASSERT_TRUE(comes_to(3, 0));
  const auto refused = connected(path_);
  EXPECT_TRUE(is_closed(refused));
  EXPECT_TRUE(comes_to(3, 1));
  clients.pop_back();
  EXPECT_TRUE(comes_to(2, 1));
  clients.push_back(connected(path_));
  EXPECT_TRUE(comes_to(3, 1));
}

TEST_F(Door, one_address_leaves_room_for_others) {
  open_port({.total = 4, .per_address = 2});
  std::vector<UniqueFd> greedy;
  for (int i = 0; i < 10; ++i) greedy.push_back(connected(port_, INADDR_LOOPBACK + 1));
  ASSERT_TRUE(comes_to(2, 8));
  const auto other = connected(port_);
  EXPECT_TRUE(comes_to(3, 8));
  EXPECT_EQ(complaints(), std::vector<std::string>{"connections are refused, 1 so far: 2 from "
                                                   "127.0.0.2 are open, the most of one address"});
}

TEST_F(Door, a_flood_is_told_once) {
  open({.total = 1, .per_address = 1});
  const auto first = connected(path_);
  for (int i = 0; i < 300; ++i) connected(path_);
  EXPECT_TRUE(comes_to(1, 300));
  EXPECT_EQ(complaints(), std::vector<std::string>{"connections are refused, 1 so far: 1 are open, "
                                                   "the most there may be"});
}

TEST_F(Door, a_connection_is_over_when_its_owner_shuts_it_down) {
  for (const bool over_tcp : {false, true}) {
    over_tcp ? open_port({}) : open({});
    const auto client = over_tcp ? connected(port_) : connected(path_);
    ASSERT_TRUE(comes_to(1, 0));
    ASSERT_TRUE(eventually([&] { return inside() == 1; }));
    shutdown(take_out().get(), SHUT_RDWR);
    EXPECT_TRUE(is_closed(client));
    EXPECT_TRUE(comes_to(0, 0));
    acceptor_.reset();
  }
}

// A number of a descriptor is used again as soon as it is free.
TEST_F(Door, what_ended_is_not_taken_for_what_came_after_it) {
  open({});
  auto first = connected(path_);
  ASSERT_TRUE(eventually([&] { return inside() == 1; }));
  first.reset();
  ASSERT_TRUE(comes_to(0, 0));
  const auto kept = take_out();
  const auto second = connected(path_);
  ASSERT_TRUE(comes_to(1, 0));
  shutdown(kept.get(), SHUT_RDWR);
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(counters_.open, 1u);
}

TEST_F(Door, a_client_that_only_listens_is_still_there) {
  open_port({});
  const auto client = connected(port_);
  ASSERT_TRUE(comes_to(1, 0));
  shutdown(client.get(), SHUT_WR);
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(counters_.open, 1u);
}

TEST_F(Door, connections_are_as_grpc_makes_them) {
  open_port({});
  const auto client = connected(port_);
  ASSERT_TRUE(eventually([&] { return inside() == 1; }));
  const auto taken = take_out();
  int at_once = 0, patience_ms = 0;
  socklen_t size = sizeof(int);
  getsockopt(taken.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, &size);
  getsockopt(taken.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, &size);
  EXPECT_EQ(at_once, 1);
  EXPECT_EQ(patience_ms, keepalive_patience_ms);
  EXPECT_TRUE(fcntl(taken.get(), F_GETFL) & O_NONBLOCK);
  EXPECT_TRUE(fcntl(taken.get(), F_GETFD) & FD_CLOEXEC);
}

#ifndef VIGIL_NEEDS_DESCRIPTORS
TEST_F(Door, who_finds_no_descriptor_waits_until_there_is_one) {
  open({});
  const auto client = client_socket(AF_UNIX);
  const auto address = unix_address(path_);
  rusage before{}, after{};
  {
    const NoDescriptors now;
    ASSERT_TRUE(connects(client, address));
    getrusage(RUSAGE_SELF, &before);
    std::this_thread::sleep_for(500ms);
    getrusage(RUSAGE_SELF, &after);
  }
  EXPECT_LT((after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1'000'000 + after.ru_utime.tv_usec -
                before.ru_utime.tv_usec,
            100'000)
      << "it spins";
  EXPECT_EQ(complaints(), std::vector<std::string>{"connections wait: Too many open files"});
  EXPECT_TRUE(comes_to(1, 0));
}
#endif

TEST_F(Door, who_is_in_stays_when_it_closes) {
  open({});
  const auto client = connected(path_);
  ASSERT_TRUE(comes_to(1, 0));
  acceptor_.reset();
  EXPECT_EQ(counters_.open, 0u);
  EXPECT_FALSE(connects(client_socket(AF_UNIX), unix_address(path_)));
  ASSERT_EQ(inside(), 1u);
  char byte = 0;
  EXPECT_EQ(write(take_out().get(), "x", 1), 1);
  EXPECT_EQ(read(client.get(), &byte, 1), 1);
}

// gRPC, little patient, behind the door.
class GrpcBehindDoor : public testing::Test {
 protected:
  GrpcBehindDoor() {
    grpc::ServerBuilder builder;
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 300);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300);
    using Type = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
    door_ = builder.experimental().AddExternalConnectionAcceptor(Type::FROM_FD,
                                                                 grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    Entrance entrance{.sockets = {}, .limits = {}, .counters = counters_, .complain = {}};
    entrance.sockets.push_back(listening_at_path(path_));
    entrance.sockets.push_back(listening(loopback(0)));
    port_ = port_of(entrance.sockets.back());
    acceptor_ = std::move(*Acceptor::start(std::move(entrance), [this](UniqueFd connection) {
      grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters parameters;
      parameters.fd = connection.release();
      door_->HandleNewConnection(&parameters);
    }));
  }
  ~GrpcBehindDoor() override {
    acceptor_.reset();
    server_->Shutdown();
  }

  // Of both kinds: nothing has been said.
  std::vector<UniqueFd> clients() {
    std::vector<UniqueFd> both;
    both.push_back(connected(path_));
    both.push_back(connected(port_));
    EXPECT_TRUE(comes_to(2));
    return both;
  }
  bool comes_to(std::uint64_t open) {
    return eventually([&] { return counters_.open == open; });
  }

  Directory directory_;
  std::string path_ = directory_.path + "/socket";
  std::uint16_t port_ = 0;
  ConnectionCounters counters_;
  tetragon::FineGuidanceSensors::CallbackService service_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> door_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Acceptor> acceptor_;
};

TEST_F(GrpcBehindDoor, a_client_that_closes_is_gone) {
  clients().clear();
  EXPECT_TRUE(comes_to(0));
}

TEST_F(GrpcBehindDoor, a_client_that_says_no_more_is_gone) {
  const auto both = clients();
  for (const auto& client : both) shutdown(client.get(), SHUT_WR);
  for (const auto& client : both) EXPECT_TRUE(is_closed(client));
  EXPECT_TRUE(comes_to(0));
}

TEST_F(GrpcBehindDoor, a_client_that_vanishes_in_the_handshake_is_gone) {
  auto both = clients();
  for (auto& client : both) {
    send(client.get(), "PRI * HTTP/2.0\r\n", 16, MSG_NOSIGNAL);
    vanish(client);
  }
  EXPECT_TRUE(comes_to(0));
}

TEST_F(GrpcBehindDoor, a_client_that_vanishes_before_it_is_seen_is_gone) {
  for (int i = 0; i < 100; ++i) {
    auto client = connected(port_);
    vanish(client);
  }
  EXPECT_TRUE(comes_to(0));
}

TEST_F(GrpcBehindDoor, who_speaks_something_else_is_gone) {
  const auto both = clients();
  for (const auto& client : both) send(client.get(), "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL);
  for (const auto& client : both) EXPECT_TRUE(is_closed(client));
  EXPECT_TRUE(comes_to(0));
}

TEST_F(GrpcBehindDoor, who_says_nothing_is_shut_out) {
  const auto both = clients();
  for (const auto& client : both) EXPECT_TRUE(is_closed(client));
  EXPECT_TRUE(comes_to(0));
}

TEST_F(GrpcBehindDoor, who_asks_nothing_any_more_is_shut_out) {
  for (const auto& address : {"unix:" + path_, "127.0.0.1:" + std::to_string(port_)}) {
    const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
    grpc::ClientContext context;
    tetragon::GetVersionResponse version;
    EXPECT_EQ(tetragon::FineGuidanceSensors::NewStub(channel)
                  ->GetVersion(&context, {}, &version)
                  .error_code(),
              grpc::UNIMPLEMENTED);
    EXPECT_EQ(counters_.open, 1u);
    EXPECT_TRUE(comes_to(0));
  }
}

TEST_F(GrpcBehindDoor, nobody_stays_when_grpc_ends) {
  const auto both = clients();
  const auto channel = grpc::CreateChannel("unix:" + path_, grpc::InsecureChannelCredentials());
  ASSERT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() + 5s));
  EXPECT_GE(counters_.open, 1u);
  server_->Shutdown(std::chrono::system_clock::now() + 100ms);
  for (const auto& client : both) EXPECT_TRUE(is_closed(client));
  EXPECT_TRUE(comes_to(0));
}

}  // namespace
}  // namespace vigil::api
