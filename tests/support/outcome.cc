#include "tests/support/outcome.h"

#include <optional>

#include "engine/compile/plan/placement.h"

namespace vigil::testing {
namespace {

using schema::ActionKind;

constexpr std::int32_t kill_signal = 9;
constexpr std::int32_t not_permitted = -1;

// What a selector asks for.
struct Wish {
  bool posts = true;
  ActionKind reported = ActionKind::post;
  std::optional<std::int32_t> signal;
  std::optional<std::int32_t> error;
};

Wish wish_of(const check::Selector& selector) {
  Wish wish;
  std::optional<std::int32_t> written_error;
  bool kills = false;
  for (const check::Action& action : selector.actions) {
    wish.reported = action.kind;
    switch (action.kind) {
      case ActionKind::post: break;
      case ActionKind::no_post: wish.posts = false; break;
      case ActionKind::sigkill: kills = true; break;
      case ActionKind::signal: wish.signal = action.signal; break;
      case ActionKind::override:
        if (action.error != 0) written_error = action.error;
        break;
      // An enforcer acts at another hook, a sock's owner is told in other events.
      case ActionKind::notify_enforcer:
      case ActionKind::cleanup_enforcer:
      case ActionKind::track_sock:
      case ActionKind::untrack_sock:
      // What a program finds in its memory is no part of the outcome.
      case ActionKind::set: break;
    }
  }
  if (kills) {
    wish.signal = kill_signal;
    wish.error = not_permitted;
  }
  if (written_error) wish.error = written_error;
  return wish;
}

class Deciding {
 public:
  explicit Deciding(Outcome& outcome) : outcome_(outcome) {}

  void act(const check::CheckedPolicy& policy, Post post, const Wish& wish, Counts& counts) {
    const bool monitors = policy.mode() == schema::PolicyMode::monitor;
    if (wish.signal) {
      ++(monitors ? counts.monitor_signal : counts.signal);
      if (!monitors) outcome_.signals.insert(*wish.signal);
    }
    if (wish.error) {
      ++(monitors ? counts.monitor_override : counts.override);
      if (!monitors && !refused_) outcome_.verdict = *wish.error;
      refused_ |= !monitors;
    }
    ++(wish.posts ? counts.post : counts.nopost);
    if (!wish.posts) return;
    post.action = wish.reported;
    post.enforcing = wish.signal || wish.error;
    post.monitored = monitors && post.enforcing;
    outcome_.posts.insert(post);
  }

 private:
  Outcome& outcome_;
  bool refused_ = false;
};

std::optional<std::size_t> first_that_matches(const check::Hook& hook, const Event& event,
                                              const plan::Numbers& numbers) {
  for (std::size_t i = 0; i < hook.selectors.size(); ++i) {
    if (matches(hook, hook.selectors[i], event, numbers)) return i;
  }
  return std::nullopt;
}

}  // namespace

Outcome outcome_of(const plan::HookKey& key, const std::vector<plan::LoadedPolicy>& policies,
                   const Event& event, const plan::Numbers& numbers, std::vector<Counts>& counts) {
  Outcome outcome;
  Deciding deciding(outcome);
  for (std::size_t number = 0; number < policies.size(); ++number) {
    const plan::LoadedPolicy& loaded = policies[number];
    const auto& hooks = loaded.policy->hooks();
    for (std::uint32_t i = 0; i < hooks.size(); ++i) {
      if (plan::entry_key(hooks[i]) != key) continue;
      const auto selector = first_that_matches(hooks[i], event, numbers);
      if (!selector) continue;
      const Post post{.policy_id = loaded.id,
                      .hook_index = i,
                      .selector = static_cast<std::uint32_t>(*selector)};
      deciding.act(*loaded.policy, post, wish_of(hooks[i].selectors[*selector]), counts[number]);
    }
  }
  return outcome;
}

}  // namespace vigil::testing
