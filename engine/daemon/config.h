// What vigild was told, by defaults, files and flags.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/result.h"

namespace vigil::daemon {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };
enum class LogFormat : std::uint8_t { text, json };

struct Config {
  std::vector<std::string> policy_dirs;
  std::vector<std::string> policy_files;
  std::string export_file;  // empty: none
  std::string server_address = "unix:///run/vigil/vigil.sock";
  std::string metrics_address;             // empty: off
  std::string node_name;                   // empty: the host's name
  std::string runtime_root = "/";          // below it container runtimes keep their state
  std::size_t event_queue_size = 10'000;   // events
  std::uint32_t rb_size_bytes = 8u << 20;  // the ring of events; a power of two
  bool expose_stack_addresses = false;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
};

// One value as written somewhere, before anybody knows whether it makes sense.
struct Setting {
  std::string key;
  std::string value;
  Span key_place;  // no line: not from a file
  Span place;
};

// A later setting replaces an earlier one; those that may be given many times add up. Each that
// cannot be is told.
void apply(const std::vector<Setting>& settings, Config& config, Diagnostics& diagnostics);

// The rows of the one table of settings, for flags and files alike.
struct SettingRow {
  std::string_view key;    // flag without dashes, key in a file
  std::string_view value;  // what stands for the value in help
  std::string_view help;
  enum class Count { once, many } count = Count::once;
};
const std::vector<SettingRow>& setting_rows();

// "64K", "8M", "1G" or bytes, rounded up to a power of two.
Result<std::uint32_t> parse_size(const std::string& text);

}  // namespace vigil::daemon
