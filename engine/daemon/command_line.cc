#include "engine/daemon/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <memory>

#include "engine/base/command_line.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/daemon/config_file.h"
#include "engine/daemon/version.h"

namespace vigil::daemon {
namespace {

constexpr int failure_status = 1;
constexpr int usage_status = 2;

constexpr const char* examples = R"(
Settings are taken from the config file, then the drop-ins in the order of their names,
then flags; the last one holds, lists add up. Keys in files are the flags' names:
  policy-dir: /etc/vigil/policies
  export-file: /var/log/vigil/events.jsonl

Examples:
  vigild                                      what /etc/vigil says
  vigild --policy no-shadow.yaml              one more policy
  vigild --export-file /var/log/vigil.jsonl   events into a file
  vigild --check-config                       see whether the settings are right, then leave

Signals: SIGHUP loads changed policies, SIGTERM removes everything from the kernel and leaves.
)";

// Where settings are, which no file can say.
constexpr SettingRow config_row = {"config", "FILE", "settings in YAML (/etc/vigil/vigild.yaml)"};
constexpr SettingRow config_dir_row = {
    "config-dir", "DIR", "more settings: every .yaml file of this directory (/etc/vigil/vigild.d)"};

struct Flags {
  std::vector<std::string> config_files;
  std::vector<std::string> config_dirs;
  bool check_config = false;
  std::map<std::string, std::vector<std::string>> settings;
};

// Takes all values, however many are too many: CLI11 would complain of numbers.
void describe(CLI::App& app, const SettingRow& row, std::vector<std::string>& values) {
  app.add_option("--" + std::string(row.key), values, std::string(row.help))
      ->type_name(std::string(row.value))
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void describe(CLI::App& app, Flags& flags) {
  app.set_version_flag("--version", std::string("vigild ") + version);
  app.footer(examples);
  describe(app, config_row, flags.config_files);
  describe(app, config_dir_row, flags.config_dirs);
  for (const auto& row : setting_rows()) describe(app, row, flags.settings[std::string(row.key)]);
  app.add_flag("--check-config", flags.check_config, "check the settings and leave");
}

std::string usage_message(std::string_view what) {
  return fmt::format("vigild: {}\n        try: vigild --help\n", printable(what));
}

std::vector<Setting> settings_of(const Flags& flags) {
  const auto source = std::make_shared<const SourceFile>(SourceFile{"command line", ""});
  std::vector<Setting> settings;
  for (const auto& [key, values] : flags.settings)
    for (const auto& value : values) settings.push_back({key, value, {source}, {source}});
  return settings;
}

// Empty where there is nothing; what cannot be looked at is a mistake.
Result<std::string> if_there(const std::string& path) {
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  if (type == std::filesystem::file_type::not_found) return std::string();
  if (error) return Error::from_errno("looking at " + path, error.value());
  return path;
}

// What was read so far, and all that is wrong with it.
struct Reading {
  Config config;
  std::string complaints;
};

void complain(const Error& error, Reading& reading) {
  reading.complaints += fmt::format("vigild: {}\n", printable(error.message()));
}

std::string given_or_there(const std::vector<std::string>& given, const std::string& otherwise,
                           Reading& reading) {
  if (!given.empty()) return given.front();
  auto there = if_there(otherwise);
  if (there) return *there;
  complain(there.error(), reading);
  return {};
}

void read_file_of_settings(const std::string& path, Reading& reading) {
  const auto source = read_source(path, largest_config_bytes);
  if (!source) return complain(source.error(), reading);
  Diagnostics diagnostics;
  apply(parse_settings(*source, diagnostics), reading.config, diagnostics);
  reading.complaints += render(diagnostics, Colour::never);
}

void read_drop_ins(const std::string& directory, Reading& reading) {
  const auto files = yaml_files(directory);
  if (!files) return complain(files.error(), reading);
  for (const auto& file : *files) read_file_of_settings(file, reading);
}

Reading configure(const Flags& flags, const DefaultPaths& defaults) {
  Reading reading;
  if (auto file = given_or_there(flags.config_files, defaults.config_file, reading); !file.empty())
    read_file_of_settings(file, reading);
  if (auto directory = given_or_there(flags.config_dirs, defaults.config_dir, reading);
      !directory.empty())
    read_drop_ins(directory, reading);
  Diagnostics none;  // they are right, as was seen before
  apply(settings_of(flags), reading.config, none);
  auto& policies = reading.config.policy_dirs;
  if (policies.empty())
    if (auto there = given_or_there({}, defaults.policy_dir, reading); !there.empty())
      policies.push_back(std::move(there));
  return reading;
}

// Empty: there is none.
std::string mistake_in(const SettingRow& row, const std::vector<std::string>& values) {
  if (row.count == SettingRow::Count::once && values.size() > 1)
    return fmt::format("--{} stands more than once; it takes one value", row.key);
  return {};
}

std::string mistake_in_path(const SettingRow& row, const std::vector<std::string>& values) {
  if (values == std::vector<std::string>{""})
    return fmt::format("--{}: a path is missing", row.key);
  return mistake_in(row, values);
}

// The first mistake of the flags themselves; empty: there is none.
std::string mistake_in(const Flags& flags) {
  if (auto mistake = mistake_in_path(config_row, flags.config_files); !mistake.empty())
    return mistake;
  if (auto mistake = mistake_in_path(config_dir_row, flags.config_dirs); !mistake.empty())
    return mistake;
  for (const auto& row : setting_rows())
    if (auto mistake = mistake_in(row, flags.settings.at(std::string(row.key))); !mistake.empty())
      return mistake;
  Config config;
  Diagnostics diagnostics;
  apply(settings_of(flags), config, diagnostics);
  return diagnostics.has_errors() ? "--" + diagnostics.all().front().message : "";
}

}  // namespace

std::variant<Invocation, Leave> read_command_line(int argc, const char* const* argv,
                                                  const DefaultPaths& defaults) {
  CLI::App app("vigild watches and guards this machine as its policies say.", "vigild");
  Flags flags;
  describe(app, flags);
  app.failure_message(
      [](const CLI::App*, const CLI::Error& error) { return usage_message(error.what()); });
  // CLI11 reports by throwing, --help included.
  try {
    if (const auto why = flag_without_value(argc, argv)) throw CLI::ValidationError(*why);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Leave{app.exit(error) == 0 ? 0 : usage_status};
  }
  if (const auto mistake = mistake_in(flags); !mistake.empty()) {
    fmt::print(stderr, "{}", usage_message(mistake));
    return Leave{usage_status};
  }
  auto [config, complaints] = configure(flags, defaults);
  if (!complaints.empty()) {
    fmt::print(stderr, "{}", complaints);
    return Leave{failure_status};
  }
  return Invocation{flags.check_config ? Task::check_config : Task::run, std::move(config)};
}

}  // namespace vigil::daemon
