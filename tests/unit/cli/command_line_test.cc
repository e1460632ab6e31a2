// The program as a user runs it, against a server that answers as told.
#include "cli/command_line.h"

#include <bpf/btf.h>
#include <fcntl.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>

#include "tetragon/sensors.grpc.pb.h"
#include "vigil/status.grpc.pb.h"

namespace vigil::cli {
namespace {

class FakeStatus final : public v1::Status::Service {
 public:
  v1::GetStatusResponse status;

 private:
  grpc::Status GetStatus(grpc::ServerContext*, const v1::GetStatusRequest*,
                         v1::GetStatusResponse* response) override {
    *response = status;
    return grpc::Status::OK;
  }
};

class FakeDaemon final : public tetragon::FineGuidanceSensors::Service {
 public:
  explicit FakeDaemon(const std::string& address, FakeStatus* status = nullptr) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(this);
    if (status) builder.RegisterService(status);
    server_ = builder.BuildAndStart();
  }
  ~FakeDaemon() override { server_->Shutdown(); }

  std::vector<tetragon::GetEventsResponse> events;
  tetragon::GetEventsRequest events_request;
  tetragon::ListTracingPoliciesResponse policies;
  tetragon::DeleteTracingPolicyRequest deleted;
  tetragon::ConfigureTracingPolicyRequest configured;
  std::string added, warnings;
  grpc::Status add_status;

 private:
  grpc::Status GetEvents(grpc::ServerContext* context, const tetragon::GetEventsRequest* request,
                         grpc::ServerWriter<tetragon::GetEventsResponse>* writer) override {
    events_request = *request;
    for (const auto& event : events) writer->Write(event);
    while (!context->IsCancelled()) usleep(1000);
    return grpc::Status::CANCELLED;
  }
  grpc::Status ListTracingPolicies(grpc::ServerContext*,
                                   const tetragon::ListTracingPoliciesRequest*,
                                   tetragon::ListTracingPoliciesResponse* response) override {
    *response = policies;
    return grpc::Status::OK;
  }
  grpc::Status AddTracingPolicy(grpc::ServerContext* context,
                                const tetragon::AddTracingPolicyRequest* request,
                                tetragon::AddTracingPolicyResponse*) override {
    added = request->yaml();
    if (!warnings.empty()) context->AddTrailingMetadata("vigil-warnings-bin", warnings);
    return add_status;
  }
  grpc::Status DeleteTracingPolicy(grpc::ServerContext*,
                                   const tetragon::DeleteTracingPolicyRequest* request,
                                   tetragon::DeleteTracingPolicyResponse*) override {
    deleted = *request;
    return grpc::Status::OK;
  }
  grpc::Status ConfigureTracingPolicy(grpc::ServerContext*,
                                      const tetragon::ConfigureTracingPolicyRequest* request,
                                      tetragon::ConfigureTracingPolicyResponse*) override {
    configured = *request;
    return grpc::Status::OK;
  }
  grpc::Status GetVersion(grpc::ServerContext*, const tetragon::GetVersionRequest*,
                          tetragon::GetVersionResponse* response) override {
    response->set_version("9.8.7");
    return grpc::Status::OK;
  }
  grpc::Status GetHealth(grpc::ServerContext*, const tetragon::GetHealthStatusRequest*,
                         tetragon::GetHealthStatusResponse* response) override {
    auto& status = *response->add_health_status();
    status.set_status(tetragon::HEALTH_STATUS_RUNNING);
    status.set_details("running");
    return grpc::Status::OK;
  }

  std::unique_ptr<grpc::Server> server_;
};

struct Outcome {
  ExitStatus status;
  std::string out, err;
};

class CommandLine : public testing::Test {
 protected:
  CommandLine() {
    char name[] = "/tmp/vigil-cli-test.XXXXXX";
    directory_ = mkdtemp(name);
    address_ = "unix://" + directory_ + "/socket";
  }
  ~CommandLine() override { std::system(("rm -rf " + directory_).c_str()); }

  Outcome run(std::vector<const char*> words) {
    words.insert(words.begin(), {"vigil", "--server-address", address_.c_str()});
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto status = run_command_line(static_cast<int>(words.size()), words.data());
    auto out = testing::internal::GetCapturedStdout();
    return {status, std::move(out), testing::internal::GetCapturedStderr()};
  }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  std::string directory_, address_;
};

TEST_F(CommandLine, UsageIsStatusTwo) {
  for (const auto& words :
       std::vector<std::vector<const char*>>{{},
                                             {"nonsense"},
                                             {"events", "--output", "xml"},
                                             {"events", "--event-type", "smoke"},
                                             {"policy"},
                                             {"policy", "set-mode", "p", "sometimes"},
                                             {"events", "--count", "-1"},
                                             {"events", "--count", "0"},
                                             {"events", "--timeout", "0"},
                                             {"events", "--pid", "-1"},
                                             {"events", "--process", "("},
                                             {"--server-address", "foo", "status"},
                                             {"--server-address=", "status"},
                                             {"policy", "check", "--btf=", "--strict", "p.yaml"},
                                             {"policy", "add"}}) {
    const auto outcome = run(words);
    EXPECT_EQ(outcome.status, ExitStatus::usage);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err, "");
  }
  EXPECT_EQ(run({"--help"}).status, ExitStatus::ok);
  EXPECT_EQ(run({"--version"}).status, ExitStatus::ok);
  EXPECT_NE(run({"policy", "chekc", "p.yaml"}).err.find("did you mean 'check'?"),
            std::string::npos);
  EXPECT_NE(run({"nonsense"}).err.find("'vigil nonsense'"), std::string::npos);
  EXPECT_EQ(run({"events", "--help"}).status, ExitStatus::ok);
}

// Standard output is a full disk while it lives.
class FullOutput {
 public:
  FullOutput() {
    std::fflush(stdout);
    saved_ = dup(STDOUT_FILENO);
    const int full = open("/dev/full", O_WRONLY);
    dup2(full, STDOUT_FILENO);
    close(full);
  }
  ~FullOutput() {
    std::fflush(stdout);
    std::clearerr(stdout);
    dup2(saved_, STDOUT_FILENO);
    close(saved_);
  }

 private:
  int saved_;
};

TEST_F(CommandLine, OutputThatIsNotWrittenIsAFailureOfEveryVerb) {
  FakeDaemon daemon(address_);
  daemon.events.resize(1);
  daemon.policies.add_policies()->set_name("p");
  const auto file = write("p.yaml", "kind: TracingPolicy\n");
  for (auto words : std::vector<std::vector<const char*>>{{"--help"},
                                                          {"status"},
                                                          {"version", "--client"},
                                                          {"explain"},
                                                          {"policy", "schema"},
                                                          {"events", "--count", "1"},
                                                          {"policy", "list"},
                                                          {"policy", "add", file.c_str()},
                                                          {"policy", "disable", "p"},
                                                          {"policy", "delete", "p"}}) {
    words.insert(words.begin(), {"vigil", "--server-address", address_.c_str()});
    testing::internal::CaptureStderr();
    ExitStatus status;
    {
      FullOutput full;
      status = run_command_line(static_cast<int>(words.size()), words.data());
    }
    EXPECT_EQ(status, ExitStatus::failed) << words[3];
    EXPECT_NE(testing::internal::GetCapturedStderr().find("No space left"), std::string::npos)
        << words[3];
  }
}

TEST_F(CommandLine, OutputThatIsClosedIsTold) {
  FakeDaemon daemon(address_);
  daemon.events.resize(1);
  std::fflush(stdout);
  const int saved = dup(STDOUT_FILENO);
  testing::internal::CaptureStderr();
  close(STDOUT_FILENO);
  const char* words[] = {"vigil", "--server-address", address_.c_str(), "events", "--count", "1"};
  const auto status = run_command_line(6, words);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  EXPECT_EQ(status, ExitStatus::failed);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "vigil: the standard output is closed\n");
}

TEST_F(CommandLine, NoDaemonSaysWhatToDo) {
  const auto outcome = run({"status"});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_NE(outcome.err.find("is vigild running?"), std::string::npos) << outcome.err;
}

TEST_F(CommandLine, LeftOverSocketIsToldApart) {
  const std::string path = directory_ + "/socket";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  close(fd);
  EXPECT_NE(run({"status"}).err.find("left over"), std::string::npos);
}

TEST_F(CommandLine, WhatIsNoSocketIsNotLeftOver) {
  for (const std::string& path : {directory_, write("file", "")}) {
    address_ = "unix://" + path;
    EXPECT_EQ(run({"status"}).err, "vigil: connecting to " + path + ": it is not a socket\n");
  }
}

TEST_F(CommandLine, EventsAsJsonAndCompact) {
  FakeDaemon daemon(address_);
  daemon.events.resize(1);
  daemon.events[0].set_node_name("host");
  daemon.events[0].mutable_process_exec()->mutable_process()->set_binary("/bin/ls");
  EXPECT_EQ(run({"events", "--count", "1"}).out,
            "{\"process_exec\":{\"process\":{\"binary\":\"/bin/ls\"}},\"node_name\":\"host\"}\n");
  const auto compact = run({"events", "-n1", "--output", "compact", "--color", "never", "--process",
                            "ls", "-e", "exec,PROCESS_EXIT", "--policy", "a", "--pid", "7"});
  EXPECT_EQ(compact.status, ExitStatus::ok) << compact.err;
  EXPECT_EQ(compact.out, "🚀 process host /bin/ls \n");
  ASSERT_EQ(daemon.events_request.allow_list_size(), 1);
  const auto& filter = daemon.events_request.allow_list(0);
  EXPECT_EQ(filter.binary_regex(0), "ls");
  EXPECT_EQ(filter.event_set_size(), 2);
  EXPECT_EQ(filter.event_set(1), tetragon::PROCESS_EXIT);
  EXPECT_EQ(filter.policy_names(0), "a");
  EXPECT_EQ(filter.pid(0), 7u);
}

TEST_F(CommandLine, WhatIsNoNumberIsToldWithTheNumbersThatAre) {
  const auto expect = [&](const char* option, const char* word, const std::string& why) {
    const auto outcome = run({"events", option, word});
    EXPECT_EQ(outcome.status, ExitStatus::usage);
    EXPECT_EQ(outcome.err, "vigil: " + std::string(option) + ": '" + word + "' is not " + why +
                               "\n       try: vigil events --help\n");
  };
  for (const char* word : {"x", "", "-1", "1.5", "0x10", "4294967296"})
    expect("--pid", word, "a whole number from 0 to 4294967295");
  for (const char* word : {"x", "-1", "0", "18446744073709551616"})
    expect("--count", word, "a whole number from 1 to 18446744073709551615");
  for (const char* word : {"x", "", "-1", "0", "0.0", "1s", "nan", "inf", "1000000001"})
    expect("--timeout", word, "a number above 0, at most 1000000000");
  EXPECT_TRUE(run({"events", "--pid", "7,x"}).err.starts_with("vigil: --pid: 'x' is not a whole"));
  EXPECT_TRUE(run({"events", "-n", "x"}).err.starts_with("vigil: --count: 'x' is not a whole"));
}

TEST_F(CommandLine, NumbersAreDecimal) {
  FakeDaemon daemon(address_);
  daemon.events.resize(11);
  const auto outcome = run({"events", "-n", "010", "--pid", "7,010", "--pid", "4294967295"});
  EXPECT_EQ(outcome.status, ExitStatus::ok) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 10);
  const auto& pids = daemon.events_request.allow_list(0).pid();
  EXPECT_EQ(std::vector<std::uint32_t>(pids.begin(), pids.end()),
            (std::vector<std::uint32_t>{7, 10, 4294967295}));
}

TEST_F(CommandLine, EventsEndAtTheTimeout) {
  FakeDaemon daemon(address_);
  EXPECT_EQ(run({"events", "--timeout", "0.2"}).status, ExitStatus::ok);
}

TEST_F(CommandLine, AddNamesTheFileInComplaints) {
  FakeDaemon daemon(address_);
  const auto file = write("p.yaml", "kind: TracingPolicy\n");
  const auto good = run({"policy", "add", file.c_str()});
  EXPECT_EQ(good.out, file + ": loaded\n");
  EXPECT_EQ(daemon.added, "kind: TracingPolicy\n");
  daemon.add_status = {grpc::StatusCode::INVALID_ARGUMENT,
                       "<grpc>:3:5: error[VG1]: \x1b[31mno\npolicy \"p\":4:5: error[VG1]: no\n"};
  const auto bad = run({"policy", "add", file.c_str()});
  EXPECT_EQ(bad.status, ExitStatus::failed);
  EXPECT_NE(bad.err.find(file + ":3:5: error[VG1]"), std::string::npos) << bad.err;
  EXPECT_NE(bad.err.find(file + ":4:5: error[VG1]"), std::string::npos) << bad.err;
  EXPECT_EQ(bad.err.find('\x1b'), std::string::npos);
}

TEST_F(CommandLine, AddShowsTheDaemonsWarnings) {
  FakeDaemon daemon(address_);
  daemon.warnings = "<grpc>:3:5: warning[VG2]: \x1b[31mpointless\n";
  const auto file = write("p.yaml", "kind: TracingPolicy\n");
  const auto outcome = run({"policy", "add", file.c_str()});
  EXPECT_EQ(outcome.status, ExitStatus::ok);
  EXPECT_EQ(outcome.out, file + ": loaded\n");
  EXPECT_NE(outcome.err.find(file + ":3:5: warning[VG2]"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find('\x1b'), std::string::npos);
}

// The types of a kernel that has one function, `int NAME(int)`.
std::string small_kernel(const char* name = "security_file_open") {
  struct btf* types = btf__new_empty();
  const int number = btf__add_int(types, "int", 4, BTF_INT_SIGNED);
  const int prototype = btf__add_func_proto(types, number);
  btf__add_func_param(types, "x", number);
  btf__add_func(types, name, BTF_FUNC_STATIC, prototype);
  __u32 size = 0;
  const void* data = btf__raw_data(types, &size);
  std::string bytes(static_cast<const char*>(data), size);
  btf__free(types);
  return bytes;
}

TEST_F(CommandLine, CheckShowsEveryMistakeOfAFile) {
  const auto kernel = write("btf", small_kernel());
  const auto file = write("p.yaml", R"(apiVersion: cilium.io/v1alpha1
kind: TracngPolicy
metadata: {name: P}
spec:
  option: []
  kprobes:
  - call: security_file_opne
    syscall: false
    args: [{index: 0, type: itn}, {index: -1, type: int}]
    selectors:
    - matchArgs:
      - {index: -1, operator: Equl, values: [1]}
      - {index: -1, operator: Equal, values: [many]}
      matchActions: [{action: Kill}, {action: Signal, argSig: nine}]
  - call: security_file_open
    syscall: false
    args: [{index: 7, type: int}]
)");
  const auto outcome = run({"policy", "check", "--btf", kernel.c_str(), file.c_str()});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  std::size_t at = 0;
  for (const char* place : {"2:7", "3:18", "5:3", "7:11", "9:29", "9:43", "12:31", "13:47", "14:31",
                            "14:63", "17:20"}) {
    at = outcome.err.find(file + ":" + place + ": error", at);
    ASSERT_NE(at, std::string::npos) << place << " in\n" << outcome.err;
  }
  EXPECT_NE(outcome.err.find("\n11 errors, 0 warnings\n", at), std::string::npos) << outcome.err;
}

bool is_json(const std::string& text) {
  google::protobuf::Value value;
  return google::protobuf::util::JsonStringToMessage(text, &value).ok();
}

constexpr const char* watch = R"(apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: watch}
spec:
  options: [{name: policy-mode, value: monitor}]
  kprobes:
  - call: security_file_open
    syscall: false
    args: [{index: 0, type: int}]
    selectors:
    - matchArgs: [{index: 0, operator: InRange, values: ["-1:2"]}]
      matchBinaries: [{operator: NotIn, values: [/usr/bin/cat]}]
      matchActions: [{action: Sigkill}]
)";

// While it lives, the standard input is a file, or the start of the next.
class StandardInput {
 public:
  explicit StandardInput(const std::string& file) : before_(dup(STDIN_FILENO)) { become(file); }
  ~StandardInput() {
    dup2(before_, STDIN_FILENO);
    close(before_);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

  static void become(const std::string& file) {
    const int opened = open(file.c_str(), O_RDONLY);
    dup2(opened, STDIN_FILENO);
    close(opened);
  }

 private:
  int before_;
};

TEST_F(CommandLine, TheStandardInputHasOneName) {
  const auto kernel = write("btf", small_kernel());
  const StandardInput input(write("p.yaml", watch));
  EXPECT_EQ(run({"policy", "check", "--btf", kernel.c_str(), "-"}).out,
            "<stdin>: good (1 policy, 1 hook)\n");
  StandardInput::become(write("p.yaml", watch));
  EXPECT_NE(run({"policy", "explain", "--btf", kernel.c_str(), "-"}).out.find("watch (<stdin>): "),
            std::string::npos);
  FakeDaemon daemon(address_);
  StandardInput::become(write("p.yaml", watch));
  EXPECT_EQ(run({"policy", "add", "-"}).out, "<stdin>: loaded\n");
  EXPECT_EQ(daemon.added, watch);
  daemon.add_status = {grpc::StatusCode::INVALID_ARGUMENT, "<grpc>:3:5: error[VG1]: no\n"};
  StandardInput::become(write("p.yaml", watch));
  const auto refused = run({"policy", "add", "-"});
  EXPECT_NE(refused.err.find("<stdin>:3:5: error[VG1]"), std::string::npos) << refused.err;
  StandardInput::become(write("q.yaml", "a: b: c\n"));
  const auto bad = run({"policy", "check", "--btf", kernel.c_str(), "-"});
  EXPECT_TRUE(bad.err.starts_with("<stdin>:1:5: error[VG0101]: ")) << bad.err;
}

TEST_F(CommandLine, CheckTellsKernelsApart) {
  const auto old_kernel = write("old", small_kernel("vfs_open")),
             new_kernel = write("new", small_kernel());
  const auto file = write("p.yaml", watch);
  const auto outcome = run(
      {"policy", "check", "--btf", old_kernel.c_str(), "--btf", new_kernel.c_str(), file.c_str()});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_NE(outcome.out.find(file + " on " + old_kernel + ": not good\n"), std::string::npos);
  EXPECT_NE(outcome.out.find(file + " on " + new_kernel + ": good (1 policy, 1 hook)\n"),
            std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.err.find("no function 'security_file_open' (on " + old_kernel + ")"),
            std::string::npos)
      << outcome.err;
  const auto wrong = write("w.yaml", "kind: TracingPolicy\n");
  const auto both = run(
      {"policy", "check", "--btf", new_kernel.c_str(), "--btf", new_kernel.c_str(), wrong.c_str()});
  EXPECT_EQ(both.err.find("(on "), std::string::npos) << "what all say names none of them";
  EXPECT_NE(both.err.find("3 errors"), std::string::npos) << "each once\n" << both.err;
}

TEST_F(CommandLine, CheckForPrograms) {
  const auto kernel = write("btf", small_kernel());
  std::string doubtful(watch);
  doubtful.replace(doubtful.find("/usr/bin/cat"), 12, "'/bin/\u00e9*'");
  const auto file = write("a b.yaml", doubtful);
  const auto check = [&](std::vector<const char*> words) {
    words.insert(words.begin(), {"policy", "check", "--btf", kernel.c_str(), file.c_str()});
    return run(words);
  };
  EXPECT_EQ(check({}).status, ExitStatus::ok) << "a warning";
  EXPECT_EQ(check({"--strict"}).status, ExitStatus::failed);

  const auto json = check({"--output", "json"});
  EXPECT_EQ(json.err, "");
  EXPECT_EQ(json.out.find("{\"errors\":0,\"warnings\":1,\"diagnostics\":[{\"file\":\"" + file +
                          "\",\"line\":12,\"column\":50,\"length\":10,\"severity\":\"warning\","
                          "\"code\":\"VG0223\",\"message\":"),
            0u)
      << json.out;
  EXPECT_TRUE(is_json(json.out)) << json.out;

  const auto sarif = check({"--output", "sarif"});
  EXPECT_TRUE(is_json(sarif.out)) << sarif.out;
  for (const char* part :
       {"\"version\":\"2.1.0\"", "\"ruleId\":\"VG0223\",\"level\":\"warning\"", "/a%20b.yaml\"",
        "{\"startLine\":12,\"startColumn\":50,\"endColumn\":59}"})
    EXPECT_NE(sarif.out.find(part), std::string::npos) << part << " in\n" << sarif.out;
}

TEST_F(CommandLine, CheckKnowsWhatNoProgramHolds) {
  const auto kernel = write("btf", small_kernel());
  std::string text(watch);
  const auto selectors = text.find("    selectors:");
  ASSERT_NE(selectors, std::string::npos);
  text.resize(selectors);
  text += "    selectors:\n";
  for (int i = 0; i < 70'000; ++i) text += "    - matchPIDs: [{operator: In, values: [7]}]\n";
  const auto file = write("p.yaml", text);
  const auto outcome = run({"policy", "check", "--btf", kernel.c_str(), file.c_str()});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_NE(outcome.err.find("error[VG0229]"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("70000 selectors; a policy's hook holds 65536"), std::string::npos)
      << outcome.err;
}

TEST_F(CommandLine, WhatHoldsNoTypesIsNoKernel) {
  const auto file = write("p.yaml", watch);
  const auto outcome = run({"policy", "check", "--btf", file.c_str(), file.c_str()});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_EQ(outcome.err,
            "vigil: reading kernel types from '" + file +
                "': it holds none (neither BTF nor an ELF file with a section .BTF)\n");
}

TEST_F(CommandLine, ANameStaysInItsLine) {
  const auto file = write("a\n\tb.yaml", watch), shown = directory_ + "/a\\n\\tb.yaml";
  const auto kernel = write("k\nl", small_kernel()), shown_kernel = directory_ + "/k\\nl";
  EXPECT_EQ(run({"policy", "check", "--btf", kernel.c_str(), file.c_str()}).out,
            shown + ": good (1 policy, 1 hook)\n");
  EXPECT_EQ(
      run({"policy", "check", "--btf", kernel.c_str(), "--btf", kernel.c_str(), file.c_str()}).out,
      shown + " on " + shown_kernel + ": good (1 policy, 1 hook)\n" + shown + " on " +
          shown_kernel + ": good (1 policy, 1 hook)\n");
  for (const auto& [form, line] : std::vector<std::pair<const char*, std::string>>{
           {"ast", "policy watch (" + shown + ":"},
           {"checked", "policy watch (" + shown + "), mode monitor\n"},
           {"plan", "watch (" + shown + "): mode monitor\n"}}) {
    const auto out =
        run({"policy", "explain", "--btf", kernel.c_str(), "--emit", form, file.c_str()}).out;
    EXPECT_TRUE(out.starts_with(line)) << line << " in\n" << out;
  }
  FakeDaemon daemon(address_);
  EXPECT_EQ(run({"policy", "add", file.c_str()}).out, shown + ": loaded\n");
  daemon.warnings = "<grpc>:3:5: warning[VG2]: pointless\n<grpc>:4:5: warning[VG2]: so, too\n";
  EXPECT_EQ(run({"policy", "add", file.c_str()}).err,
            shown + ":3:5: warning[VG2]: pointless\n" + shown + ":4:5: warning[VG2]: so, too\n");
  daemon.add_status = {grpc::StatusCode::INVALID_ARGUMENT, daemon.warnings};
  EXPECT_EQ(run({"policy", "add", file.c_str()}).err, "vigil: " + shown +
                                                          ":3:5: warning[VG2]: pointless\n" +
                                                          shown + ":4:5: warning[VG2]: so, too\n");
  const auto missing = directory_ + "/no\nsuch";
  EXPECT_EQ(run({"policy", "add", missing.c_str()}).err,
            "vigil: reading '" + directory_ + "/no\\nsuch': open: No such file or directory\n");
  EXPECT_EQ(run({"policy", "check", "--btf", missing.c_str(), file.c_str()}).err,
            "vigil: reading kernel types from '" + directory_ +
                "/no\\nsuch': No such file or directory\n");
  EXPECT_EQ(run({"policy", "delete", "a\nb", "--domain", "grpc"}).out, "a\\nb: deleted\n");
  EXPECT_EQ(run({"policy", "disable", "a\nb", "--domain", "grpc"}).out, "a\\nb: disabled\n");
  EXPECT_EQ(run({"policy", "disable", "a\nb"}).err, "vigil: there is no policy 'a\\nb'\n");
  daemon.policies.add_policies()->set_name("a\nb");
  daemon.policies.mutable_policies(0)->set_domain("c\nd");
  EXPECT_EQ(run({"policy", "disable", "a\nc"}).err,
            "vigil: there is no policy 'a\\nc'; did you mean 'a\\nb'?\n");
  *daemon.policies.add_policies() = daemon.policies.policies(0);
  EXPECT_EQ(run({"policy", "disable", "a\nb"}).status, ExitStatus::ok) << "it is in one domain";
  daemon.policies.mutable_policies(1)->set_domain("e\nf");
  EXPECT_EQ(run({"policy", "disable", "a\nb"}).err,
            "vigil: 'a\\nb' is in the domains c\\nd, e\\nf: say which with --domain\n");
  EXPECT_TRUE(
      run({"explain", "no\nfield"}).err.starts_with("vigil: there is no field 'no\\nfield'"));
  EXPECT_TRUE(run({"no\nverb"}).err.starts_with("vigil: there is no 'vigil no\\nverb'"));
  EXPECT_TRUE(run({"status", "no\nword"}).err.find("no\\nword\n") != std::string::npos);
  address_ = "unix://" + directory_ + "/s\nt";
  EXPECT_TRUE(
      run({"status"}).err.starts_with("vigil: connecting to " + directory_ + "/s\\nt: No such"));
  EXPECT_NE(run({"version"})
                .out.find("\ndaemon not reached: connecting to " + directory_ + "/s\\nt: No such"),
            std::string::npos);
}

TEST_F(CommandLine, ProgramsAreToldAFilesNameAsItIs) {
  const auto kernel = write("btf", small_kernel());
  const auto file = write("a\n\\n\u202e.yaml", "kind: TracingPolicy\n");
  const auto check = [&](const std::string& path, const char* form) {
    return run({"policy", "check", "--btf", kernel.c_str(), "-o", form, path.c_str()}).out;
  };
  const auto json = check(file, "json");
  EXPECT_TRUE(is_json(json)) << json;
  EXPECT_NE(json.find("{\"file\":\"" + directory_ + "/a\\n\\\\n\\u202e.yaml\","), std::string::npos)
      << json;
  EXPECT_NE(check(file, "sarif").find("/a%0A%5Cn%E2%80%AE.yaml\""), std::string::npos);
  const auto bytes = check(write("\xff.yaml", "kind: TracingPolicy\n"), "json");
  EXPECT_NE(bytes.find("{\"file\":\"" + directory_ + "/\\\\xff.yaml\","), std::string::npos)
      << bytes << "no JSON holds such a byte";
}

TEST_F(CommandLine, ExplainShowsEveryValueOfTheChain) {
  const auto kernel = write("btf", small_kernel());
  const auto file = write("p.yaml", watch);
  const auto explain = [&](const char* form) {
    const auto outcome =
        run({"policy", "explain", "--btf", kernel.c_str(), "--emit", form, file.c_str()});
    EXPECT_EQ(outcome.status, ExitStatus::ok) << outcome.err;
    return outcome.out;
  };
  const auto has = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  };
  has(explain("ast"), "      matchArgs index 0 InRange: \"-1:2\" (line 11)\n");
  has(explain("ast"), "  option policy-mode: monitor (line 5)\n");
  has(explain("checked"), "policy watch (" + file + "), mode monitor\n");
  has(explain("checked"), "      argument 0 value is -1:2 (line 11)\n");
  has(explain("checked"), "      not: binary equals \"/usr/bin/cat\" (line 12)\n");
  has(explain("plan"), "watch (" + file + "): mode monitor\n");
  has(explain("plan"), "read value 0: int32 argument 0");
  has(explain("asm"), "vg_decide");
}

TEST_F(CommandLine, ExplainShowsATreeWithMistakes) {
  const auto file = write("p.yaml",
                          "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\n"
                          "metadata: {name: p}\nspec:\n  kprobes: [{call: f, syscall: maybe}]\n");
  const auto outcome = run({"policy", "explain", "--emit", "ast", file.c_str()});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_NE(outcome.err.find("VG0104"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.out.find("kprobes: f syscall ?"), std::string::npos) << outcome.out;
}

TEST_F(CommandLine, ExplainFusesSeveralFiles) {
  const auto kernel = write("btf", small_kernel());
  std::string other(watch);
  other.replace(other.find("watch"), 5, "other");
  const auto first = write("a.yaml", watch), second = write("b.yaml", other);
  const auto outcome =
      run({"policy", "explain", "--btf", kernel.c_str(), first.c_str(), second.c_str()});
  EXPECT_EQ(outcome.status, ExitStatus::ok) << outcome.err;
  EXPECT_NE(outcome.out.find("2 rules of 2 policies"), std::string::npos) << outcome.out;
  EXPECT_EQ(
      run({"policy", "explain", "--btf", kernel.c_str(), "--btf", kernel.c_str(), first.c_str()})
          .status,
      ExitStatus::usage);
}

TEST_F(CommandLine, AMissingFileIsAnError) {
  FakeDaemon daemon(address_);
  const auto outcome = run({"policy", "add", "/nowhere/x.yaml"});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_NE(outcome.err.find("/nowhere/x.yaml"), std::string::npos);
}

TEST_F(CommandLine, ListShowsMechanismsAndCounts) {
  FakeDaemon daemon(address_);
  EXPECT_EQ(run({"policy", "list"}).out, "no policies are loaded\n");
  auto& policy = *daemon.policies.add_policies();
  policy.set_name("protect");
  policy.set_domain("static");
  policy.set_state(tetragon::TP_STATE_ENABLED);
  policy.set_mode(tetragon::TP_MODE_ENFORCE);
  policy.mutable_stats()->mutable_action_counters()->set_post(3);
  policy.mutable_stats()->mutable_action_counters()->set_override(2);
  auto& hook = *policy.add_hook_statuses();
  hook.set_section("lsmhooks");
  hook.set_hook_description("file_open: lsm/file_open, BPF LSM is active");
  const auto text = run({"policy", "list", "--hooks"}).out;
  EXPECT_NE(text.find("protect   static   enabled   enforce   lsm/file_open        3        2"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("protect lsmhooks: file_open: lsm/file_open, BPF LSM is active"),
            std::string::npos);
  EXPECT_NE(run({"policy", "list", "-o", "json"}).out.find("\"domain\":\"static\""),
            std::string::npos);
}

TEST_F(CommandLine, ANameStaysInItsCell) {
  FakeDaemon daemon(address_);
  auto& policy = *daemon.policies.add_policies();
  policy.set_name("a\nb");
  policy.set_domain("c\td");
  policy.set_state(tetragon::TP_STATE_LOAD_ERROR);
  policy.set_mode(tetragon::TP_MODE_ENFORCE);
  policy.set_error("one\ntwo");
  policy.set_info("1 hook\nthree\nfour\n");
  auto& hook = *policy.add_hook_statuses();
  hook.set_section("e\nf");
  hook.set_hook_description("g\nh: i\nj, k\nl");
  auto text = run({"policy", "list", "--hooks"}).out;
  text.erase(0, text.find('\n') + 1);
  EXPECT_TRUE(text.starts_with("a\\nb   c\\td     load_error   enforce   i\\nj         0 "))
      << text;
  EXPECT_EQ(text.substr(text.find('\n')),
            "\n\na\\nb: one\ntwo\nthree\nfour\na\\nb e\\nf: g\\nh: i\\nj, k\\nl\n")
      << "the daemon's own text keeps its lines";
  EXPECT_NE(run({"policy", "list", "-o", "json"}).out.find("\"name\":\"a\\nb\""), std::string::npos)
      << "escaped once";
}

TEST_F(CommandLine, TheDomainOfANameIsFound) {
  FakeDaemon daemon(address_);
  auto& policy = *daemon.policies.add_policies();
  policy.set_name("protect");
  policy.set_domain("static");
  const auto deleted = run({"policy", "delete", "protect"});
  EXPECT_EQ(deleted.out, "protect: deleted\n");
  EXPECT_NE(deleted.err.find("SIGHUP"), std::string::npos) << deleted.err;
  EXPECT_EQ(daemon.deleted.domain(), "static");
  EXPECT_EQ(run({"policy", "delete", "protect", "--domain", "grpc"}).err, "");
  EXPECT_EQ(run({"policy", "set-mode", "protect", "monitor"}).out, "protect: mode is monitor\n");
  EXPECT_EQ(daemon.configured.domain(), "static");
  EXPECT_EQ(daemon.configured.mode(), tetragon::TP_MODE_MONITOR);
  EXPECT_FALSE(daemon.configured.has_enable());

  *daemon.policies.add_policies() = policy;
  daemon.policies.mutable_policies(1)->set_domain("grpc");
  const auto unclear = run({"policy", "disable", "protect"});
  EXPECT_EQ(unclear.status, ExitStatus::failed);
  EXPECT_NE(unclear.err.find("--domain"), std::string::npos);
  EXPECT_EQ(run({"policy", "disable", "protect", "--domain", "grpc"}).out, "protect: disabled\n");
  EXPECT_EQ(daemon.configured.domain(), "grpc");
  EXPECT_FALSE(daemon.configured.enable());
}

TEST_F(CommandLine, AnUnknownNameIsToldWithItsNeighbours) {
  FakeDaemon daemon(address_);
  daemon.policies.add_policies()->set_name("protect");
  const auto outcome = run({"policy", "delete", "protekt"});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_EQ(outcome.err, "vigil: there is no policy 'protekt'; did you mean 'protect'?\n");
}

TEST_F(CommandLine, ASocketMayHaveAnyPath) {
  FakeDaemon daemon("unix:" + directory_ + "/a%2541%23b%3fc%20d");
  address_ = "unix://" + directory_ + "/a%41#b?c d";
  EXPECT_EQ(run({"policy", "list"}).status, ExitStatus::ok) << run({"policy", "list"}).err;
}

TEST_F(CommandLine, VersionNeedsNoDaemon) {
  const auto outcome = run({"version"});
  EXPECT_EQ(outcome.status, ExitStatus::ok);
  EXPECT_TRUE(outcome.out.starts_with("client ")) << outcome.out;
  EXPECT_NE(outcome.out.find("\ndaemon not reached: "), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.err, "");
}

TEST_F(CommandLine, ABadAddressIsNotTried) {
  setenv("VIGIL_SERVER_ADDRESS", "foo", 1);
  const char* words[] = {"vigil", "status"};
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_command_line(2, words), ExitStatus::failed);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "vigil: 'foo' is neither unix:///PATH nor HOST:PORT\n");
  unsetenv("VIGIL_SERVER_ADDRESS");
}

TEST_F(CommandLine, StatusAndVersion) {
  FakeDaemon daemon(address_);
  const auto status = run({"status"});
  EXPECT_EQ(status.status, ExitStatus::ok);
  EXPECT_NE(status.out.find("health    running"), std::string::npos) << status.out;
  EXPECT_EQ(status.out.find("LOST"), std::string::npos)
      << "a daemon that does not count has lost nothing it knows of";
  EXPECT_NE(run({"version"}).out.find("daemon 9.8.7"), std::string::npos);
}

TEST_F(CommandLine, StatusShowsWhatWasLost) {
  FakeStatus counted;
  auto& status = counted.status;
  status.set_version("9.8.7");
  status.mutable_health()->set_state(v1::Health::STATE_RUNNING);
  status.mutable_health()->set_details("running");
  status.mutable_policies()->set_enabled(3);
  status.mutable_events()->set_dropped(17);
  status.mutable_not_evaluated()->set_no_frame(2);
  status.mutable_export_file()->set_path("/x\ny");
  auto& ring = *status.add_rings();
  ring.set_name("events");
  ring.set_lost(41);
  auto& reader = *status.add_readers();
  reader.set_name("ipv4:\x1b[31m\n");
  reader.set_dropped(17);
  FakeDaemon daemon(address_, &counted);
  const auto good = run({"status"});
  EXPECT_EQ(good.status, ExitStatus::ok);
  for (const char* text : {"policies  3 enabled, 0 in part, 0 disabled, 0 not loaded",
                           "ring 'events' was full                          41",
                           "writes to the export file that failed                     0",
                           "export    0 lines in /x\\ny\n", "ipv4:\\x1b[31m\\n         0     17"})
    EXPECT_NE(good.out.find(text), std::string::npos) << text << '\n' << good.out;
  EXPECT_NE(
      run({"status", "-o", "json"}).out.find("\"rings\":[{\"name\":\"events\",\"lost\":\"41\"}]"),
      std::string::npos)
      << run({"status", "-o", "json"}).out;
  status.mutable_health()->set_state(v1::Health::STATE_FAILING);
  status.mutable_health()->set_details("events cannot be read");
  const auto bad = run({"status"});
  EXPECT_EQ(bad.status, ExitStatus::failed);
  EXPECT_NE(bad.out.find("health    events cannot be read"), std::string::npos) << bad.out;
}

}  // namespace
}  // namespace vigil::cli
