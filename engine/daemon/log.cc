#include "engine/daemon/log.h"

#include <grpc/support/log.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/text.h"

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

// A message may hold what others wrote: nothing of it reaches a terminal raw, and only lines of its
// own follow its first, each behind `line_break`.
std::string shown(std::string_view message, std::string_view line_break) {
  message = message.substr(0, message.find_last_not_of('\n') + 1);
  auto end = message.find('\n');
  std::string out = printable(message.substr(0, end));
  while (end != std::string_view::npos) {
    message.remove_prefix(end + 1);
    end = message.find('\n');
    out += line_break;
    out += printable(message.substr(0, end));
  }
  return out;
}

// Indented, what follows cannot be taken for an entry.
std::string as_text(std::string_view message) { return shown(message, "\n  "); }

// The inside of a JSON string.
std::string as_json(std::string_view message) {
  std::string out;
  for (const char byte : shown(message, "\n")) {
    if (byte == '\n') {
      out += "\\n";
      continue;
    }
    if (byte == '"' || byte == '\\') out += '\\';
    out += byte;
  }
  return out;
}

// %* in a pattern.
template <std::string (*show)(std::string_view)>
class Message final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const auto text = show({message.payload.data(), message.payload.size()});
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<Message>();
  }
};

template <std::string (*show)(std::string_view)>
std::unique_ptr<spdlog::formatter> formatter(const char* pattern, spdlog::pattern_time_type time) {
  auto made = std::make_unique<spdlog::pattern_formatter>(time);
  made->template add_flag<Message<show>>('*');
  made->set_pattern(pattern);
  return made;
}

std::unique_ptr<spdlog::formatter> formatter_for(LogFormat format) {
  switch (format) {
    case LogFormat::text:
      return formatter<as_text>("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %*", spdlog::pattern_time_type::local);
    case LogFormat::json:
      return formatter<as_json>(R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","message":"%*"})",
                                spdlog::pattern_time_type::utc);
  }
  return nullptr;
}

// Clients bring it about as often as they like.
void take_from_grpc(gpr_log_func_args* said) { spdlog::debug("gRPC: {}", said->message); }

}  // namespace

void start_log(LogLevel level, LogFormat format) {
  auto logger =
      std::make_shared<spdlog::logger>("vigild", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(formatter_for(format));
  logger->set_level(to_spdlog(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
  gpr_set_log_function(take_from_grpc);
}

void say_ready(LogFormat format) {
  constexpr const char* news = "vigild: ready";
  switch (format) {
    case LogFormat::text: std::puts(news); break;
    case LogFormat::json: {
      spdlog::logger logger("vigild", std::make_shared<spdlog::sinks::stdout_sink_st>());
      logger.set_formatter(formatter_for(format));
      logger.info("{}", news);
      break;
    }
  }
  std::fflush(stdout);
}

}  // namespace vigil::daemon
