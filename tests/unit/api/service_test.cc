// The service over a real Unix socket, with sources and policies of the test's own.
#include "engine/api/server.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <semaphore>
#include <thread>

#include "tests/unit/api/descriptors.h"
#include "tests/unit/api/sockets.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;

// An event source with one endless queue per reader.
class Source final : public EventSource {
 public:
  Result<std::unique_ptr<Subscription>> subscribe(std::string client,
                                                  std::function<void()> wake) override {
    std::lock_guard lock(mutex_);
    last_client = std::move(client);
    if (readers_.size() >= limit) return Error("too many readers");
    auto queue = std::make_shared<Queue>();
    queue->wake = std::move(wake);
    readers_.push_back(queue);
    return std::make_unique<Reader>(*this, queue);
  }

  void publish(std::uint32_t status) {
    event::ProcessExit body;
    body.status = status;
    auto event = std::make_shared<const event::Event>(event::Event{0, body});
    for (auto& queue : readers()) {
      {
        std::lock_guard lock(queue->mutex);
        queue->events.push_back(event);
      }
      queue->wake();
    }
  }

  std::size_t reader_count() { return readers().size(); }

  void close() {
    closed = true;
    for (auto& queue : readers()) queue->wake();
  }

  std::string last_client;
  std::size_t limit = 1000;
  std::atomic<bool> closed{false};

 private:
  struct Queue {
    std::mutex mutex;
    std::deque<event::EventPtr> events;
    std::function<void()> wake;
  };
  class Reader final : public Subscription {
   public:
    Reader(Source& source, std::shared_ptr<Queue> queue)
        : source_(source), queue_(std::move(queue)) {}
    ~Reader() override {
      std::lock_guard lock(source_.mutex_);
      std::erase(source_.readers_, queue_);
    }
    event::EventPtr next() override {
      std::lock_guard lock(queue_->mutex);
      if (queue_->events.empty()) return nullptr;
      auto event = queue_->events.front();
      queue_->events.pop_front();
      return event;
    }
    bool ended() const override {
      std::lock_guard lock(queue_->mutex);
      return source_.closed && queue_->events.empty();
    }

   private:
    Source& source_;
    std::shared_ptr<Queue> queue_;
  };

  std::vector<std::shared_ptr<Queue>> readers() {
    std::lock_guard lock(mutex_);
    return readers_;
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<Queue>> readers_;
};

class Policies final : public PolicyService {
 public:
  Outcome<Added> add(std::string yaml, std::string domain) override {
    if (yaml == "broken") return Failure{FailureKind::invalid, "policy:1:1: error[VG0001]: no"};
    if (yaml == "slow") {
      begun.release();
      go_on.acquire();
    }
    if (yaml == "very broken") return Failure{FailureKind::invalid, std::string(20'000, 'x')};
    if (!held_.emplace(PolicyKey{domain, yaml}, PolicyStatus{}).second)
      return Failure{FailureKind::already_exists, "there already"};
    return Added{{}, yaml == "doubtful" ? "<grpc>:1:1: warning[VG0002]: well" : ""};
  }
  Outcome<void> remove(const PolicyKey& key) override {
    if (!held_.erase(key)) return Failure{FailureKind::not_found, "no such policy"};
    return {};
  }
  Outcome<void> configure(const PolicyKey& key, const PolicyChange& change) override {
    last_change = change;
    if (!held_.count(key)) return Failure{FailureKind::not_found, "no such policy"};
    return {};
  }
  std::vector<PolicyStatus> list() override {
    std::vector<PolicyStatus> all;
    for (const auto& [key, status] : held_) {
      all.push_back(status);
      all.back().key = key;
    }
    return all;
  }
  void held(const PolicyKey& key, const PolicyStatus& status) { held_.emplace(key, status); }
  std::optional<PolicyChange> last_change;
  std::binary_semaphore begun{0}, go_on{0};  // of adding "slow"

 private:
  std::map<PolicyKey, PolicyStatus> held_;
};

// Even statuses only when the request names a pid; all otherwise.
std::expected<EventShaper, std::string> make_shaper(const tetragon::GetEventsRequest& request) {
  bool even_only = false;
  for (const auto& filter : request.allow_list()) {
    if (filter.binary_regex_size() > 0) return std::unexpected("binary_regex: missing ]");
    even_only = filter.pid_size() > 0;
  }
  return [even_only](const event::EventPtr& event) -> std::optional<grpc::ByteBuffer> {
    const auto status = std::get<event::ProcessExit>(event->body).status;
    if (even_only && status % 2 != 0) return std::nullopt;
    tetragon::GetEventsResponse response;
    response.mutable_process_exit()->set_status(status);
    const grpc::Slice slice(response.SerializeAsString());
    return grpc::ByteBuffer(&slice, 1);
  };
}

constexpr std::size_t largest_policy_bytes = 6 << 20;

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    serve({});
    stub_ = connect();
  }
  ~ServiceTest() override {
    source_.close();
    server_.reset();
  }

  void serve(ConnectionLimits limits) {
    server_.reset();
    Entrance entrance{.sockets = {}, .limits = limits, .counters = counters_, .complain = {}};
    entrance.complain = [](const std::string&) {};
    entrance.sockets.push_back(listening_at_path(path_));
    entrance.sockets.push_back(listening(loopback(0)));
    port_ = port_of(entrance.sockets.back());
    auto server = Server::serve(std::move(entrance), largest_policy_bytes,
                                {policies_, source_, make_shaper, [this] { return health_; },
                                 [this] { return status_; }, "1.2.3"});
    EXPECT_TRUE(server) << server.error().message();
    server_ = std::move(*server);
  }

  std::unique_ptr<tetragon::FineGuidanceSensors::Stub> connect() { return connect(address_); }
  static std::unique_ptr<tetragon::FineGuidanceSensors::Stub> connect(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return tetragon::FineGuidanceSensors::NewStub(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  // By a client that comes anew.
  bool is_served(const std::string& address) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 5s);
    tetragon::GetVersionResponse version;
    return connect(address)->GetVersion(&context, {}, &version).ok();
  }

  grpc::Status add(const std::string& yaml) {
    grpc::ClientContext context;
    tetragon::AddTracingPolicyRequest request;
    request.set_yaml(yaml);
    tetragon::AddTracingPolicyResponse response;
    return stub_->AddTracingPolicy(&context, request, &response);
  }
  grpc::Status remove(const std::string& name, const std::string& name_space = {}) {
    grpc::ClientContext context;
    tetragon::DeleteTracingPolicyRequest request;
    request.set_name(name);
    request.set_namespace_(name_space);
    tetragon::DeleteTracingPolicyResponse response;
    return stub_->DeleteTracingPolicy(&context, request, &response);
  }

  void wait_for_readers(std::size_t count) {
    for (int i = 0; i < 500 && source_.reader_count() != count; ++i)
      std::this_thread::sleep_for(10ms);
    EXPECT_EQ(source_.reader_count(), count);
  }

  Source source_;
  Policies policies_;
  Health health_;
  v1::GetStatusResponse status_;
  Directory directory_;
  std::string path_ = directory_.path + "/socket";
  std::string address_ = "unix://" + path_;
  std::uint16_t port_ = 0;
  ConnectionCounters counters_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<tetragon::FineGuidanceSensors::Stub> stub_;
};

// A client of GetEvents that is surely subscribed.
struct Stream {
  Stream(tetragon::FineGuidanceSensors::Stub& stub, const tetragon::GetEventsRequest& request)
      : reader(stub.GetEvents(&context, request)) {
    reader->WaitForInitialMetadata();
  }
  std::uint32_t next_status() {
    tetragon::GetEventsResponse response;
    EXPECT_TRUE(reader->Read(&response));
    return response.process_exit().status();
  }
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<tetragon::GetEventsResponse>> reader;
};

TEST_F(ServiceTest, tells_version_and_health) {
  grpc::ClientContext context, second;
  tetragon::GetVersionResponse version;
  ASSERT_TRUE(stub_->GetVersion(&context, {}, &version).ok());
  EXPECT_EQ(version.version(), "1.2.3");
  tetragon::GetHealthStatusResponse health;
  ASSERT_TRUE(stub_->GetHealth(&second, {}, &health).ok());
  EXPECT_EQ(health.health_status(0).status(), tetragon::HEALTH_STATUS_RUNNING);
  EXPECT_EQ(health.health_status(0).details(), "running");
}

TEST_F(ServiceTest, tells_what_the_daemon_counts) {
  status_.add_readers()->set_dropped(7);
  const auto channel = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  v1::GetStatusResponse status;
  ASSERT_TRUE(v1::Status::NewStub(channel)->GetStatus(&context, {}, &status).ok());
  EXPECT_EQ(status.readers(0).dropped(), 7u);
}

TEST_F(ServiceTest, a_daemon_that_fails_is_not_running) {
  for (const auto& [state, told] :
       {std::pair{HealthState::starting, tetragon::HEALTH_STATUS_STOPPED},
        {HealthState::failing, tetragon::HEALTH_STATUS_ERROR}}) {
    health_ = {state, "no events"};
    grpc::ClientContext context;
    tetragon::GetHealthStatusResponse health;
    ASSERT_TRUE(stub_->GetHealth(&context, {}, &health).ok());
    EXPECT_EQ(health.health_status(0).status(), told);
    EXPECT_EQ(health.health_status(0).details(), "no events");
  }
}

TEST_F(ServiceTest, a_closed_source_ends_a_stream_when_all_is_told) {
  Stream stream(*stub_, {});
  for (std::uint32_t i = 0; i < 1'000; ++i) source_.publish(i);
  source_.close();
  for (std::uint32_t i = 0; i < 1'000; ++i) ASSERT_EQ(stream.next_status(), i);
  tetragon::GetEventsResponse response;
  EXPECT_FALSE(stream.reader->Read(&response));
  EXPECT_EQ(stream.reader->Finish().error_code(), grpc::UNAVAILABLE);
}

TEST_F(ServiceTest, what_is_not_there_is_unimplemented) {
  grpc::ClientContext context;
  tetragon::GetInfoResponse response;
  EXPECT_EQ(stub_->GetInfo(&context, {}, &response).error_code(), grpc::UNIMPLEMENTED);
}

TEST_F(ServiceTest, policy_failures_have_their_codes_and_text) {
  EXPECT_TRUE(add("one").ok());
  EXPECT_EQ(add("one").error_code(), grpc::ALREADY_EXISTS);
  auto broken = add("broken");
  EXPECT_EQ(broken.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(broken.error_message(), "policy:1:1: error[VG0001]: no");
  EXPECT_TRUE(remove("one").ok());
  EXPECT_EQ(remove("one").error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(remove("one", "default").error_code(), grpc::NOT_FOUND);
}

TEST_F(ServiceTest, warnings_come_as_trailing_metadata) {
  for (const auto& [yaml, warnings] :
       {std::pair{"one", ""}, {"doubtful", "<grpc>:1:1: warning[VG0002]: well"}}) {
    grpc::ClientContext context;
    tetragon::AddTracingPolicyRequest request;
    request.set_yaml(yaml);
    tetragon::AddTracingPolicyResponse response;
    ASSERT_TRUE(stub_->AddTracingPolicy(&context, request, &response).ok());
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto found = trailers.find("vigil-warnings-bin");
    EXPECT_EQ(
        found == trailers.end() ? "" : std::string(found->second.data(), found->second.size()),
        warnings);
  }
}

TEST_F(ServiceTest, an_endless_error_text_still_arrives) {
  auto status = add("very broken");
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("more was found"), std::string::npos);
}

TEST_F(ServiceTest, an_oversized_policy_is_refused_unread) {
  EXPECT_EQ(add(std::string(largest_policy_bytes + (1 << 20), 'x')).error_code(),
            grpc::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(add(std::string(largest_policy_bytes, 'x')).ok());
}

TEST_F(ServiceTest, lists_while_a_policy_is_added) {
  auto adding = std::async([this] { return add("slow").ok(); });
  policies_.begun.acquire();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 5s);
  tetragon::ListTracingPoliciesResponse response;
  EXPECT_TRUE(stub_->ListTracingPolicies(&context, {}, &response).ok());
  policies_.go_on.release();
  EXPECT_TRUE(adding.get());
}

TEST_F(ServiceTest, lists_by_domain) {
  ASSERT_TRUE(add("one").ok());
  for (const auto& [domain, count] :
       std::map<std::string, int>{{"", 1}, {"grpc", 1}, {"static", 0}}) {
    grpc::ClientContext context;
    tetragon::ListTracingPoliciesRequest request;
    request.set_domain(domain);
    tetragon::ListTracingPoliciesResponse response;
    ASSERT_TRUE(stub_->ListTracingPolicies(&context, request, &response).ok());
    EXPECT_EQ(response.policies_size(), count) << domain;
  }
}

TEST_F(ServiceTest, what_is_not_utf8_is_told_escaped) {
  policies_.held({"static", "b\377"}, {.error = "first line\nb\377.yaml"});
  grpc::ClientContext context;
  tetragon::ListTracingPoliciesResponse response;
  const auto listed = stub_->ListTracingPolicies(&context, {}, &response);
  ASSERT_TRUE(listed.ok()) << listed.error_message();
  EXPECT_EQ(response.policies(0).name(), "b\\xff");
  EXPECT_EQ(response.policies(0).error(), "first line\nb\\xff.yaml");
}

TEST_F(ServiceTest, a_status_that_is_not_utf8_is_told_escaped) {
  status_.mutable_export_file()->set_path("/var/log/\377");
  status_.add_readers()->set_name("\377");
  const auto channel = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  v1::GetStatusResponse status;
  const auto told = v1::Status::NewStub(channel)->GetStatus(&context, {}, &status);
  ASSERT_TRUE(told.ok()) << told.error_message();
  EXPECT_EQ(status.export_file().path(), "/var/log/\\xff");
  EXPECT_EQ(status.readers(0).name(), "\\xff");
}

TEST_F(ServiceTest, configures_what_is_named_and_nothing_else) {
  ASSERT_TRUE(add("one").ok());
  grpc::ClientContext context, second;
  tetragon::ConfigureTracingPolicyRequest request;
  tetragon::ConfigureTracingPolicyResponse response;
  request.set_name("one");
  request.set_mode(tetragon::TP_MODE_MONITOR);
  ASSERT_TRUE(stub_->ConfigureTracingPolicy(&context, request, &response).ok());
  EXPECT_EQ(policies_.last_change->mode, RequestedMode::monitor);
  EXPECT_FALSE(policies_.last_change->activation);
  request.set_mode(tetragon::TP_MODE_MONITOR_ONLY);
  EXPECT_EQ(stub_->ConfigureTracingPolicy(&second, request, &response).error_code(),
            grpc::INVALID_ARGUMENT);
}

TEST_F(ServiceTest, streams_in_order_as_each_client_asked) {
  tetragon::GetEventsRequest even;
  even.add_allow_list()->add_pid(1);
  Stream all_stream(*stub_, {}), even_stream(*stub_, even);
  for (std::uint32_t i = 0; i < 1000; ++i) source_.publish(i);
  for (std::uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(all_stream.next_status(), i);
  for (std::uint32_t i = 0; i < 1000; i += 2) ASSERT_EQ(even_stream.next_status(), i);
}

TEST_F(ServiceTest, a_wrong_filter_is_an_invalid_argument) {
  tetragon::GetEventsRequest request;
  request.add_allow_list()->add_binary_regex("[");
  Stream stream(*stub_, request);
  tetragon::GetEventsResponse response;
  EXPECT_FALSE(stream.reader->Read(&response));
  auto status = stream.reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "binary_regex: missing ]");
}

TEST_F(ServiceTest, too_many_readers_are_told_so) {
  source_.limit = 0;
  Stream stream(*stub_, {});
  tetragon::GetEventsResponse response;
  EXPECT_FALSE(stream.reader->Read(&response));
  EXPECT_EQ(stream.reader->Finish().error_code(), grpc::RESOURCE_EXHAUSTED);
}

TEST_F(ServiceTest, a_client_that_goes_leaves_nothing_behind) {
  {
    Stream stream(*stub_, {});
    wait_for_readers(1);
    stream.context.TryCancel();
  }
  wait_for_readers(0);
  source_.publish(1);
}

TEST_F(ServiceTest, a_client_that_never_reads_delays_nobody) {
  auto other = connect();
  Stream stuck(*other, {}), reading(*stub_, {});
  for (std::uint32_t i = 0; i < 20'000; ++i) source_.publish(i);
  for (std::uint32_t i = 0; i < 20'000; ++i) ASSERT_EQ(reading.next_status(), i);
  stuck.context.TryCancel();
}

TEST_F(ServiceTest, idle_streams_do_not_use_up_the_threads) {
  std::vector<std::unique_ptr<tetragon::FineGuidanceSensors::Stub>> stubs;
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < 200; ++i) {
    if (i % 100 == 0) stubs.push_back(connect());
    streams.push_back(std::make_unique<Stream>(*stubs.back(), tetragon::GetEventsRequest()));
  }
  EXPECT_TRUE(add("one").ok());
  source_.publish(5);
  for (auto& stream : streams) EXPECT_EQ(stream->next_status(), 5u);
  for (auto& stream : streams) stream->context.TryCancel();
}

TEST_F(ServiceTest, readers_have_the_name_of_their_address) {
  for (const auto& [address, name] :
       {std::pair{address_, std::string("unix:")},
        {"127.0.0.1:" + std::to_string(port_), std::string("ipv4:127.0.0.1:")}}) {
    const auto stub = connect(address);
    const Stream stream(*stub, {});
    EXPECT_EQ(source_.last_client.substr(0, name.size()), name);
  }
}

TEST_F(ServiceTest, clients_are_served_when_a_flood_has_gone) {
  serve({.total = 20, .per_address = 10});
  std::vector<UniqueFd> flood;
  for (int i = 0; i < 15; ++i) flood.push_back(connected(port_, INADDR_LOOPBACK + 1));
  ASSERT_TRUE(eventually([&] { return counters_.refused == 5; }));
  EXPECT_TRUE(is_served(address_));
  ASSERT_TRUE(eventually([&] { return counters_.open == 10; }));
  while (flood.size() < 40) flood.push_back(connected(path_));
  ASSERT_TRUE(eventually([&] { return counters_.open == 20; }));
  EXPECT_FALSE(is_served(address_));
  flood.clear();
  ASSERT_TRUE(eventually([&] { return counters_.open == 0; }));
  EXPECT_TRUE(is_served(address_));
}

#ifndef VIGIL_NEEDS_DESCRIPTORS
TEST_F(ServiceTest, clients_are_served_after_a_time_without_descriptors) {
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(client_socket(AF_UNIX));
  const auto address = unix_address(path_);
  {
    const NoDescriptors now;
    for (const auto& client : clients) EXPECT_TRUE(connects(client, address));
    std::this_thread::sleep_for(300ms);
  }
  EXPECT_TRUE(is_served(address_));
}
#endif

TEST_F(ServiceTest, ends_with_streams_open) {
  Stream stream(*stub_, {});
  wait_for_readers(1);
  server_.reset();
  tetragon::GetEventsResponse response;
  EXPECT_FALSE(stream.reader->Read(&response));
  EXPECT_FALSE(stream.reader->Finish().ok());
  EXPECT_EQ(source_.reader_count(), 0u);
}

}  // namespace
}  // namespace vigil::api
