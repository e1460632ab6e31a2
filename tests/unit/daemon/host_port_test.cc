#include "engine/daemon/host_port.h"

#include <gtest/gtest.h>

namespace vigil::daemon {
namespace {

TEST(HostPort, is_taken_apart) {
  const auto v6 = parse_host_port("[fe80::1%eth0]:9470").value();
  EXPECT_EQ(v6.host, "fe80::1%eth0");
  EXPECT_EQ(v6.port, 9470);
  EXPECT_EQ(parse_host_port("127.0.0.1:65535")->port, 65535);
  EXPECT_EQ(parse_host_port(":1")->host, "");
  for (const char* right : {"localhost:1", "a-b_c.example.:80", "7.example:80"})
    EXPECT_TRUE(parse_host_port(right)) << right;
}

TEST(HostPort, is_written_as_it_was) {
  for (const char* text : {"[::1]:9470", "127.0.0.1:80", ":1"})
    EXPECT_EQ(to_string(parse_host_port(text).value()), text);
}

TEST(HostPort, a_wrong_half_is_named) {
  EXPECT_EQ(parse_host_port("junk").error().message(), "'junk' is not HOST:PORT");
  EXPECT_EQ(parse_host_port("x:y").error().message(), "'x:y': the port is not between 1 and 65535");
  EXPECT_EQ(parse_host_port("::1:80").error().message(),
            "'::1:80': an IPv6 address stands in brackets, as in [::1]:9470");
  EXPECT_EQ(parse_host_port("300.0.0.1:80").error().message(),
            "'300.0.0.1:80': the host is neither an address nor a name");
  for (const char* port :
       {"", "0", "65536", "99999", "-1", "+1", "1 ", "0x10", "99999999999999999999"})
    EXPECT_FALSE(parse_host_port(std::string("h:") + port)) << port;
  for (const char* host :
       {"[::1", "[]", "[1.2.3.4]", "[::g]", "a b", "a/b", "a..b", ".a", "1.2.3", "\x1b"})
    EXPECT_FALSE(parse_host_port(std::string(host) + ":80")) << host;
  EXPECT_FALSE(parse_host_port(std::string(254, 'x') + ":80"));
}

}  // namespace
}  // namespace vigil::daemon
