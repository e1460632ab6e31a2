#include "engine/daemon/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>

#include "engine/base/command_line.h"
#include "engine/base/text.h"
#include "engine/daemon/config_file.h"
#include "engine/daemon/version.h"

namespace vigil::daemon {
namespace {

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

struct Flags {
  std::string config_file;
  std::string config_dir;
  bool check_config = false;
  std::map<std::string, std::vector<std::string>> settings;
};

void describe(CLI::App& app, Flags& flags) {
  app.set_version_flag("--version", std::string("vigild ") + version);
  app.footer(examples);
  app.add_option("--config", flags.config_file, "settings in YAML (/etc/vigil/vigild.yaml)")
      ->type_name("FILE");
  app.add_option("--config-dir", flags.config_dir,
                 "more settings: every .yaml file of this directory (/etc/vigil/vigild.d)")
      ->type_name("DIR");
  for (const auto& row : setting_rows()) {
    auto* option = app.add_option("--" + std::string(row.key), flags.settings[std::string(row.key)],
                                  std::string(row.help));
    option->type_name(std::string(row.value))
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  app.add_flag("--check-config", flags.check_config, "check the settings and leave");
}

std::string usage_message(std::string_view what) {
  return fmt::format("vigild: {}\n        try: vigild --help\n", printable(what));
}

void append(std::vector<Setting>& all, std::vector<Setting> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<Setting> settings_of(const Flags& flags) {
  std::vector<Setting> settings;
  for (const auto& [key, values] : flags.settings)
    for (const auto& value : values) settings.push_back({key, value, "command line"});
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

Result<std::vector<Setting>> gather(const Flags& flags, const DefaultPaths& defaults) {
  std::vector<Setting> settings;
  auto file = flags.config_file;
  if (file.empty()) {
    TRY(file, if_there(defaults.config_file));
  }
  if (!file.empty()) {
    TRY(settings, read_settings(file));
  }
  auto directory = flags.config_dir;
  if (directory.empty()) {
    TRY(directory, if_there(defaults.config_dir));
  }
  if (!directory.empty()) {
    TRY(const auto drop_ins, yaml_files(directory));
    for (const auto& drop_in : drop_ins) {
      TRY(auto more, read_settings(drop_in));
      append(settings, std::move(more));
    }
  }
  append(settings, settings_of(flags));
  return settings;
}

Result<Config> configure(const Flags& flags, const DefaultPaths& defaults) {
  TRY(const auto settings, gather(flags, defaults));
  TRY(Config config, apply(settings));
  if (config.policy_dirs.empty()) {
    TRY(auto directory, if_there(defaults.policy_dir));
    if (!directory.empty()) config.policy_dirs.push_back(std::move(directory));
  }
  return config;
}

}  // namespace

Result<std::variant<Invocation, Leave>> read_command_line(int argc, const char* const* argv,
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
  if (const auto told = apply(settings_of(flags)); !told) {
    fmt::print(stderr, "{}", usage_message(told.error().message()));
    return Leave{usage_status};
  }
  Invocation invocation;
  if (flags.check_config) invocation.task = Task::check_config;
  TRY(invocation.config, configure(flags, defaults));
  return invocation;
}

}  // namespace vigil::daemon
