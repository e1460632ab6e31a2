#include "engine/daemon/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <string_view>

#include "engine/base/number.h"
#include "engine/daemon/host_port.h"
#include "engine/daemon/listen_address.h"
#include "engine/schema/codes.h"
#include "engine/schema/similar.h"

namespace vigil::daemon {
namespace {

using Apply = Result<void> (*)(Config&, const std::string& value);

struct Row {
  SettingRow row;
  Apply apply;
};

template <std::string Config::* member>
Result<void> set_text(Config& config, const std::string& value) {
  config.*member = value;
  return {};
}

template <std::vector<std::string> Config::* member>
Result<void> add_text(Config& config, const std::string& value) {
  if (value.empty()) return Error("a path is missing");
  (config.*member).push_back(value);
  return {};
}

Result<void> set_export(Config& config, const std::string& value) {
  if (value.empty()) return Error("a path is missing; leave export-file out to export nothing");
  config.export_file = value;
  return {};
}

Result<void> set_runtime_root(Config& config, const std::string& value) {
  if (value.empty()) return Error("a path is missing; leave runtime-root out for /");
  config.runtime_root = value;
  return {};
}

Result<std::uint64_t> parse_number(std::string_view text) {
  const auto number = whole_number<std::uint64_t>(text);
  if (!number) return Error(fmt::format("'{}' is not a number", text));
  return *number;
}

Result<void> set_queue(Config& config, const std::string& value) {
  constexpr std::uint64_t most = 10'000'000;
  TRY(config.event_queue_size, parse_number(value));
  if (config.event_queue_size == 0 || config.event_queue_size > most)
    return Error(fmt::format("{} is not between 1 and {}", config.event_queue_size, most));
  return {};
}

Result<void> set_server(Config& config, const std::string& value) {
  TRY_VOID(parse_listen_address(value));
  config.server_address = value;
  return {};
}

Result<void> set_metrics(Config& config, const std::string& value) {
  if (!value.empty()) TRY_VOID(parse_host_port(value));
  config.metrics_address = value;
  return {};
}

Result<void> set_ring(Config& config, const std::string& value) {
  TRY(config.rb_size_bytes, parse_size(value));
  return {};
}

template <typename E>
Result<E> parse_word(const std::string& value,
                     const std::vector<std::pair<std::string_view, E>>& words) {
  std::vector<std::string_view> known;
  for (const auto& [word, meaning] : words) {
    if (word == value) return meaning;
    known.push_back(word);
  }
  return Error(fmt::format("'{}' is not one of {}", value, fmt::join(known, ", ")));
}

Result<void> set_expose(Config& config, const std::string& value) {
  TRY(config.expose_stack_addresses, parse_word<bool>(value, {{"true", true}, {"false", false}}));
  return {};
}

Result<void> set_level(Config& config, const std::string& value) {
  TRY(config.log_level, parse_word<LogLevel>(value, {{"trace", LogLevel::trace},
                                                     {"debug", LogLevel::debug},
                                                     {"info", LogLevel::info},
                                                     {"warn", LogLevel::warn},
                                                     {"error", LogLevel::error}}));
  return {};
}

Result<void> set_format(Config& config, const std::string& value) {
  TRY(config.log_format,
      parse_word<LogFormat>(value, {{"text", LogFormat::text}, {"json", LogFormat::json}}));
  return {};
}

using enum SettingRow::Count;

const std::vector<Row>& rows() {
  static const std::vector<Row> rows = {
      {{"policy-dir", "DIR", "load every policy file (.yaml, .yml) of this directory", many},
       add_text<&Config::policy_dirs>},
      {{"policy", "FILE", "load this policy; may be given many times", many},
       add_text<&Config::policy_files>},
      {{"export-file", "FILE", "append every event to this file, a line of JSON each"}, set_export},
      {{"server-address", "ADDRESS",
        "where clients connect: unix:///PATH, or HOST:PORT (no authentication!)"},
       set_server},
      {{"metrics-address", "HOST:PORT", "serve counters to Prometheus at http://HOST:PORT/metrics"},
       set_metrics},
      {{"node-name", "NAME",
        "node_name of events; else HUBBLE_NODE_NAME, NODE_NAME, the host's name"},
       set_text<&Config::node_name>},
      {{"runtime-root", "DIR",
        "where the host's root is seen, for the state that container runtimes keep there (/)"},
       set_runtime_root},
      {{"event-queue-size", "EVENTS",
        "events that wait for one client, or the export file, before it loses some (10000)"},
       set_queue},
      {{"rb-size", "BYTES", "of the ring between kernel and daemon, also 512K, 8M (8M)"}, set_ring},
      {{"expose-stack-addresses", "BOOL",
        "show addresses in stack traces, which tells where the kernel lies in memory (false)"},
       set_expose},
      {{"log-level", "LEVEL", "trace, debug, info, warn or error (info)"}, set_level},
      {{"log-format", "FORMAT", "text or json (text)"}, set_format},
  };
  return rows;
}

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys;
  for (const auto& row : rows()) keys.push_back(row.row.key);
  return keys;
}

void apply(const Setting& setting, Config& config, Diagnostics& diagnostics) {
  const auto row =
      std::ranges::find_if(rows(), [&](const Row& r) { return r.row.key == setting.key; });
  if (row == rows().end())
    return diagnostics.error(schema::code::unknown_key.code, setting.key_place,
                             fmt::format("there is no setting '{}'", setting.key),
                             schema::did_you_mean(setting.key, known_keys()));
  if (auto applied = row->apply(config, setting.value); !applied)
    diagnostics.error(schema::code::bad_setting.code, setting.place,
                      applied.error().in(setting.key).message());
}

}  // namespace

const std::vector<SettingRow>& setting_rows() {
  static const std::vector<SettingRow> shown = [] {
    std::vector<SettingRow> all;
    for (const auto& row : rows()) all.push_back(row.row);
    return all;
  }();
  return shown;
}

Result<std::uint32_t> parse_size(const std::string& text) {
  constexpr std::uint64_t least = 64u << 10, most = 1u << 30;
  std::string_view digits = text;
  unsigned shift = 0;
  if (!digits.empty()) {
    const auto unit = std::string_view("KMG").find(digits.back());
    if (unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      digits.remove_suffix(1);
    }
  }
  TRY(const std::uint64_t number, parse_number(digits));
  if (number > (most >> shift) || (number << shift) < least)
    return Error(fmt::format("'{}' is not between 64K and 1G", text));
  return static_cast<std::uint32_t>(std::bit_ceil(number << shift));
}

void apply(const std::vector<Setting>& settings, Config& config, Diagnostics& diagnostics) {
  for (const auto& setting : settings) apply(setting, config, diagnostics);
}

}  // namespace vigil::daemon
