// What reaches the log: its form, and what it says of changes to policies.
#include "engine/daemon/log.h"

#include <grpc/support/log.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/daemon/logged_policies.h"

namespace vigil::daemon {
namespace {

// Logs as the daemon does; what was written comes without its time.
class Log : public testing::Test {
 protected:
  ~Log() override { spdlog::set_default_logger(before_); }

  template <typename Write>
  static std::string written(LogFormat format, Write write) {
    testing::internal::CaptureStderr();
    start_log(LogLevel::info, format);
    write();
    auto text = testing::internal::GetCapturedStderr();
    return text.substr(text.find(format == LogFormat::text ? ' ' : ',') + 1);
  }
  static std::string written(LogFormat format, const std::string& message) {
    return written(format, [&] { spdlog::info("{}", message); });
  }

  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
};

TEST_F(Log, bytes_are_neutral_in_both_forms) {
  const std::string hostile = "\x1b[31mred\xff \"\\";
  EXPECT_EQ(written(LogFormat::text, hostile), "info \\x1b[31mred\\xff \"\\\n");
  EXPECT_EQ(written(LogFormat::json, hostile),
            R"("level":"info","message":"\\x1b[31mred\\xff \"\\"})"
            "\n");
}

TEST_F(Log, what_grpc_says_is_for_who_asks_for_it) {
  gpr_log_verbosity_init();
  const auto say = [] { gpr_log(GPR_ERROR, "%s", "Failed getpeername"); };
  EXPECT_EQ(written(LogFormat::text, say), "");
  const auto say_in_debug = [&] {
    spdlog::set_level(spdlog::level::debug);
    say();
  };
  EXPECT_EQ(written(LogFormat::text, say_in_debug), "debug gRPC: Failed getpeername\n");
}

TEST_F(Log, a_message_is_one_entry_however_many_lines_it_has) {
  const std::string forged = "a\n2026-01-01T00:00:00.000 info b\r\n\n";
  EXPECT_EQ(written(LogFormat::text, forged), "info a\n  2026-01-01T00:00:00.000 info b\\r\n");
  EXPECT_EQ(written(LogFormat::json, forged),
            R"("level":"info","message":"a\n2026-01-01T00:00:00.000 info b\\r"})"
            "\n");
}

// On standard output, whatever the log's level, as whoever reads both expects it.
TEST_F(Log, readiness_has_the_form_of_the_log) {
  testing::internal::CaptureStdout();
  say_ready(LogFormat::text);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "vigild: ready\n");
  testing::internal::CaptureStdout();
  say_ready(LogFormat::json);
  const auto line = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(line.starts_with(R"({"time":")")) << line;
  EXPECT_TRUE(line.ends_with(",\"level\":\"info\",\"message\":\"vigild: ready\"}\n")) << line;
}

// Does what is asked of it, or says why not.
struct Policies : api::PolicyService {
  std::string refusal;

  template <typename T>
  api::Outcome<T> answer() const {
    if (!refusal.empty()) return api::Failure{api::FailureKind::refused, refusal};
    return {};
  }
  api::Outcome<api::Added> add(std::string, std::string) override {
    if (!refusal.empty()) return api::Failure{api::FailureKind::refused, refusal};
    return api::Added{.names = {"one", "two"}, .warnings = ""};
  }
  api::Outcome<void> remove(const api::PolicyKey&) override { return answer<void>(); }
  api::Outcome<void> configure(const api::PolicyKey&, const api::PolicyChange&) override {
    return answer<void>();
  }
  std::vector<api::PolicyStatus> list() override { return {}; }
};

class Changes : public Log {
 protected:
  template <typename Change>
  std::string logged(Change change) {
    LoggedPolicies policies(policies_);
    return written(LogFormat::text, [&] { change(policies); });
  }

  Policies policies_;
  const api::PolicyKey key_{.domain = "grpc", .name = "x"};
};

TEST_F(Changes, that_were_made) {
  EXPECT_EQ(logged([](auto& to) { (void)to.add("12345", "grpc"); }),
            "info policy 'one', 'two' added to domain 'grpc' (5 bytes)\n");
  EXPECT_EQ(logged([&](auto& to) { (void)to.remove(key_); }),
            "info policy 'x' of domain 'grpc' deleted\n");
  EXPECT_EQ(logged([&](auto& to) {
              (void)to.configure(key_, {.activation = api::Activation::disable,
                                        .mode = api::RequestedMode::monitor});
            }),
            "info policy 'x' of domain 'grpc' disabled and set to monitor\n");
}

TEST_F(Changes, that_were_refused) {
  policies_.refusal = "no";
  EXPECT_EQ(logged([](auto& to) { (void)to.add("12345", "grpc"); }),
            "warning policy not added to domain 'grpc' (5 bytes): no\n");
  EXPECT_EQ(logged([&](auto& to) { (void)to.remove(key_); }),
            "warning policy 'x' of domain 'grpc' not deleted: no\n");
  EXPECT_EQ(logged([&](auto& to) {
              (void)to.configure(key_, {.activation = api::Activation::enable, .mode = {}});
            }),
            "warning policy 'x' of domain 'grpc' not enabled: no\n");
}

TEST_F(Changes, cannot_be_forged_by_a_name) {
  const api::PolicyKey hostile{.domain = "\x1b[2J",
                               .name = "x\n2026-01-01 info policy 'y' deleted"};
  EXPECT_EQ(logged([&](auto& to) { (void)to.remove(hostile); }),
            "info policy 'x\\n2026-01-01 info policy 'y' deleted' of domain '\\x1b[2J' deleted\n");
}

}  // namespace
}  // namespace vigil::daemon
