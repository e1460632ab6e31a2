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

  std::variant<Invocation, Leave> run(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "vigild");
    return read_command_line(static_cast<int>(arguments.size()), arguments.data(), defaults_);
  }
  Config config(std::vector<const char*> arguments) {
    return std::get<Invocation>(run(std::move(arguments))).config;
  }
  struct Refusal {
    int status = 0;
    std::string complaint;
  };
  Refusal refusal(std::vector<const char*> arguments) {
    testing::internal::CaptureStderr();
    const auto invocation = run(std::move(arguments));
    auto complaint = testing::internal::GetCapturedStderr();
    const auto* leave = std::get_if<Leave>(&invocation);
    return {leave != nullptr ? leave->exit_status : 0, std::move(complaint)};
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

struct Parsed {
  std::vector<Setting> settings;
  Config config;
  Diagnostics mistakes;
};

Parsed parsed(const std::string& text) {
  Parsed all;
  const auto source = std::make_shared<const SourceFile>(SourceFile{"c.yaml", text});
  all.settings = parse_settings(source, all.mistakes);
  apply(all.settings, all.config, all.mistakes);
  return all;
}

// "2:1 VG0106 MESSAGE; HELP" of the first mistake.
std::string mistake_of(const std::string& text) {
  const auto all = parsed(text).mistakes;
  if (!all.has_errors()) return "";
  const auto& first = all.all().front();
  return std::to_string(first.span.line) + ":" + std::to_string(first.span.column) + " " +
         first.code + " " + first.message + (first.help.empty() ? "" : "; " + first.help);
}

bool is_right(const std::string& key, const std::string& value) {
  Config config;
  Diagnostics mistakes;
  apply({{key, value, {}, {}}}, config, mistakes);
  return !mistakes.has_errors();
}

TEST(Settings, know_their_place) {
  const auto settings = parsed("node-name: a\npolicy:\n  - x.yaml\n  - y.yaml\n").settings;
  ASSERT_EQ(settings.size(), 3u);
  EXPECT_EQ(settings[2].value, "y.yaml");
  EXPECT_EQ(settings[2].key_place.line, 2u);
  EXPECT_EQ(settings[2].place.line, 4u);
  EXPECT_EQ(settings[2].place.column, 5u);
}

TEST(Settings, wrong_yaml_is_named) {
  EXPECT_NE(mistake_of("a: [1\n").find("VG0101"), std::string::npos);
  EXPECT_EQ(mistake_of("- a\n"), "1:1 VG0104 expected lines of the form key: value");
  EXPECT_EQ(mistake_of("node-name: {a: b}\n"), "1:12 VG0104 node-name needs a value");
  EXPECT_NE(mistake_of("? [a]\n: b\n"), "");
  EXPECT_EQ(mistake_of(""), "");
}

TEST(Settings, a_key_stands_once_in_a_file) {
  EXPECT_EQ(mistake_of("rb-size: 1M\nlog-level: warn\nrb-size: 2M\n"),
            "3:1 VG0106 rb-size stands here for the second time; first in line 1");
  EXPECT_NE(mistake_of("policy: a.yaml\npolicy: b.yaml\n"), "");
}

TEST(Settings, one_value_is_not_a_list) {
  EXPECT_EQ(mistake_of("\nnode-name: [a, b]\n"),
            "2:12 VG0104 node-name takes one value, not a list");
  EXPECT_EQ(parsed("policy-dir: [a, b]\n").config.policy_dirs.size(), 2u);
}

TEST(Settings, are_one_document) {
  EXPECT_EQ(mistake_of("---\nrb-size: 1M\n---\nlog-level: warn\n"),
            "4:1 VG0402 a second document; settings stand in one");
  EXPECT_EQ(parsed("---\nrb-size: 1M\n").config.rb_size_bytes, 1u << 20);
}

TEST(Settings, hostile_files_end) {
  EXPECT_NE(mistake_of("a: b\n]\n"), "");
  EXPECT_NE(mistake_of("node-name: \xff\n"), "");
  EXPECT_NE(mistake_of(std::string(100'000, '[')), "");
}

TEST(Settings, unknown_key_is_an_error_with_a_suggestion) {
  EXPECT_EQ(mistake_of("export-fil: x\n"),
            "1:1 VG0103 there is no setting 'export-fil'; did you mean 'export-file'?");
  EXPECT_NE(mistake_of("plicy: [a, b]\n").find("did you mean 'policy'"), std::string::npos);
}

TEST(Settings, wrong_values_say_where_and_what) {
  EXPECT_EQ(mistake_of("\nlog-level: loud\n"),
            "2:12 VG0401 log-level: 'loud' is not one of trace, debug, info, warn, error");
  EXPECT_FALSE(is_right("event-queue-size", "0"));
  EXPECT_FALSE(is_right("event-queue-size", "12a"));
  EXPECT_FALSE(is_right("policy", ""));
  EXPECT_EQ(mistake_of("export-file: ''\n"),
            "1:14 VG0401 export-file: a path is missing; leave export-file out to export nothing");
  EXPECT_EQ(mistake_of("runtime-root: ''\n"),
            "1:15 VG0401 runtime-root: a path is missing; leave runtime-root out for /");
}

TEST(Settings, every_mistake_is_told_and_what_is_right_is_taken) {
  const auto all =
      parsed("log-level: loud\nnode-name: [a]\nexport-fil: x\nrb-size: 1M\nrb-size: 2M\n");
  EXPECT_EQ(all.mistakes.error_count(), 4u);
  EXPECT_EQ(all.config.rb_size_bytes, 1u << 20);
}

TEST(Settings, addresses_are_whole) {
  for (const char* wrong : {"junk", "127.0.0.1:99999", "x:y", "127.0.0.1:0", "::1:9470"}) {
    EXPECT_FALSE(is_right("metrics-address", wrong)) << wrong;
    EXPECT_FALSE(is_right("server-address", wrong)) << wrong;
  }
  for (const char* right : {"", ":9470", "localhost:9470", "[::1]:9470"})
    EXPECT_TRUE(is_right("metrics-address", right)) << right;
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
  for (const char* flag : {"--config", "--config-dir"}) {
    const auto refused = refusal({flag, "/nonexistent.yaml"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.complaint.find("No such file"), std::string::npos) << refused.complaint;
  }
}

TEST_F(Files, mistakes_of_all_of_them_are_shown_in_one_run) {
  write("vigild.yaml", "log-level: loud\nexport-fil: x\n");
  const auto first = write("vigild.d/10.yaml", "rb-size: much\n");
  fs::create_directory(directory_ / "vigild.d" / "20.yaml");
  write("vigild.d/30.yaml", "a: [\n");
  const auto refused = refusal({});
  EXPECT_EQ(refused.status, 1);
  for (const auto& part :
       {defaults_.config_file +
            ":1:12: error[VG0401]: log-level: 'loud' is not one of trace, debug, "
            "info, warn, error\n    1 | log-level: loud\n      |            ^~~~\n",
        defaults_.config_file + ":2:1: error[VG0103]: there is no setting 'export-fil'\n",
        std::string("help: did you mean 'export-file'?\n2 errors, 0 warnings\n"),
        first + ":1:10: error[VG0401]: rb-size: 'much' is not a number\n",
        std::string("vigild.d/20.yaml': open: Is a directory"), std::string("vigild.d/30.yaml:")})
    EXPECT_NE(refused.complaint.find(part), std::string::npos) << part << "\n" << refused.complaint;
}

TEST_F(Files, wrong_flags_are_a_usage_error) {
  const auto refused = refusal({"--polcy", "x"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(refused.complaint.starts_with("vigild: ")) << refused.complaint;
  EXPECT_TRUE(refused.complaint.ends_with("try: vigild --help\n")) << refused.complaint;
}

TEST_F(Files, wrong_values_of_flags_are_a_usage_error) {
  write("vigild.yaml", "log-level: loud\n");
  EXPECT_EQ(refusal({"--server-address", "foo"}).status, 2);
  const auto refused = refusal({"--rb-size", "much", "--log-level", "loud"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(refused.complaint,
            "vigild: --log-level: 'loud' is not one of trace, debug, info, warn, error\n"
            "        try: vigild --help\n");
}

TEST_F(Files, a_flag_without_a_value_takes_no_other_one_with_it) {
  const auto refused = refusal({"--node-name=", "--policy-dir=/etc/p"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.complaint.find("--node-name has no value"), std::string::npos)
      << refused.complaint;
}

TEST_F(Files, a_flag_that_takes_one_value_stands_once) {
  for (const char* flag : {"--metrics-address", "--config"}) {
    const auto refused = refusal({flag, "127.0.0.1:1", flag, "127.0.0.1:2"});
    EXPECT_EQ(refused.status, 2) << flag;
    EXPECT_NE(refused.complaint.find(flag), std::string::npos) << refused.complaint;
  }
}

TEST_F(Files, a_flag_that_adds_up_stands_many_times) {
  EXPECT_EQ(config({"--policy", "a", "--policy", "b"}).policy_files.size(), 2u);
  EXPECT_EQ(config({"--policy-dir", "a", "--policy-dir", "b"}).policy_dirs.size(), 2u);
}

TEST_F(Files, a_word_behind_a_flags_value_is_a_usage_error) {
  for (const char* flag :
       {"--policy-dir", "--policy", "--metrics-address", "--config", "--config-dir"}) {
    const auto refused = refusal({flag, "127.0.0.1:1", "extra"});
    EXPECT_EQ(refused.status, 2) << flag;
    EXPECT_NE(refused.complaint.find("extra"), std::string::npos) << refused.complaint;
  }
}

TEST_F(Files, what_a_flag_that_stands_twice_takes_is_said) {
  EXPECT_EQ(refusal({"--config-dir", "a", "--config-dir=a"}).complaint,
            "vigild: --config-dir stands more than once; it takes one value\n"
            "        try: vigild --help\n");
}

TEST_F(Files, settings_that_are_nowhere_are_a_usage_error) {
  for (const char* flag : {"--config", "--config-dir"}) {
    const auto refused = refusal({flag, ""});
    EXPECT_EQ(refused.status, 2);
    EXPECT_NE(refused.complaint.find(std::string(flag) + ": a path is missing"), std::string::npos)
        << refused.complaint;
  }
}

TEST_F(Files, an_empty_export_file_is_a_usage_error) {
  const auto refused = refusal({"--export-file", ""});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.complaint.find("leave export-file out"), std::string::npos);
}

TEST_F(Files, help_shows_every_setting_and_examples) {
  testing::internal::CaptureStdout();
  auto invocation = run({"--help"});
  EXPECT_EQ(std::get<Leave>(invocation).exit_status, 0);
  const auto help = testing::internal::GetCapturedStdout();
  for (const auto& row : setting_rows())
    EXPECT_NE(help.find("--" + std::string(row.key)), std::string::npos);
  EXPECT_NE(help.find("Examples:"), std::string::npos);
}

TEST_F(Files, check_config_is_a_task) {
  EXPECT_EQ(std::get<Invocation>(run({"--check-config"})).task, Task::check_config);
}

}  // namespace
}  // namespace vigil::daemon
