#include "engine/daemon/hook_info.h"

#include <memory>

namespace vigil::daemon {

event::HookInfoPtr hook_info(const check::CheckedPolicy& policy, const plan::Placement& placement) {
  const check::Hook& hook = policy.hooks()[placement.hook_index];
  auto info = std::make_shared<event::HookInfo>();
  info->section = hook.section;
  info->policy = policy.name();
  info->subsystem = hook.subsystem;
  info->function = hook.function;
  info->functions = hook.functions;
  info->function_slot = placement.function_slot;
  if (hook.place) {
    info->path = hook.place->path;
    info->provider = hook.provider;
    info->offset = hook.reported_offset;
    info->ref_ctr_offset = hook.place->ref_ctr_offset;
  }
  info->message = hook.message;
  info->tags = hook.tags;
  for (std::size_t i = 0; i < hook.arguments.size(); ++i)
    info->arguments.push_back(
        {hook.arguments[i].type, hook.arguments[i].label, placement.slots[i]});
  if (const auto& returned = hook.return_argument)
    info->return_argument = event::HookInfo::Shown{returned->type, returned->label, plan::no_slot};
  return info;
}

}  // namespace vigil::daemon
