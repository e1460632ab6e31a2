#include "engine/daemon/metrics.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/fd.h"
#include "engine/daemon/listen_at.h"
#include "engine/daemon/metrics_server.h"

namespace vigil::daemon {
namespace {

TEST(Metrics, page_has_counters_and_policies) {
  decode::Counters decoded;
  decoded.records = 12;
  decoded.entries_without_return = 13;
  MetricsInput input{.kernel = {.lost_events = 3, .misses = {{"lsm/file_open", 4}}},
                     .hub = {.published = 7},
                     .decode = &decoded,
                     .processes = {.shortened = 14, .evicted = 15},
                     .connections = {.open = 16, .refused = 17}};
  api::PolicyStatus policy;
  policy.key = {"static", "a\"b"};
  policy.counters = api::ActionCounters{.post = 9, .post_lost = 5, .rate_limited = 6};
  policy.selectors = {{.function = "file_open",
                       .hook_index = 2,
                       .selector = 1,
                       .label = "keys",
                       .counters = {.post = 8}}};
  input.policies.push_back(policy);
  const auto page = metrics_text(input);
  for (const char* line :
       {"vigil_records_total 12\n", "vigil_incomplete_events_total{missing=\"return\"} 13\n",
        "vigil_lost_records_total{ring=\"events\"} 3\n", "vigil_events_total 7\n",
        "# TYPE vigil_clients gauge\n", "vigil_processes_kept_short_total 14\n",
        "vigil_processes_evicted_total 15\n", "vigil_grpc_connections 16\n",
        "vigil_grpc_connections_refused_total 17\n",
        "vigil_policy{policy=\"a\\\"b\",domain=\"static\",state=\"enabled\"} 1\n",
        "vigil_program_missed_runs_total{program=\"lsm/file_open\"} 4\n",
        "vigil_policy_unsent_events_total{policy=\"a\\\"b\",domain=\"static\",reason=\"ring_full\"}"
        " 5\n",
        "vigil_policy_unsent_events_total{policy=\"a\\\"b\",domain=\"static\",reason=\"rate_"
        "limit\"} 6\n",
        "vigil_policy_selector_actions_total{policy=\"a\\\"b\",domain=\"static\",hook=\"file_"
        "open\","
        "hook_index=\"2\",selector_index=\"1\",selector_label=\"keys\",action=\"post\"} 8\n",
        "vigil_policy_actions_total{policy=\"a\\\"b\",domain=\"static\",action=\"post\"} 9\n"})
    EXPECT_NE(page.find(line), std::string::npos) << line << page;
  EXPECT_EQ(page.find("export"), std::string::npos);
}

TEST(Metrics, labels_are_utf8) {
  decode::Counters decoded;
  MetricsInput input{.decode = &decoded};
  input.policies.resize(1);
  input.policies[0].key = {"static", "b\377"};
  const auto page = metrics_text(input);
  EXPECT_NE(page.find("vigil_policy{policy=\"b\\\\xff\",domain=\"static\","), std::string::npos)
      << page;
}

std::unique_ptr<MetricsServer> serve(MetricsServer::MakePage make_page) {
  return MetricsServer::serve(listen_at({"127.0.0.1", 0}).value(), std::move(make_page)).value();
}

sockaddr_in address_of(in_addr_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(host);
  return address;
}

UniqueFd connected(std::uint16_t port, in_addr_t own_host = INADDR_LOOPBACK) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM, 0));
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  const auto own = address_of(own_host, 0), server = address_of(INADDR_LOOPBACK, port);
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)), 0);
  EXPECT_EQ(connect(fd.get(), reinterpret_cast<const sockaddr*>(&server), sizeof(server)), 0);
  return fd;
}

std::string ask(std::uint16_t port, const std::string& request) {
  const UniqueFd fd = connected(port);
  EXPECT_EQ(write(fd.get(), request.data(), request.size()), static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(fd.get(), buffer, sizeof(buffer))) > 0;)
    answer.append(buffer, static_cast<std::size_t>(got));
  return answer;
}

TEST(MetricsServer, serves_the_page_and_nothing_else) {
  const auto server = serve([] { return std::string("vigil_x 1\n"); });
  const auto port = server->port();
  const auto page = ask(port, "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(page.substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_NE(page.find("\r\n\r\nvigil_x 1\n"), std::string::npos);
  EXPECT_EQ(ask(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").substr(9, 3),
            "404");
  EXPECT_EQ(
      ask(port,
          "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
          .substr(9, 3),
      "405");
}

TEST(MetricsServer, a_client_that_holds_connections_keeps_no_other_out) {
  const auto server = serve([] { return std::string("vigil_x 1\n"); });
  std::vector<UniqueFd> held;
  for (int i = 0; i < 40; ++i) {
    held.push_back(connected(server->port(), INADDR_LOOPBACK + 1));
    send(held.back().get(), "GET", 3, MSG_NOSIGNAL);
  }
  const auto page =
      ask(server->port(), "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(page.substr(0, 15), "HTTP/1.1 200 OK");
}

TEST(ListenAt, a_taken_port_is_told) {
  const auto first = serve([] { return std::string(); });
  const auto second = listen_at({"127.0.0.1", first->port()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message(), "listening on 127.0.0.1:" + std::to_string(first->port()) +
                                          ": bind: Address already in use");
  const auto all = listen_at_all({"127.0.0.1", first->port()});
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().message(), second.error().message());
}

TEST(ListenAt, a_name_is_all_of_its_addresses) {
  const auto sockets = listen_at_all({"localhost", 0});
  ASSERT_TRUE(sockets) << sockets.error().message();
  std::set<sa_family_t> families;
  for (const auto& socket : *sockets) {
    sockaddr_storage own{};
    socklen_t size = sizeof(own);
    ASSERT_EQ(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own), &size), 0);
    families.insert(own.ss_family);
  }
  EXPECT_EQ(families.size(), sockets->size());
  EXPECT_TRUE(families.contains(AF_INET));
}

}  // namespace
}  // namespace vigil::daemon
