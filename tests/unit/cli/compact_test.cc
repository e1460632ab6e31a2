#include "cli/compact.h"

#include <gtest/gtest.h>

namespace vigil::cli {
namespace {

using tetragon::GetEventsResponse;

void fill(tetragon::Process& process, const std::string& binary, const std::string& arguments) {
  process.set_binary(binary);
  process.set_arguments(arguments);
}

GetEventsResponse exec_of(const std::string& binary, const std::string& arguments) {
  GetEventsResponse event;
  event.set_node_name("host");
  fill(*event.mutable_process_exec()->mutable_process(), binary, arguments);
  return event;
}

GetEventsResponse kprobe_of(const std::string& function) {
  GetEventsResponse event;
  event.set_node_name("host");
  auto& kprobe = *event.mutable_process_kprobe();
  kprobe.set_function_name(function);
  kprobe.set_policy_name("watch");
  fill(*kprobe.mutable_process(), "/bin/prog", "");
  return event;
}

std::string plain(const GetEventsResponse& event) { return compact(event, {}); }

std::string wide(const GetEventsResponse& event) {
  return compact(event, {.paint = Painter(Painter::Mode::plain), .detail = Detail::wide});
}

TEST(Compact, ExecShowsProgramAndArgumentsAsOneWordEach) {
  EXPECT_EQ(plain(exec_of("/bin/ls", "-l")), "🚀 process host /bin/ls -l");
  EXPECT_EQ(plain(exec_of("/bin/ls", "-l /tmp")), "🚀 process host /bin/ls \"-l /tmp\"");
  EXPECT_EQ(plain(exec_of("/opt/my prog", "")), "🚀 process host \"/opt/my prog\" ");
}

TEST(Compact, PodStandsInPlaceOfTheNode) {
  auto event = exec_of("/bin/ls", "");
  auto& pod = *event.mutable_process_exec()->mutable_process()->mutable_pod();
  pod.set_namespace_("shop");
  pod.set_name("cart-1");
  EXPECT_EQ(plain(event), "🚀 process shop/cart-1 /bin/ls ");
}

TEST(Compact, NoByteOfAProcessSteersTheTerminal) {
  const auto line = plain(exec_of("/tmp/\x1b[2J",
                                  "\x9b"
                                  "31m \xc2\x9b \xe2\x80\xae r\rb\bn\nz\x7f"));
  EXPECT_EQ(line,
            "🚀 process host \"/tmp/\\x1b[2J\" \"\\x9b31m \\u009b \\u202e r\\rb\\bn\\nz\\x7f\"");
}

TEST(Compact, ExitShowsStatusOrSignal) {
  GetEventsResponse event;
  event.set_node_name("host");
  auto& exit = *event.mutable_process_exit();
  fill(*exit.mutable_process(), "/bin/false", "");
  exit.set_status(1);
  EXPECT_EQ(plain(event), "💥 exit    host /bin/false  1");
  exit.set_signal("SIGKILL");
  EXPECT_EQ(plain(event), "💥 exit    host /bin/false  SIGKILL");
}

TEST(Compact, LsmShowsTheHook) {
  GetEventsResponse event;
  event.set_node_name("host");
  auto& lsm = *event.mutable_process_lsm();
  fill(*lsm.mutable_process(), "/bin/cat", "/vault/key");
  lsm.set_function_name("file_open");
  lsm.set_policy_name("protect");
  lsm.set_action(tetragon::KPROBE_ACTION_SIGKILL);
  lsm.add_args()->mutable_file_arg()->set_path("/vault/key");
  EXPECT_EQ(plain(event), "🔒 LSM     host /bin/cat file_open");
  EXPECT_EQ(wide(event), "🔒 LSM     host /bin/cat file_open /vault/key → Sigkill [protect]");
  lsm.set_ima_hash("sha256:00");
  EXPECT_EQ(plain(event), "🔒 LSM     host /bin/cat file_open\n   /vault/key sha256:00");
}

TEST(Compact, WideShowsEveryArgumentOnce) {
  GetEventsResponse event;
  event.set_node_name("host");
  auto& lsm = *event.mutable_process_lsm();
  fill(*lsm.mutable_process(), "/bin/curl", "");
  lsm.set_function_name("socket_connect");
  lsm.set_policy_name("block");
  lsm.set_action(tetragon::KPROBE_ACTION_OVERRIDE);
  lsm.add_args()->mutable_sock_arg()->set_protocol("IPPROTO_TCP");
  auto& to = *lsm.add_args()->mutable_sockaddr_arg();
  to.set_family("AF_INET");
  to.set_addr("192.0.2.7");
  to.set_port(443);
  lsm.add_args()->set_string_arg("\x1b");
  EXPECT_EQ(
      wide(event),
      "🔒 LSM     host /bin/curl socket_connect tcp 192.0.2.7:443 \"\\x1b\" → Override [block]");
}

TEST(Compact, KprobesReadAsWhatTheyMean) {
  auto write = kprobe_of("__x64_sys_write");
  write.mutable_process_kprobe()->add_args()->mutable_file_arg()->set_path("/etc/x");
  write.mutable_process_kprobe()->add_args()->set_bytes_arg("hello");
  write.mutable_process_kprobe()->add_args()->set_size_arg(5);
  EXPECT_EQ(plain(write), "📝 write   host /bin/prog /etc/x 5 bytes");

  auto connect = kprobe_of("tcp_connect");
  auto& sock = *connect.mutable_process_kprobe()->add_args()->mutable_sock_arg();
  sock.set_protocol("IPPROTO_TCP");
  sock.set_saddr("10.0.0.1");
  sock.set_sport(40000);
  sock.set_daddr("192.0.2.7");
  sock.set_dport(80);
  EXPECT_EQ(plain(connect), "🔌 connect host /bin/prog tcp 10.0.0.1:40000 -> 192.0.2.7:80");

  EXPECT_EQ(plain(kprobe_of("security_path_mkdir")),
            "❓ syscall host /bin/prog security_path_mkdir");
}

TEST(Compact, FilePermissionDependsOnItsMode) {
  const auto with_mode = [](int mode) {
    auto event = kprobe_of("security_file_permission");
    event.mutable_process_kprobe()->add_args()->mutable_file_arg()->set_path("/etc/x");
    event.mutable_process_kprobe()->add_args()->set_int_arg(mode);
    return plain(event);
  };
  EXPECT_EQ(with_mode(2), "📝 write   host /bin/prog /etc/x");
  EXPECT_EQ(with_mode(4), "📚 read    host /bin/prog /etc/x");
  EXPECT_EQ(with_mode(1), "❓ security_file_permission host /bin/prog ");
}

TEST(Compact, MmapNamesTheProtection) {
  auto event = kprobe_of("security_mmap_file");
  event.mutable_process_kprobe()->add_args()->mutable_file_arg()->set_path("/lib/x.so");
  event.mutable_process_kprobe()->add_args()->set_uint_arg(5);
  EXPECT_EQ(plain(event), "📝 mmap-rx host /bin/prog /lib/x.so");
}

TEST(Compact, TracepointsAndTheSystemCallsThatTheySee) {
  GetEventsResponse event;
  event.set_node_name("host");
  auto& tracepoint = *event.mutable_process_tracepoint();
  tracepoint.mutable_process()->set_binary("/bin/prog");
  tracepoint.set_subsys("sched");
  tracepoint.set_event("sched_process_exec");
  EXPECT_EQ(plain(event), "⁉️ tracepoint host /bin/prog sched sched_process_exec");
  tracepoint.set_subsys("raw_syscalls");
  tracepoint.set_event("sys_enter");
  auto& id = *tracepoint.add_args()->mutable_syscall_id();
  id.set_id(83);
  id.set_abi("x64");
  EXPECT_EQ(plain(event), "☎  syscall host /bin/prog mkdir(?, ?)");
  tracepoint.add_args()->set_size_arg(16);
  EXPECT_EQ(plain(event), "☎  syscall host /bin/prog mkdir(0x10, ?)");
  id.set_id(39);
  id.set_abi("i386");
  EXPECT_EQ(plain(event), "☎  syscall host /bin/prog i386/mkdir(0x10, ?)");
  id.set_id(9999);
  EXPECT_EQ(plain(event), "☎  syscall host /bin/prog i386/9999");
}

TEST(Compact, StacksFollowTheLine) {
  auto event = kprobe_of("do_thing");
  auto& entry = *event.mutable_process_kprobe()->add_kernel_stack_trace();
  entry.set_symbol("do_thing");
  entry.set_offset(18);
  EXPECT_EQ(plain(event), "❓ syscall host /bin/prog do_thing\nKernel:\n   0x0: do_thing+0x12");
}

TEST(Compact, ManyCapabilitiesAreMarkedAtTheRight) {
  auto event = exec_of("/bin/ls", "");
  auto& process = *event.mutable_process_exec()->mutable_process();
  for (int i = 0; i < 22; ++i)
    process.mutable_cap()->add_effective(static_cast<tetragon::CapabilitiesType>(i));
  const auto line = plain(event);
  EXPECT_TRUE(line.ends_with(" 🛑 CAP_SYS_ADMIN"));
}

TEST(Compact, LossIsTold) {
  GetEventsResponse event;
  event.set_node_name("host");
  event.mutable_rate_limit_info()->set_number_of_dropped_process_events(12);
  EXPECT_EQ(plain(event), "⛔ lost    host 12 events");
}

TEST(Compact, TimestampHasNineDigits) {
  auto event = exec_of("/bin/ls", "");
  event.mutable_time()->set_seconds(1);
  event.mutable_time()->set_nanos(5);
  EXPECT_EQ(compact(event, {.timestamps = Timestamps::shown}),
            "1970-01-01T00:00:01.000000005Z 🚀 process host /bin/ls ");
}

TEST(Compact, ColoursOnlyWhenAsked) {
  const auto event = exec_of("/bin/ls", "-l");
  EXPECT_EQ(plain(event).find('\x1b'), std::string::npos);
  EXPECT_EQ(
      compact(event, {.paint = Painter(Painter::Mode::coloured)}),
      "\x1b[34m🚀 process\x1b[0m \x1b[32mhost\x1b[0m \x1b[35m/bin/ls\x1b[0m \x1b[36m-l\x1b[0m");
}

}  // namespace
}  // namespace vigil::cli
