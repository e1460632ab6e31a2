// What the API asks of whoever owns the policies.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vigil::api {

enum class FailureKind : std::uint8_t {
  invalid,  // the policy does not parse or check
  already_exists,
  not_found,
  refused,    // right in itself, but not for this policy
  exhausted,  // a limit is reached
  kernel,     // the kernel said no
};

struct Failure {
  FailureKind kind = FailureKind::kernel;
  std::string message;  // may have several lines: rendered diagnostics
};

template <typename T>
class [[nodiscard]] Outcome : public std::expected<T, Failure> {
 public:
  using std::expected<T, Failure>::expected;
  Outcome(Failure failure) : std::expected<T, Failure>(std::unexpected(std::move(failure))) {}
};

enum class PolicyState : std::uint8_t {
  enabled,
  partially_enabled,
  skipped,  // for nobody who is known
  disabled,
  load_error,
};
enum class HookState : std::uint8_t {
  loaded,
  not_loaded,
  digest_rejected,
  call_not_found,
  partial_call_not_found,
};
enum class EffectiveMode : std::uint8_t { enforce, monitor, monitor_only };
enum class Activation : std::uint8_t { enable, disable };
enum class RequestedMode : std::uint8_t { enforce, monitor };

// A policy's identity: the same name may live in two domains.
struct PolicyKey {
  std::string domain;
  std::string name;
  auto operator<=>(const PolicyKey&) const = default;
};

struct ActionCounters {
  std::uint64_t post = 0, nopost = 0;
  std::uint64_t signal = 0, monitor_signal = 0;
  std::uint64_t override = 0, monitor_override = 0;
  std::uint64_t notify_enforcer = 0, monitor_notify_enforcer = 0;
  std::uint64_t set = 0, monitor_set = 0;
  std::uint64_t post_lost = 0, rate_limited = 0;
};

struct SelectorCounters {
  std::string function;          // of its hook
  std::uint32_t hook_index = 0;  // of the policy's hooks
  std::uint32_t selector = 0;    // of the hook's selectors
  std::string label;
  ActionCounters counters;
};

struct PlacedHook {
  std::string section;      // "kprobes"
  std::uint32_t index = 0;  // of the policy's hooks
  std::string description;  // function, mechanism and why this one
  HookState state = HookState::loaded;
};

struct PolicyStatus {
  std::uint64_t id = 0;
  PolicyKey key;
  std::string info;
  std::vector<std::string> sensors;  // "generic_lsm"
  PolicyState state = PolicyState::enabled;
  EffectiveMode mode = EffectiveMode::enforce;
  std::string error;
  std::string warnings;  // rendered diagnostics of its file
  std::uint64_t kernel_memory_bytes = 0;
  std::optional<ActionCounters> counters;  // none when nothing is loaded
  std::vector<SelectorCounters> selectors;
  std::vector<PlacedHook> hooks;
};

// What was added, and what it came with.
struct Added {
  std::vector<std::string> names;  // of the policies in the text
  std::string warnings;            // rendered diagnostics; empty: none
};

struct PolicyChange {
  std::optional<Activation> activation;
  std::optional<RequestedMode> mode;
};

// Changes may take as long as the kernel takes to verify a program; the list does not wait for
// them.
class PolicyService {
 public:
  virtual ~PolicyService() = default;

  virtual Outcome<Added> add(std::string yaml, std::string domain) = 0;
  virtual Outcome<void> remove(const PolicyKey& key) = 0;
  virtual Outcome<void> configure(const PolicyKey& key, const PolicyChange& change) = 0;
  // In the order of their ids.
  virtual std::vector<PolicyStatus> list() = 0;
};

}  // namespace vigil::api
