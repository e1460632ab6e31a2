#include "engine/compile/plan/lower.h"

#include <algorithm>
#include <optional>

#include "engine/compile/plan/placement.h"

namespace vigil::plan {
namespace {

constexpr std::int32_t not_permitted = -1;  // -EPERM
constexpr std::uint8_t kill_signal = 9;

// What the actions add up to, whatever their order.
struct Sum {
  bool silent = false;
  std::uint8_t signal = 0;
  std::optional<std::int32_t> error;  // asked for by Override; one of 0 asks for nothing
  std::optional<check::RateLimit> rate_limit;
  std::optional<Rule::Notification> notifies;
  bool drops_notification = false;
};

void add_signal(Sum& sum, std::int32_t signal) {
  if (sum.signal != kill_signal) sum.signal = static_cast<std::uint8_t>(signal);
}

void add(Sum& sum, const check::Action& action) {
  switch (action.kind) {
    case schema::ActionKind::post:
      if (action.rate_limit) sum.rate_limit = action.rate_limit;
      return;
    case schema::ActionKind::no_post: sum.silent = true; return;
    case schema::ActionKind::sigkill: add_signal(sum, kill_signal); return;
    case schema::ActionKind::signal: add_signal(sum, action.signal); return;
    case schema::ActionKind::override:
      if (action.error != 0) sum.error = action.error;
      return;
    case schema::ActionKind::notify_enforcer:
      sum.notifies = {action.error, static_cast<std::uint8_t>(action.signal)};
      return;
    case schema::ActionKind::cleanup_enforcer: sum.drops_notification = true; return;
    case schema::ActionKind::track_sock:
    case schema::ActionKind::untrack_sock:  // of values: the planner knows their slots
    case schema::ActionKind::set: return;   // likewise
  }
}

void limit_rate(const Sum& sum, Rule& rule) {
  if (!sum.rate_limit || !rule.post) return;
  rule.rate_ms = sum.rate_limit->interval_ms;
  rule.rate_scope = sum.rate_limit->scope;
}

}  // namespace

Rule lower(const check::Selector& selector, schema::Mechanism mechanism) {
  Sum sum;
  bool kills = false;
  Rule rule;
  for (const check::Action& action : selector.actions) {
    add(sum, action);
    kills |= action.kind == schema::ActionKind::sigkill;
    rule.reported = action.kind;
  }
  rule.post = !sum.silent;
  rule.signal = sum.signal;
  rule.notifies = sum.notifies;
  rule.drops_notification = sum.drops_notification;
  if (can_refuse(mechanism) && (sum.error || kills)) {
    rule.overrides = true;
    rule.error = sum.error.value_or(not_permitted);
  }
  limit_rate(sum, rule);
  rule.span = selector.span;
  return rule;
}

Rule lower_return(const check::Selector& selector) {
  Sum sum;
  Rule rule;
  for (const check::Action& action : selector.return_actions) {
    add(sum, action);
    rule.reported = action.kind;
  }
  rule.signal = sum.signal;
  rule.notifies = sum.notifies;
  rule.drops_notification = sum.drops_notification;
  // What the entry kept to itself has nothing to be added to.
  rule.post =
      !sum.silent && std::ranges::none_of(selector.actions, [](const check::Action& action) {
        return action.kind == schema::ActionKind::no_post;
      });
  limit_rate(sum, rule);
  rule.span = selector.span;
  return rule;
}

}  // namespace vigil::plan
