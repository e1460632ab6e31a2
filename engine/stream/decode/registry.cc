#include "engine/stream/decode/registry.h"

#include <algorithm>

namespace vigil::decode {
namespace {

constexpr std::uint32_t all_generations = 0x10000;

bool show_the_same(const event::HookInfoPtr& a, const event::HookInfoPtr& b) {
  return a == b || (a && b && *a == *b);
}

}  // namespace

bool HookMap::Run::has(std::uint16_t generation) const {
  return static_cast<std::uint16_t>(generation - first) < count;
}

// The newest, where a generation's number was used again.
const HookMap::Run* HookMap::Hook::find(std::uint16_t generation) const {
  auto run =
      std::find_if(runs.rbegin(), runs.rend(), [&](const Run& r) { return r.has(generation); });
  return run == runs.rend() ? nullptr : &*run;
}

void HookMap::Hook::make_room() {
  if (runs.size() < kept_runs) return;
  const std::size_t oldest = current == 0 ? 1 : 0;
  runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(oldest));
  if (oldest < current) --current;
}

void HookMap::Hook::forget_left_before(std::uint64_t limit_ns) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i != current && runs[i].left_ns && *runs[i].left_ns <= limit_ns) continue;
    if (i == current) current = kept;
    if (i != kept) runs[kept] = std::move(runs[i]);
    ++kept;
  }
  runs.resize(kept);
}

event::HookInfoPtr HookMap::find(const HookId& id) const {
  std::lock_guard lock(mutex_);
  auto hook = hooks_.find(key_of(id));
  if (hook == hooks_.end()) return nullptr;
  const Run* run = hook->second.find(id.generation);
  return run == nullptr ? nullptr : run->info;
}

void HookMap::publish(const HookId& id, event::HookInfoPtr info) {
  std::lock_guard lock(mutex_);
  Hook& hook = hooks_[key_of(id)];
  for (const Run& run : hook.runs)
    if (show_the_same(run.info, info)) info = run.info;
  if (!hook.runs.empty()) {
    Run& last = hook.runs.back();
    const bool follows = static_cast<std::uint16_t>(last.first + last.count) == id.generation;
    if (follows && last.info == info && last.count < all_generations) {
      ++last.count;
      last.left_ns.reset();
      return;
    }
  }
  hook.make_room();
  hook.runs.push_back({.first = id.generation, .count = 1, .info = std::move(info), .left_ns = {}});
}

void HookMap::settle(const HookId& id, std::uint64_t now_ns) {
  std::lock_guard lock(mutex_);
  auto found = hooks_.find(key_of(id));
  if (found == hooks_.end()) return;
  Hook& hook = found->second;
  const Run* current = hook.find(id.generation);
  if (current == nullptr) return;
  hook.current = static_cast<std::size_t>(current - hook.runs.data());
  for (Run& run : hook.runs)
    if (&run == current)
      run.left_ns.reset();
    else if (!run.left_ns)
      run.left_ns = now_ns;
}

void HookMap::retire(std::uint32_t policy_id, std::uint64_t now_ns) {
  std::lock_guard lock(mutex_);
  retired_ns_.emplace(policy_id, now_ns);
}

void HookMap::drained(std::uint64_t at_ns) {
  if (at_ns < grace_ns) return;
  const std::uint64_t limit_ns = at_ns - grace_ns;
  std::lock_guard lock(mutex_);
  std::erase_if(retired_ns_, [&](const auto& policy) {
    if (policy.second > limit_ns) return false;
    hooks_.erase(hooks_.lower_bound({policy.first, 0, Half::entry}),
                 hooks_.upper_bound({policy.first, 0xffff, Half::returned}));
    return true;
  });
  for (auto& [key, hook] : hooks_) hook.forget_left_before(limit_ns);
}

std::size_t HookMap::size() const {
  std::lock_guard lock(mutex_);
  std::size_t runs = 0;
  for (const auto& [key, hook] : hooks_) runs += hook.runs.size();
  return runs;
}

}  // namespace vigil::decode
