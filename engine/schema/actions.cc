#include "engine/schema/actions.h"

#include <algorithm>
#include <cstdint>

namespace vigil::schema {
namespace {

constexpr Word<ActionKind> actions[] = {
    {"Post", ActionKind::post},
    {"NoPost", ActionKind::no_post},
    {"Sigkill", ActionKind::sigkill},
    {"Signal", ActionKind::signal},
    {"Override", ActionKind::override},
    {"NotifyEnforcer", ActionKind::notify_enforcer},
    {"CleanupEnforcerNotification", ActionKind::cleanup_enforcer},
    {"TrackSock", ActionKind::track_sock},
    {"UntrackSock", ActionKind::untrack_sock},
    {"GetUrl", std::nullopt},
    {"DnsLookup", std::nullopt},
    {"Set", ActionKind::set},
};

constexpr std::string_view removed[] = {"FollowFD", "UnfollowFD", "CopyFD"};

constexpr Word<RateScope> rate_scopes[] = {
    {"thread", RateScope::thread},
    {"process", RateScope::process},
    {"global", RateScope::global},
};

constexpr Word<PolicyMode> modes[] = {
    {"enforce", PolicyMode::enforce},
    {"monitor", PolicyMode::monitor},
};

constexpr Word<ListType> list_types[] = {
    {"", ListType::functions},
    {"syscalls", ListType::syscalls},
    {"generated_syscalls", ListType::generated_syscalls},
    {"generated_ftrace", ListType::generated_ftrace},
};

constexpr Word<Option> options[] = {
    {"policy-mode", Option::policy_mode},        {"disable-kprobe-multi", Option::ignored},
    {"disable-uprobe-multi", Option::ignored},   {"override-method", Option::ignored},
    {"sleepable-preload-size", Option::ignored},
};

}  // namespace

std::span<const Word<ActionKind>> action_words() { return actions; }
std::span<const Word<RateScope>> rate_scope_words() { return rate_scopes; }
std::span<const Word<PolicyMode>> policy_mode_words() { return modes; }
std::span<const Word<ListType>> list_type_words() { return list_types; }
std::span<const Word<Option>> option_words() { return options; }

bool is_removed_action(std::string_view spelling) {
  return std::ranges::find(removed, spelling) != std::end(removed);
}

bool is_enforcing(ActionKind kind) {
  switch (kind) {
    case ActionKind::post:
    case ActionKind::no_post:
    case ActionKind::cleanup_enforcer:
    case ActionKind::track_sock:
    case ActionKind::untrack_sock: return false;
    case ActionKind::sigkill:
    case ActionKind::signal:
    case ActionKind::override:
    case ActionKind::notify_enforcer:
    case ActionKind::set: return true;
  }
  return false;
}

bool tracks_sock(ActionKind kind) {
  return kind == ActionKind::track_sock || kind == ActionKind::untrack_sock;
}

std::string_view name(Section section) {
  switch (section) {
    case Section::kprobes: return "kprobes";
    case Section::fentries: return "fentries";
    case Section::tracepoints: return "tracepoints";
    case Section::lsmhooks: return "lsmhooks";
    case Section::uprobes: return "uprobes";
    case Section::usdts: return "usdts";
  }
  return {};
}

std::string_view name(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::kprobe: return "kprobe";
    case Mechanism::kretprobe: return "kretprobe";
    case Mechanism::lsm: return "lsm";
    case Mechanism::fmod_ret: return "fmod_ret";
    case Mechanism::fentry: return "fentry";
    case Mechanism::fexit: return "fexit";
    case Mechanism::raw_tracepoint: return "raw_tracepoint";
    case Mechanism::tracepoint: return "tracepoint";
    case Mechanism::uprobe: return "uprobe";
    case Mechanism::uretprobe: return "uretprobe";
  }
  return {};
}

std::string_view name(ActionKind kind) { return spelling_of(action_words(), kind); }
std::string_view name(PolicyMode mode) { return spelling_of(policy_mode_words(), mode); }

}  // namespace vigil::schema
