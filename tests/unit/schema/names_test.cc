#include "engine/schema/names.h"

#include <gtest/gtest.h>

#include "engine/schema/syscalls.h"

namespace vigil::schema {
namespace {

TEST(Names, BothWays) {
  EXPECT_EQ(name_of(Names::capability, 21), "CAP_SYS_ADMIN");
  EXPECT_EQ(number_of(Names::capability, "CAP_SYS_ADMIN"), 21u);
  EXPECT_EQ(number_of(Names::capability, "SYS_ADMIN"), 21u);
  EXPECT_EQ(name_of(Names::address_family, 1), "AF_UNIX");
  EXPECT_EQ(number_of(Names::address_family, "AF_LOCAL"), 1u);
  EXPECT_EQ(name_of(Names::protocol, 0), "IPPROTO_IP");
  EXPECT_EQ(number_of(Names::protocol, "IPPROTO_ICMPV6"), 58u);
  EXPECT_EQ(name_of(Names::tcp_state, 10), "TCP_LISTEN");
  EXPECT_EQ(name_of(Names::signal, 9), "SIGKILL");
  EXPECT_EQ(name_of(Names::socket_type, 2), "SOCK_DGRAM");
  EXPECT_EQ(name_of(Names::error, 13), "EACCES");
  EXPECT_FALSE(name_of(Names::signal, 64));
  EXPECT_FALSE(number_of(Names::protocol, "TCP"));
}

TEST(Names, DacOverrideHasNoPrefixInTheApi) {
  EXPECT_EQ(name_of(Names::capability, 1), "DAC_OVERRIDE");
  EXPECT_EQ(number_of(Names::capability, "CAP_DAC_OVERRIDE"), 1u);
  EXPECT_EQ(number_of(Names::capability, "DAC_OVERRIDE"), 1u);
}

TEST(Syscalls, FoundByNameAndBySymbol) {
  ASSERT_NE(find_syscall("openat"), nullptr);
  EXPECT_EQ(find_syscall("openat")->arguments, "dsii");
  EXPECT_EQ(find_syscall("openat3"), nullptr);
  EXPECT_EQ(find_syscall(""), nullptr);
  EXPECT_EQ(syscall_name("sys_openat"), "openat");
  EXPECT_EQ(syscall_name("__x64_sys_openat"), "openat");
  EXPECT_FALSE(syscall_name("security_file_open"));
  EXPECT_FALSE(syscall_name("sys_"));
}

}  // namespace
}  // namespace vigil::schema
