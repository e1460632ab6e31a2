#include "engine/daemon/config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/daemon/command_line.h"
#include "engine/daemon/config_file.h"

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  static fs::path make_directory() {
    std::string name = (fs::temp_directory_path() / "vigil-config-XXXXXX").string();
    return mkdtemp(name.data());
  }
  ~Files() override { fs::remove_all(directory_); }

  std::string write(const std::string& name, const std::string& text) {
    const auto path = directory_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }

  Result<std::variant<Invocation, Leave>> run(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "vigild");
    return read_command_line(static_cast<int>(arguments.size()), arguments.data(), defaults_);
  }
  Config config(std::vector<const char*> arguments) {
    auto invocation = run(std::move(arguments));
    EXPECT_TRUE(invocation) << invocation.error().message();
    return std::get<Invocation>(*invocation).config;
  }
  std::string error(std::vector<const char*> arguments) {
    auto invocation = run(std::move(arguments));
    return invocation ? "" : invocation.error().message();
  }

  fs::path directory_ = make_directory();
  DefaultPaths defaults_{.config_file = (directory_ / "vigild.yaml").string(),
                         .policy_dir = (directory_ / "policies").string(),
                         .config_dir = (directory_ / "vigild.d").string()};
};

TEST(Size, takes_units_and_gives_powers_of_two) {
  EXPECT_EQ(parse_size("65536").value(), 65536u);
  EXPECT_EQ(parse_size("100K").value(), 128u << 10);
  EXPECT_EQ(parse_size("8M").value(), 8u << 20);
  EXPECT_EQ(parse_size("1G").value(), 1u << 30);
  for (const char* wrong : {"", "K", "1", "2G", "8MB", "-1", "99999999999999999999G", "4 M"})
    EXPECT_FALSE(parse_size(wrong)) << wrong;
}

TEST(Settings, know_their_line) {
  auto settings =
      parse_settings("c.yaml", "node-name: a\npolicy:\n  - x.yaml\n  - y.yaml\n").value();
  ASSERT_EQ(settings.size(), 3u);
  EXPECT_EQ(settings[2].value, "y.yaml");
  EXPECT_EQ(settings[2].origin, "c.yaml:4");
}

TEST(Settings, wrong_yaml_is_named) {
  EXPECT_EQ(parse_settings("c.yaml", "a: [1\n").error().message().substr(0, 7), "c.yaml:");
  EXPECT_FALSE(parse_settings("c.yaml", "- a\n"));
  EXPECT_FALSE(parse_settings("c.yaml", "node-name: {a: b}\n"));
  EXPECT_FALSE(parse_settings("c.yaml", "? [a]\n: b\n"));
  EXPECT_TRUE(parse_settings("c.yaml", "").value().empty());
}

TEST(Settings, a_key_stands_once_in_a_file) {
  EXPECT_EQ(
      parse_settings("c.yaml", "rb-size: 1M\nlog-level: warn\nrb-size: 2M\n").error().message(),
      "c.yaml:3: rb-size stands here for the second time; first in line 1");
  EXPECT_FALSE(parse_settings("c.yaml", "policy: a.yaml\npolicy: b.yaml\n"));
}

TEST(Settings, one_value_is_not_a_list) {
  EXPECT_EQ(parse_settings("c.yaml", "\nnode-name: [a, b]\n").error().message(),
            "c.yaml:2: node-name takes one value, not a list");
  EXPECT_EQ(parse_settings("c.yaml", "policy-dir: [a, b]\n").value().size(), 2u);
  EXPECT_NE(apply(parse_settings("c.yaml", "plicy: [a, b]\n").value())
                .error()
                .message()
                .find("did you mean 'policy'"),
            std::string::npos);
}

TEST(Settings, are_one_document) {
  EXPECT_EQ(parse_settings("c.yaml", "---\nrb-size: 1M\n---\nlog-level: warn\n").error().message(),
            "c.yaml:4: a second document; settings stand in one");
  EXPECT_EQ(parse_settings("c.yaml", "---\nrb-size: 1M\n").value().size(), 1u);
}

TEST(Settings, hostile_files_end) {
  EXPECT_FALSE(parse_settings("c.yaml", "a: b\n]\n"));
  EXPECT_FALSE(parse_settings("c.yaml", "node-name: \xff\n"));
  EXPECT_FALSE(parse_settings("c.yaml", std::string(100'000, '[')));
}

TEST(Settings, unknown_key_is_an_error_with_a_suggestion) {
  auto applied = apply({{"export-fil", "x", "c.yaml:1"}});
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().message(),
            "c.yaml:1: there is no setting 'export-fil'; did you mean 'export-file'?");
}

TEST(Settings, wrong_values_say_where_and_what) {
  EXPECT_EQ(apply({{"log-level", "loud", "c.yaml:2"}}).error().message(),
            "c.yaml:2: log-level: 'loud' is not one of trace, debug, info, warn, error");
  EXPECT_FALSE(apply({{"event-queue-size", "0", "x"}}));
  EXPECT_FALSE(apply({{"event-queue-size", "12a", "x"}}));
  EXPECT_FALSE(apply({{"policy", "", "x"}}));
}

TEST(Settings, addresses_are_whole) {
  for (const char* wrong : {"junk", "127.0.0.1:99999", "x:y", "127.0.0.1:0", "::1:9470"}) {
    EXPECT_FALSE(apply({{"metrics-address", wrong, "x"}})) << wrong;
    EXPECT_FALSE(apply({{"server-address", wrong, "x"}})) << wrong;
  }
  for (const char* right : {"", ":9470", "localhost:9470", "[::1]:9470"})
    EXPECT_TRUE(apply({{"metrics-address", right, "x"}})) << right;
}

TEST_F(Files, nothing_given_gives_the_defaults) {
  const auto config = this->config({});
  EXPECT_EQ(config.server_address, "unix:///run/vigil/vigil.sock");
  EXPECT_TRUE(config.policy_dirs.empty());
  EXPECT_TRUE(config.metrics_address.empty());
}

TEST_F(Files, default_files_are_used_when_present) {
  write("vigild.yaml", "node-name: from-file\n");
  fs::create_directory(directory_ / "policies");
  const auto config = this->config({});
  EXPECT_EQ(config.node_name, "from-file");
  EXPECT_EQ(config.policy_dirs, std::vector<std::string>{defaults_.policy_dir});
}

TEST_F(Files, default_drop_ins_are_used_when_present_and_no_others_are_named) {
  write("vigild.yaml", "node-name: from-file\n");
  write("vigild.d/10.yaml", "node-name: from-drop-in\n");
  EXPECT_EQ(config({}).node_name, "from-drop-in");
  write("others/10.yaml", "log-level: warn\n");
  const auto others = (directory_ / "others").string();
  EXPECT_EQ(config({"--config-dir", others.c_str()}).node_name, "from-file");
}

TEST_F(Files, flags_win_over_drop_ins_over_the_file_and_lists_add_up) {
  const auto file =
      write("my.yaml", "node-name: file\nlog-level: debug\nrb-size: 1M\npolicy: a.yaml\n");
  write("d/20.yaml", "log-level: error\npolicy: [c.yaml]\n");
  write("d/10.yaml", "log-level: warn\nnode-name: drop-in\npolicy: b.yaml\n");
  write("d/README", "not: read\n");
  const auto dir = (directory_ / "d").string();
  const auto config =
      this->config({"--config", file.c_str(), "--config-dir", dir.c_str(), "--node-name", "flag",
                    "--policy", "d.yaml", "--policy", "e.yaml"});
  EXPECT_EQ(config.node_name, "flag");
  EXPECT_EQ(config.log_level, LogLevel::error);
  EXPECT_EQ(config.rb_size_bytes, 1u << 20);
  EXPECT_EQ(config.policy_files,
            (std::vector<std::string>{"a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml"}));
}

TEST_F(Files, what_was_named_must_exist) {
  EXPECT_NE(error({"--config", "/nonexistent.yaml"}), "");
  EXPECT_NE(error({"--config-dir", "/nonexistent"}), "");
}

TEST_F(Files, wrong_flags_are_a_usage_error) {
  testing::internal::CaptureStderr();
  auto invocation = run({"--polcy", "x"});
  EXPECT_EQ(std::get<Leave>(*invocation).exit_status, 2);
  const auto complaint = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(complaint.starts_with("vigild: ")) << complaint;
  EXPECT_TRUE(complaint.ends_with("try: vigild --help\n")) << complaint;
}

TEST_F(Files, wrong_values_of_flags_are_a_usage_error) {
  for (const auto& [flag, value] : {std::pair{"--rb-size", "much"}, {"--server-address", "foo"}}) {
    testing::internal::CaptureStderr();
    auto invocation = run({flag, value});
    const auto complaint = testing::internal::GetCapturedStderr();
    ASSERT_TRUE(invocation && std::holds_alternative<Leave>(*invocation)) << flag;
    EXPECT_EQ(std::get<Leave>(*invocation).exit_status, 2);
    EXPECT_NE(complaint.find(flag + 2), std::string::npos) << complaint;
  }
}

TEST_F(Files, a_flag_without_a_value_takes_no_other_one_with_it) {
  testing::internal::CaptureStderr();
  auto invocation = run({"--node-name=", "--policy-dir=/etc/p"});
  EXPECT_EQ(std::get<Leave>(*invocation).exit_status, 2);
  const auto complaint = testing::internal::GetCapturedStderr();
  EXPECT_NE(complaint.find("--node-name has no value"), std::string::npos) << complaint;
}

TEST_F(Files, help_shows_every_setting_and_examples) {
  testing::internal::CaptureStdout();
  auto invocation = run({"--help"});
  EXPECT_EQ(std::get<Leave>(*invocation).exit_status, 0);
  const auto help = testing::internal::GetCapturedStdout();
  for (const auto& row : setting_rows())
    EXPECT_NE(help.find("--" + std::string(row.key)), std::string::npos);
  EXPECT_NE(help.find("Examples:"), std::string::npos);
}

TEST_F(Files, check_config_is_a_task) {
  EXPECT_EQ(std::get<Invocation>(run({"--check-config"}).value()).task, Task::check_config);
}

}  // namespace
}  // namespace vigil::daemon
