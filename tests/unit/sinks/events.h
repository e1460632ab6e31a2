// Events to make lines of.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/stream/event/event.h"

namespace vigil::sinks {

inline constexpr event::WallTime sample_time = 1'767'225'600'123'456'789;  // 2026-01-01

inline event::ProcessPtr sample_process(std::uint32_t pid) {
  event::Process process;
  process.exec_id = "aWQ=";
  process.parent_exec_id = "cGFyZW50";
  process.pid = process.tid = pid;
  process.auid = 0xffffffff;
  process.cwd = "/root";
  process.binary = "/usr/bin/cat";
  process.arguments = "/etc/shadow";
  process.flags = "execve clone";
  process.start_time = 1'767'225'600'000'000'000;
  return std::make_shared<const event::Process>(process);
}

inline event::Event sample_exec() {
  return {sample_time, event::ProcessExec{sample_process(7), sample_process(1)}};
}

inline event::Event sample_exit(std::string signal, std::uint32_t status) {
  return {sample_time,
          event::ProcessExit{sample_process(7), sample_process(1), std::move(signal), status}};
}

inline event::Event sample_hook(schema::Section section, std::vector<event::Argument> arguments,
                                std::optional<event::Argument> returned = {}) {
  event::HookInfo info;
  info.section = section;
  info.policy = "arguments";
  info.function = "security_file_permission";
  event::ProcessHook hook;
  hook.process = sample_process(7);
  hook.parent = sample_process(1);
  hook.tid = 8;
  hook.info = std::make_shared<const event::HookInfo>(info);
  hook.arguments = std::move(arguments);
  hook.returned = std::move(returned);
  return {sample_time, hook};
}

}  // namespace vigil::sinks
