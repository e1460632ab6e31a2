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
}

TEST(Syscalls, AsPoliciesNameThem) {
  struct Row {
    std::string_view call;
    Abi abi;
    bool is_symbol;
  };
  for (const Row& row :
       {Row{"sys_dup", Abi::x64, false}, Row{"x64/sys_dup", Abi::x64, false},
        Row{"__x64_sys_dup", Abi::x64, true}, Row{"i386/sys_dup", Abi::i386, false},
        Row{"__ia32_sys_dup", Abi::i386, true}, Row{"__ia32_compat_sys_dup", Abi::i386, true}}) {
    const auto call = syscall_call(row.call);
    ASSERT_TRUE(call) << row.call;
    EXPECT_EQ(call->name, "dup");
    EXPECT_EQ(call->abi, row.abi) << row.call;
    EXPECT_EQ(call->is_symbol, row.is_symbol) << row.call;
  }
  EXPECT_FALSE(syscall_call("security_file_open"));
  EXPECT_FALSE(syscall_call("sys_"));
  EXPECT_FALSE(syscall_call("__sys_setuid"));
}

TEST(Syscalls, HaveNumbers) {
  EXPECT_EQ(syscall_number(Abi::x64, "dup"), 32u);
  EXPECT_EQ(syscall_number(Abi::i386, "dup"), 41u);
  EXPECT_EQ(syscall_number(Abi::x64, "newstat"), 4u);
  EXPECT_EQ(syscall_number(Abi::x64, "umount"), 166u);
  EXPECT_EQ(syscall_number(Abi::i386, "umount"), 52u);
  EXPECT_EQ(syscall_number(Abi::i386, "oldumount"), 22u);
  EXPECT_EQ(syscall_number(Abi::i386, "chown"), 212u);
  EXPECT_EQ(syscall_number(Abi::i386, "chown16"), 182u);
  EXPECT_FALSE(syscall_number(Abi::x64, "waitpid"));
  EXPECT_EQ(syscall_of_number(Abi::x64, 83), "mkdir");
  EXPECT_EQ(syscall_of_number(Abi::i386, 39), "mkdir");
  EXPECT_FALSE(syscall_of_number(Abi::x64, 9999));
}

}  // namespace
}  // namespace vigil::schema
