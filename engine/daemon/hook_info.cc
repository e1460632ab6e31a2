#include "engine/daemon/hook_info.h"

#include <algorithm>
#include <memory>

namespace vigil::daemon {

namespace {

// The slots of a selector's stacks, of those whose actions ask for some.
void add_stacks(const check::Hook& hook, std::vector<check::Action> check::Selector::* actions,
                const plan::Placement& placement, event::HookInfo& info) {
  for (std::size_t i = 0; i < hook.selectors.size(); ++i) {
    check::Stacks wanted;
    for (const check::Action& action : hook.selectors[i].*actions) wanted |= action.stacks;
    if (!wanted.kernel && !wanted.user) continue;
    info.stacks.resize(i + 1);
    if (wanted.kernel) info.stacks[i].kernel = placement.kernel_stack_slot;
    if (wanted.user) info.stacks[i].user = placement.user_stack_slot;
  }
}

}  // namespace

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
    info->arguments.push_back({hook.arguments[i].type, hook.arguments[i].label, placement.slots[i],
                               hook.arguments[i].at_return});
  for (std::size_t i = 0; i < hook.data.size(); ++i)
    info->data.push_back(
        {hook.data[i].type, hook.data[i].label, placement.slots[hook.arguments.size() + i]});
  if (const auto& returned = hook.return_argument)
    info->return_argument = event::HookInfo::Shown{returned->type, returned->label, plan::no_slot};
  info->asks_return = std::ranges::any_of(hook.selectors, [](const check::Selector& selector) {
    return !selector.return_arguments.empty();
  });
  add_stacks(hook, &check::Selector::actions, placement, *info);
  return info;
}

event::HookInfoPtr return_info(const check::CheckedPolicy& policy,
                               const plan::Placement& placement) {
  const check::Hook& hook = policy.hooks()[placement.hook_index];
  const check::Argument& returned = *hook.return_argument;
  auto info = std::make_shared<event::HookInfo>();
  info->arguments.push_back({returned.type, returned.label, placement.slots.front()});
  std::size_t next = 1;
  for (const check::Argument& argument : hook.arguments) {
    if (argument.at_return)
      info->arguments.push_back({argument.type, argument.label, placement.slots[next++]});
  }
  add_stacks(hook, &check::Selector::return_actions, placement, *info);
  return info;
}

}  // namespace vigil::daemon
