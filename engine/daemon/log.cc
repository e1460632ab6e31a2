#include "engine/daemon/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <string>

namespace vigil::daemon {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::trace: return spdlog::level::trace;
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

// %* in a pattern: the message as the inside of a JSON string.
class JsonText final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    for (const char byte : message.payload) {
      const auto code = static_cast<unsigned char>(byte);
      if (byte == '"' || byte == '\\')
        fmt::format_to(std::back_inserter(out), "\\{}", byte);
      else if (code < 0x20)
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
      else
        out.push_back(byte);
    }
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JsonText>();
  }
};

std::unique_ptr<spdlog::formatter> json_formatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JsonText>('*');
  formatter->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","message":"%*"})");
  return formatter;
}

}  // namespace

void start_log(LogLevel level, LogFormat format) {
  auto logger =
      std::make_shared<spdlog::logger>("vigild", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  switch (format) {
    case LogFormat::text: logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v"); break;
    case LogFormat::json: logger->set_formatter(json_formatter()); break;
  }
  logger->set_level(to_spdlog(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace vigil::daemon
