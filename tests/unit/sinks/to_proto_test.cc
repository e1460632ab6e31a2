#include "tests/support/to_proto.h"

#include <gtest/gtest.h>

#include "engine/stream/sinks/encoder.h"
#include "proto/json.h"
#include "tests/unit/sinks/events.h"

namespace vigil::sinks {
namespace {

using schema::ArgType;

// As the export file has it.
std::string json(const event::Event& event) {
  std::string line;
  JsonEncoder("n1").append(event, line);
  EXPECT_EQ(line, proto::to_json(to_proto(event, "n1")));
  return line;
}

std::string json(ArgType type, event::Value value, std::string label = "") {
  return proto::to_json(to_proto(event::Argument{type, std::move(label), std::move(value)}));
}

// Of the process and its parent in the events of events.h.
constexpr const char* process_rest =
    R"("uid":0,"cwd":"/root","binary":"/usr/bin/cat","arguments":"/etc/shadow",)"
    R"("flags":"execve clone","start_time":"2026-01-01T00:00:00Z","auid":4294967295,)"
    R"("parent_exec_id":"cGFyZW50",)";

std::string process_json(int pid, int tid, const char* refcnt = "") {
  return R"({"exec_id":"aWQ=","pid":)" + std::to_string(pid) + "," + process_rest + refcnt +
         R"("tid":)" + std::to_string(tid) + R"(,"in_init_tree":false})";
}

TEST(ToProto, Exec) {
  EXPECT_EQ(json(sample_exec()),
            R"({"process_exec":{"process":)" + process_json(7, 7) + R"(,"parent":)" +
                process_json(1, 1) +
                R"(},"node_name":"n1","time":"2026-01-01T00:00:00.123456789Z"})");
}

TEST(ToProto, AParentMayBeUnknown) {
  auto event = sample_exec();
  std::get<event::ProcessExec>(event.body).parent = nullptr;
  EXPECT_FALSE(to_proto(event, "n1").process_exec().has_parent());
}

TEST(ToProto, Exit) {
  const std::string processes = process_json(7, 7) + R"(,"parent":)" + process_json(1, 1);
  const std::string time = R"("time":"2026-01-01T00:00:00.123456789Z")";
  EXPECT_EQ(json(sample_exit("", 3)), R"({"process_exit":{"process":)" + processes +
                                          R"(,"status":3,)" + time + R"(},"node_name":"n1",)" +
                                          time + "}");
  EXPECT_EQ(json(sample_exit("SIGKILL", 0)), R"({"process_exit":{"process":)" + processes +
                                                 R"(,"signal":"SIGKILL",)" + time +
                                                 R"(},"node_name":"n1",)" + time + "}");
}

TEST(ToProto, Kprobe) {
  const auto event =
      sample_hook(schema::Section::kprobes,
                  {{ArgType::file, "", event::PathValue{"/etc/shadow", false, "-rw-r-----"}},
                   {ArgType::int32, "mask", std::uint64_t{4}}},
                  event::Argument{ArgType::int32, "", std::uint64_t{0}});
  EXPECT_EQ(
      json(event),
      R"({"process_kprobe":{"process":)" + process_json(7, 8, R"("refcnt":1,)") + R"(,"parent":)" +
          process_json(1, 1) +
          R"(,"function_name":"security_file_permission","args":[{"file_arg":)"
          R"({"path":"/etc/shadow","permission":"-rw-r-----"}},{"int_arg":4,"label":"mask"}],)"
          R"("return":{"int_arg":0},"action":"KPROBE_ACTION_POST","policy_name":"arguments",)"
          R"("return_action":"KPROBE_ACTION_POST"},"node_name":"n1",)"
          R"("time":"2026-01-01T00:00:00.123456789Z"})");
}

TEST(ToProto, Lsm) {
  auto event = sample_hook(schema::Section::lsmhooks, {});
  auto& hook = std::get<event::ProcessHook>(event.body);
  auto info = *hook.info;
  info.message = "refused";
  info.tags = {"demo"};
  hook.info = std::make_shared<const event::HookInfo>(info);
  hook.action = schema::ActionKind::override;
  EXPECT_EQ(json(event),
            R"({"process_lsm":{"process":)" + process_json(7, 8, R"("refcnt":1,)") +
                R"(,"parent":)" + process_json(1, 1) +
                R"(,"function_name":"security_file_permission","policy_name":"arguments",)"
                R"("message":"refused","action":"KPROBE_ACTION_OVERRIDE","tags":["demo"]},)"
                R"("node_name":"n1","time":"2026-01-01T00:00:00.123456789Z"})");
}

TEST(ToProto, Tracepoint) {
  auto event = sample_hook(schema::Section::tracepoints,
                           {{ArgType::string, "", std::string("/usr/bin/true")}});
  auto& hook = std::get<event::ProcessHook>(event.body);
  auto info = *hook.info;
  info.subsystem = "sched";
  info.function = "sched_process_exec";
  info.message = "an exec";
  info.tags = {"demo"};
  hook.info = std::make_shared<const event::HookInfo>(info);
  EXPECT_EQ(json(event),
            R"({"process_tracepoint":{"process":)" + process_json(7, 8, R"("refcnt":1,)") +
                R"(,"parent":)" + process_json(1, 1) +
                R"(,"subsys":"sched","event":"sched_process_exec","args":[{"string_arg":)"
                R"("/usr/bin/true"}],"policy_name":"arguments","action":"KPROBE_ACTION_POST",)"
                R"("message":"an exec","tags":["demo"]},)"
                R"("node_name":"n1","time":"2026-01-01T00:00:00.123456789Z"})");
}

TEST(ToProto, Loss) {
  EXPECT_EQ(json(event::Event{0, event::Loss{event::Loss::Ring::events, 464}}),
            R"({"rate_limit_info":{"number_of_dropped_process_events":"464"},"node_name":"n1",)"
            R"("time":"1970-01-01T00:00:00Z"})");
}

TEST(ToProto, TimeBeforeTheEpoch) {
  EXPECT_EQ(json(event::Event{-1, event::Loss{}}),
            R"({"rate_limit_info":{},"node_name":"n1","time":"1969-12-31T23:59:59.999999999Z"})");
}

TEST(ToProto, Integers) {
  const auto minus = static_cast<std::uint64_t>(-16);
  EXPECT_EQ(json(ArgType::int8, minus), R"({"int_arg":-16})");
  EXPECT_EQ(json(ArgType::int32, minus), R"({"int_arg":-16})");
  EXPECT_EQ(json(ArgType::uint16, std::uint64_t{488}), R"({"uint_arg":488})");
  EXPECT_EQ(json(ArgType::int64, minus), R"({"long_arg":"-16"})");
  EXPECT_EQ(json(ArgType::uint64, minus), R"({"size_arg":"18446744073709551600"})");
  EXPECT_EQ(json(ArgType::size, std::uint64_t{10}), R"({"size_arg":"10"})");
  EXPECT_EQ(json(ArgType::capability, std::uint64_t{7}),
            R"({"capability_arg":{"value":7,"name":"CAP_SETUID"}})");
  EXPECT_EQ(json(ArgType::capability, std::uint64_t{1}),
            R"({"capability_arg":{"value":1,"name":"DAC_OVERRIDE"}})");
  EXPECT_EQ(json(ArgType::capability, std::uint64_t{63}),
            R"({"capability_arg":{"value":63,"name":"63"}})");
}

TEST(ToProto, NumbersWithNames) {
  EXPECT_EQ(json(ArgType::cap_effective, std::uint64_t{0x21}),
            R"({"cap_effective_arg":"0000000000000021"})");
  EXPECT_EQ(json(ArgType::kernel_cap_t, ~std::uint64_t{0}),
            R"({"kernel_cap_t_arg":"ffffffffffffffff"})");
  EXPECT_EQ(json(ArgType::bpf_cmd, std::uint64_t{5}), R"({"bpf_cmd_arg":"BPF_PROG_LOAD"})");
  EXPECT_EQ(json(ArgType::bpf_cmd, std::uint64_t{99}), R"({"bpf_cmd_arg":99})");
  EXPECT_EQ(json(ArgType::syscall64, std::uint64_t{83}), R"({"syscall_id":{"id":83,"abi":"x64"}})");
  EXPECT_EQ(json(ArgType::syscall64, std::uint64_t{39} | 1u << 31),
            R"({"syscall_id":{"id":39,"abi":"i386"}})");
}

TEST(ToProto, KernelObjects) {
  EXPECT_EQ(json(ArgType::bpf_attr, event::BpfProgValue{1, 2, "demo"}),
            R"({"bpf_attr_arg":{"ProgType":"BPF_PROG_TYPE_SOCKET_FILTER","InsnCnt":2,)"
            R"("ProgName":"demo"}})");
  EXPECT_EQ(json(ArgType::bpf_prog, event::BpfProgValue{99, 2, ""}),
            R"({"bpf_prog_arg":{"ProgType":"99","InsnCnt":2}})");
  EXPECT_EQ(json(ArgType::bpf_map, event::BpfMapValue{2, 4, 8, 3, "demo"}),
            R"({"bpf_map_arg":{"MapType":"BPF_MAP_TYPE_ARRAY","KeySize":4,"ValueSize":8,)"
            R"("MaxEntries":3,"MapName":"demo"}})");
  EXPECT_EQ(json(ArgType::perf_event, event::PerfEventValue{8, 1, 4, "do_exit"}),
            R"({"perf_event_arg":{"KprobeFunc":"do_exit","Type":"8","Config":"1",)"
            R"("ProbeOffset":"4"}})");
  EXPECT_EQ(json(ArgType::load_info, event::ModuleValue{"evil", 0x3000, false}),
            R"({"module_arg":{"name":"evil","signature_ok":false,)"
            R"("tainted":["TAINT_OUT_OF_TREE_MODULE","TAINT_UNSIGNED_MODULE"]}})");
  EXPECT_EQ(json(ArgType::kernel_module, event::ModuleValue{"dummy", 0, {}}),
            R"({"module_arg":{"name":"dummy"}})");
  EXPECT_EQ(json(ArgType::user_namespace, event::UserNsValue{1, 2, 3, 4}),
            R"({"user_ns_arg":{"level":1,"uid":2,"gid":3,"ns":{"inum":4}}})");
}

TEST(ToProto, Packets) {
  event::SkbValue packet;
  packet.length = 50;
  EXPECT_EQ(json(ArgType::skb, packet), R"({"skb_arg":{"len":50}})") << "not IP";
  packet.family = 2;
  packet.protocol = 17;
  packet.source = packet.destination = {127, 0, 0, 1};
  packet.source_port = 52801;
  packet.destination_port = 5353;
  EXPECT_EQ(json(ArgType::skb, packet),
            R"({"skb_arg":{"len":50,"saddr":"127.0.0.1","daddr":"127.0.0.1","sport":52801,)"
            R"("dport":5353,"proto":17,"protocol":"IPPROTO_UDP","family":"AF_INET"}})");
}

TEST(ToProto, UnixAddresses) {
  EXPECT_EQ(json(ArgType::sockaddr_un, event::UnixAddressValue{1, "@demo"}),
            R"({"sockaddrun_arg":{"family":"AF_UNIX","path":"@demo"}})");
  EXPECT_EQ(json(ArgType::sockaddr_un, event::UnixAddressValue{2, ""}),
            R"({"sockaddrun_arg":{"family":"AF_INET"}})");
}

TEST(ToProto, Texts) {
  EXPECT_EQ(json(ArgType::string, std::string("tmpfs"), "kind"),
            R"({"string_arg":"tmpfs","label":"kind"})");
  EXPECT_EQ(json(ArgType::string, std::string("a\xff")), R"({"string_arg":"a\\xff"})");
  EXPECT_EQ(json(ArgType::string, event::ErrorValue{"Bad address for basic type"}),
            R"({"error_arg":{"Message":"Bad address for basic type"}})");
}

TEST(ToProto, Paths) {
  const event::PathValue path{"/a", true, "---------"};
  const std::string shown =
      R"({"path":"/a","flags":"unresolvedPathComponents","permission":"---------"}})";
  EXPECT_EQ(json(ArgType::file, path), R"({"file_arg":)" + shown);
  EXPECT_EQ(json(ArgType::fd, path), R"({"file_arg":)" + shown);
  EXPECT_EQ(json(ArgType::path, path), R"({"path_arg":)" + shown);
  EXPECT_EQ(json(ArgType::dentry, path), R"({"path_arg":)" + shown);
  EXPECT_EQ(json(ArgType::linux_binprm, path), R"({"linux_binprm_arg":)" + shown);
}

TEST(ToProto, Bytes) {
  EXPECT_EQ(json(ArgType::char_buf, event::BytesValue{"hello fd\n\xff", 10, false}),
            R"({"bytes_arg":"aGVsbG8gZmQK/w=="})");
  EXPECT_EQ(json(ArgType::char_buf, event::BytesValue{"dd", 6000, true}),
            R"({"truncated_bytes_arg":{"bytes_arg":"ZGQ=","orig_size":"6000"}})");
}

TEST(ToProto, SocketsWithoutAddresses) {
  event::SockValue sock;
  sock.family = 1;
  sock.type = 1;
  sock.state = 7;
  sock.cookie = 2;
  EXPECT_EQ(json(ArgType::sock, sock),
            R"({"sock_arg":{"family":"AF_UNIX","type":"SOCK_STREAM","protocol":"IPPROTO_IP",)"
            R"("saddr":"invalid IP","daddr":"invalid IP","cookie":"2","state":"TCP_CLOSE"}})");
  EXPECT_EQ(json(ArgType::sockaddr, event::SockaddrValue{.family = 16}),
            R"({"sockaddr_arg":{"family":"AF_NETLINK","addr":"invalid IP"}})");
}

TEST(ToProto, Sockets) {
  event::SockValue sock;
  sock.family = 2;
  sock.type = 1;
  sock.protocol = 6;
  sock.state = 2;
  sock.source = sock.destination = {127, 0, 0, 1};
  sock.source_port = 54776;
  sock.destination_port = 9;
  sock.cookie = 18381979679377857664u;
  EXPECT_EQ(json(ArgType::sock, sock),
            R"({"sock_arg":{"family":"AF_INET","type":"SOCK_STREAM","protocol":"IPPROTO_TCP",)"
            R"("saddr":"127.0.0.1","daddr":"127.0.0.1","sport":54776,"dport":9,)"
            R"("cookie":"18381979679377857664","state":"TCP_SYN_SENT"}})");
  sock.family = 10;
  sock.source = {};
  sock.destination = {};
  sock.destination[15] = 1;
  const auto message = to_proto(event::Argument{ArgType::socket, "", sock});
  EXPECT_EQ(message.sock_arg().saddr(), "::");
  EXPECT_EQ(message.sock_arg().daddr(), "::1");
}

TEST(ToProto, Addresses) {
  event::SockaddrValue address{2, 9, {127, 0, 0, 1}};
  EXPECT_EQ(json(ArgType::sockaddr, address),
            R"({"sockaddr_arg":{"family":"AF_INET","addr":"127.0.0.1","port":9}})");
  EXPECT_EQ(json(ArgType::sockaddr, event::SockaddrValue{0, 9, {127, 0, 0, 1}, 2}),
            R"({"sockaddr_arg":{"family":"AF_UNSPEC","addr":"127.0.0.1","port":9}})");
  address = {1, 0, {}};
  EXPECT_EQ(json(ArgType::sockaddr, address),
            R"({"sockaddr_arg":{"family":"AF_UNIX","addr":"invalid IP"}})");
  address.family = 999;
  EXPECT_EQ(json(ArgType::sockaddr, address),
            R"({"sockaddr_arg":{"family":"999","addr":"invalid IP"}})");
}

TEST(ToProto, Credentials) {
  event::CredValue cred;
  cred.uid = 65534;
  cred.permitted = 0b11;
  cred.effective = 1ull << 40;
  cred.securebits = 0b101;
  cred.user_ns.inum = 4026531837;
  EXPECT_EQ(
      json(ArgType::cred, cred),
      R"({"process_credentials_arg":{"uid":65534,"gid":0,"euid":0,"egid":0,"suid":0,"sgid":0,)"
      R"("fsuid":0,"fsgid":0,"securebits":["SecBitNoRoot","SecBitNoSetUidFixup"],)"
      R"("caps":{"permitted":["CAP_CHOWN","DAC_OVERRIDE"],)"
      R"("effective":["CAP_CHECKPOINT_RESTORE"]},"user_ns":{"level":0,"uid":0,"gid":0,)"
      R"("ns":{"inum":4026531837,"is_host":true}}}})");
}

}  // namespace
}  // namespace vigil::sinks
