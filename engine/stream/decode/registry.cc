#include "engine/stream/decode/registry.h"

#include <algorithm>

namespace vigil::decode {

event::HookInfoPtr HookMap::find(const HookId& id) const {
  std::lock_guard lock(mutex_);
  auto hook = hooks_.find({id.policy_id, id.hook_index});
  if (hook == hooks_.end()) return nullptr;
  auto entry = std::find_if(hook->second.rbegin(), hook->second.rend(),
                            [&](const Entry& e) { return e.generation == id.generation; });
  return entry == hook->second.rend() ? nullptr : entry->info;
}

void HookMap::publish(const HookId& id, event::HookInfoPtr info) {
  std::lock_guard lock(mutex_);
  auto& entries = hooks_[{id.policy_id, id.hook_index}];
  std::erase_if(entries, [&](const Entry& e) { return e.generation == id.generation; });
  if (entries.size() == kept_generations) entries.erase(entries.begin());
  entries.push_back({id.generation, std::move(info)});
}

void HookMap::retire(std::uint32_t policy_id, std::uint64_t now_ns) {
  std::lock_guard lock(mutex_);
  retired_ns_.emplace(policy_id, now_ns);
}

void HookMap::expire(std::uint64_t now_ns) {
  std::lock_guard lock(mutex_);
  for (auto policy = retired_ns_.begin(); policy != retired_ns_.end();) {
    if (now_ns < policy->second + kept_ns) {
      ++policy;
      continue;
    }
    hooks_.erase(hooks_.lower_bound({policy->first, 0}),
                 hooks_.upper_bound({policy->first, 0xffff}));
    policy = retired_ns_.erase(policy);
  }
}

std::size_t HookMap::size() const {
  std::lock_guard lock(mutex_);
  return hooks_.size();
}

}  // namespace vigil::decode
