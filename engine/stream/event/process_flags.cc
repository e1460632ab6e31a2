#include "engine/stream/event/process_flags.h"

#include <string_view>
#include <utility>

namespace vigil::event {
namespace {

constexpr std::pair<ProcessFlag, std::string_view> names[] = {
    {ProcessFlag::execve, "execve"},
    {ProcessFlag::proc_fs, "procFS"},
    {ProcessFlag::trunc_args, "truncArgs"},
    {ProcessFlag::miss, "miss"},
    {ProcessFlag::error_filename, "errorFilename"},
    {ProcessFlag::error_args, "errorArgs"},
    {ProcessFlag::no_cwd, "nocwd"},
    {ProcessFlag::root_cwd, "rootcwd"},
    {ProcessFlag::error_cwd, "errorCWD"},
    {ProcessFlag::clone, "clone"},
    {ProcessFlag::error_cgroup_name, "errorCgroupName"},
    {ProcessFlag::error_path_resolution_cwd, "errorPathResolutionCwd"},
    {ProcessFlag::in_init_tree, "inInitTree"},
    {ProcessFlag::unknown, "unknown"},
};

}  // namespace

std::string to_string(ProcessFlags flags) {
  std::string text;
  for (const auto& [flag, name] : names) {
    if (!flags.has(flag)) continue;
    if (!text.empty()) text += ' ';
    text += name;
  }
  return text;
}

}  // namespace vigil::event
