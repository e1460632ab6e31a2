// Against lines as upstream's clients know them, of events that exist here and of some that do not
// yet: the JSON form gives back each of them, and our events have their keys.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/schema/arg_types.h"
#include "proto/json.h"
#include "tests/support/to_proto.h"
#include "tests/unit/sinks/events.h"

namespace vigil::sinks {
namespace {

namespace fs = std::filesystem;
using google::protobuf::util::JsonStringToMessage;
using schema::ArgType;

fs::path samples() {
  const char* root = std::getenv("VIGIL_ROOT");
  return fs::path(root == nullptr ? "." : root) / "tests/unit/sinks/samples";
}

std::string read(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

google::protobuf::Struct parse(const std::string& json) {
  google::protobuf::Struct parsed;
  const auto status = JsonStringToMessage(json, &parsed);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return parsed;
}

// "process_exec.process.pid: number", of every key however deep; elements of a list alike.
void collect(const std::string& path, const google::protobuf::Value& value,
             std::set<std::string>& keys) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kStructValue:
      for (const auto& [name, field] : value.struct_value().fields())
        collect(path + "." + name, field, keys);
      return;
    case google::protobuf::Value::kListValue:
      for (const auto& element : value.list_value().values()) collect(path + "[]", element, keys);
      return;
    case google::protobuf::Value::kNumberValue: keys.insert(path + ": number"); return;
    case google::protobuf::Value::kStringValue: keys.insert(path + ": string"); return;
    case google::protobuf::Value::kBoolValue: keys.insert(path + ": bool"); return;
    case google::protobuf::Value::kNullValue:
    case google::protobuf::Value::KIND_NOT_SET: keys.insert(path + ": null"); return;
  }
}

std::set<std::string> keys(const std::string& json) {
  google::protobuf::Value value;
  *value.mutable_struct_value() = parse(json);
  std::set<std::string> found;
  collect("", value, found);
  return found;
}

TEST(Samples, ComeBackAsTheyWere) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(samples())) {
    if (entry.path().extension() != ".json") continue;
    const std::string line = read(entry.path());
    tetragon::GetEventsResponse message;
    ASSERT_TRUE(JsonStringToMessage(line, &message).ok()) << entry.path();
    const std::string ours = proto::to_json(message);
    EXPECT_EQ(parse(ours).SerializeAsString().size(), parse(line).SerializeAsString().size())
        << entry.path() << "\n"
        << ours;
    EXPECT_EQ(keys(ours), keys(line)) << entry.path();
    ++count;
  }
  EXPECT_GT(count, 0);
}

event::Event hook(std::vector<event::Argument> arguments) {
  return sample_hook(schema::Section::kprobes, std::move(arguments));
}

event::Event container_exec() {
  auto event = sample_exec();
  auto& exec = std::get<event::ProcessExec>(event.body);
  auto process = *exec.process;
  process.docker = "c0ffee";
  exec.process = std::make_shared<const event::Process>(process);
  return event;
}

event::SockValue tcp_sock() {
  event::SockValue sock;
  sock.family = 2;
  sock.source_port = sock.destination_port = 9;
  sock.cookie = 1;
  return sock;
}

event::SockValue new_socket() {
  auto sock = tcp_sock();
  sock.source_port = sock.destination_port = 0;
  return sock;
}

event::SockValue unix_socket() {
  event::SockValue sock;
  sock.family = 1;
  sock.cookie = 1;
  return sock;
}

event::SkbValue udp_packet() {
  event::SkbValue packet;
  packet.length = 71;
  packet.family = 2;
  packet.protocol = 17;
  packet.source_port = packet.destination_port = 9;
  packet.sec_path_length = packet.sec_path_offloads = 1;
  return packet;
}

event::Event user_hook(schema::Section section, std::vector<event::Argument> arguments) {
  auto event = sample_hook(section, std::move(arguments));
  auto& hook = std::get<event::ProcessHook>(event.body);
  auto info = *hook.info;
  info.path = "/opt/mara/probe";
  info.message = "a tide";
  info.tags = {"mara"};
  if (section == schema::Section::usdts) info.provider = "mara";
  hook.info = std::make_shared<const event::HookInfo>(info);
  return event;
}

// The sample of that name and an event of ours that should look like it.
std::vector<std::pair<const char*, event::Event>> lookalikes() {
  const event::PathValue path{"/a", false, "-rw-r--r--"};
  const std::uint64_t number = 1;
  event::CredValue cred;
  cred.permitted = cred.effective = 1;
  cred.user_ns.inum = 1;
  return {
      {"exec", sample_exec()},
      {"exec-container", container_exec()},
      {"exit-status", sample_exit("", 3)},
      {"exit-killed", sample_exit("SIGKILL", 0)},
      {"kprobe-file", hook({{ArgType::file, "", path}, {ArgType::int32, "", number}})},
      {"kprobe-path", hook({{ArgType::path, "", path}})},
      {"kprobe-path-dentry", hook({{ArgType::path, "", path},
                                   {ArgType::dentry, "", path},
                                   {ArgType::uint32, "", number}})},
      {"kprobe-binprm-label", hook({{ArgType::linux_binprm, "program", path}})},
      {"kprobe-fd-buf", hook({{ArgType::fd, "", path},
                              {ArgType::char_buf, "", event::BytesValue{"x", 1, false}},
                              {ArgType::size, "", number}})},
      {"kprobe-buf-truncated", hook({{ArgType::fd, "", path},
                                     {ArgType::char_buf, "", event::BytesValue{"x", 6, true}},
                                     {ArgType::size, "", number}})},
      {"kprobe-sock", hook({{ArgType::sock, "", tcp_sock()}})},
      {"kprobe-socket-sockaddr", hook({{ArgType::socket, "", new_socket()},
                                       {ArgType::sockaddr, "", event::SockaddrValue{2, 9, {}}},
                                       {ArgType::int32, "", number}})},
      {"kprobe-capability", hook({{ArgType::capability, "", std::uint64_t{19}}})},
      {"kprobe-bad-address", hook({{ArgType::string, "", event::ErrorValue{"no"}},
                                   {ArgType::string, "", std::string("tmpfs")}})},
      {"kprobe-cred",
       hook({{ArgType::cred, "", cred}, {ArgType::cred, "", cred}, {ArgType::int32, "", number}})},
      {"kprobe-int-return",
       sample_hook(schema::Section::kprobes,
                   {{ArgType::int32, "", number}, {ArgType::int64, "", number}},
                   event::Argument{ArgType::int32, "", number})},
      {"kprobe-filename",
       hook({{ArgType::int32, "", number}, {ArgType::filename, "", std::string("/a")}})},
      {"kprobe-iovec", hook({{ArgType::int32, "", number},
                             {ArgType::char_iovec, "", event::BytesValue{"x", 1, false}}})},
      {"kprobe-kiocb-iov-iter", hook({{ArgType::kiocb, "", path},
                                      {ArgType::iov_iter, "", event::BytesValue{"x", 1, false}}})},
      {"kprobe-kiocb-iov-iter", hook({{ArgType::file, "", path},
                                      {ArgType::const_buf, "", event::BytesValue{"x", 1, false}}})},
      {"kprobe-skb-device",
       hook({{ArgType::skb, "", udp_packet()}, {ArgType::data_loc, "", std::string("lo")}})},
      {"kprobe-sockaddr-un", hook({{ArgType::socket, "", unix_socket()},
                                   {ArgType::sockaddr_un, "", event::UnixAddressValue{1, "/a"}}})},
      {"kprobe-syscall64", hook({{ArgType::syscall64, "", std::uint64_t{83}}})},
      {"kprobe-net-device", hook({{ArgType::net_device, "", std::string("lo")}})},
      {"kprobe-userns-capability",
       hook({{ArgType::user_namespace, "", event::UserNsValue{0, 0, 0, 1}},
             {ArgType::capability, "", std::uint64_t{19}}})},
      {"kprobe-capset", hook({{ArgType::cap_effective, "", number},
                              {ArgType::cap_inheritable, "", number},
                              {ArgType::cap_permitted, "", number}})},
      {"kprobe-kernel-cap", hook({{ArgType::kernel_cap_t, "", number}})},
      {"kprobe-bpf-attr", hook({{ArgType::bpf_attr, "", event::BpfProgValue{1, 2, "own"}}})},
      {"kprobe-bpf-prog", hook({{ArgType::bpf_prog, "", event::BpfProgValue{1, 2, "own"}}})},
      {"kprobe-bpf-map", hook({{ArgType::bpf_map, "", event::BpfMapValue{2, 4, 8, 3, "own"}}})},
      {"kprobe-perf-event", hook({{ArgType::perf_event, "", event::PerfEventValue{1, 0, 0, ""}}})},
      {"kprobe-module", hook({{ArgType::kernel_module, "", event::ModuleValue{"own", 0, {}}}})},
      {"kprobe-load-info",
       hook({{ArgType::load_info, "", event::ModuleValue{"own", 4096, false}}})},
      {"lsm", sample_hook(schema::Section::lsmhooks, {{ArgType::file, "", path}})},
      {"uprobe", user_hook(schema::Section::uprobes, {})},
      {"usdt", user_hook(schema::Section::usdts, {{ArgType::int32, "", number},
                                                  {ArgType::int64, "", ~std::uint64_t{60}},
                                                  {ArgType::uint64, "", number << 40}})},
      {"rate-limit-info", {1, event::Loss{event::Loss::Ring::events, 464}}},
  };
}

TEST(Samples, OurEventsHaveTheirKeys) {
  for (const auto& [name, event] : lookalikes()) {
    const auto line = read(samples() / (std::string(name) + ".json"));
    EXPECT_EQ(keys(proto::to_json(to_proto(event, "n1"))), keys(line)) << name;
  }
}

// Integers differ only in the width that the kernel reads.
TEST(Samples, HaveEveryArgumentType) {
  std::set<ArgType> seen{ArgType::nop};
  for (const auto& [name, event] : lookalikes())
    if (const auto* call = std::get_if<event::ProcessHook>(&event.body))
      for (const auto& argument : call->arguments) seen.insert(argument.type);
  for (const auto& word : schema::arg_type_words()) {
    if (!word.value || schema::info(*word.value).category == schema::Category::integer) continue;
    EXPECT_TRUE(seen.contains(*word.value)) << word.spelling;
  }
}

}  // namespace
}  // namespace vigil::sinks
