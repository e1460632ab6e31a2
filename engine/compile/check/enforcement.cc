#include "engine/compile/check/enforcement.h"

#include <fmt/format.h>

#include "engine/schema/lsm_hooks.h"

namespace vigil::check {
namespace {

using schema::Mechanism;

constexpr std::string_view lsm_inactive = "bpf is not in the kernel's list of active LSMs";

bool same(const Prototype& a, const Prototype& b) {
  if (a.result.text != b.result.text || a.parameters.size() != b.parameters.size()) return false;
  for (std::size_t i = 0; i < a.parameters.size(); ++i) {
    if (a.parameters[i].type.text != b.parameters[i].type.text) return false;
  }
  return true;
}

// Why the LSM hook of a function cannot stand for it; empty: it can.
std::string lsm_obstacle(const std::string& hook, const Prototype& prototype,
                         const KernelTypes& kernel, const KernelTraits& traits) {
  if (!traits.bpf_lsm_active) return std::string(lsm_inactive);
  if (schema::is_closed_to_bpf(hook)) return fmt::format("LSM hook {} is closed to BPF", hook);
  auto lsm = kernel.function(std::string(schema::bpf_lsm_prefix) + hook);
  if (!lsm) return fmt::format("the kernel has no LSM hook {}", hook);
  if (!same(*lsm, prototype)) return fmt::format("LSM hook {} takes other arguments", hook);
  return {};
}

}  // namespace

Enforcement enforcement_of_function(std::string_view function, const Prototype& prototype,
                                    const KernelTypes& kernel, const KernelTraits& traits) {
  std::string hook = schema::lsm_hook_of(function);
  if (hook.empty()) {
    return {std::nullopt, {}, "only security_* functions decide whether the kernel goes on"};
  }
  if (!prototype.result.is_number()) {
    return {std::nullopt, {}, fmt::format("{} returns nothing that could refuse", function)};
  }
  std::string obstacle = lsm_obstacle(hook, prototype, kernel, traits);
  if (obstacle.empty()) return {Mechanism::lsm, hook, fmt::format("LSM hook {} decides", hook)};
  if (!traits.fmod_ret) {
    return {std::nullopt, {}, fmt::format("{}, and the kernel has no fmod_ret", obstacle)};
  }
  return {Mechanism::fmod_ret, std::string(function), fmt::format("fmod_ret since {}", obstacle)};
}

Enforcement enforcement_of_syscall(std::string_view symbol, const KernelTypes& kernel,
                                   const KernelTraits& traits) {
  if (!traits.fmod_ret_syscalls) {
    return {
        std::nullopt,
        {},
        traits.override_return
            ? "bpf_override_return is not supported yet, and fmod_ret takes no system calls here"
            : "this kernel has neither fmod_ret for system calls nor bpf_override_return"};
  }
  if (!kernel.function(symbol)) {
    return {std::nullopt, {}, "the kernel's types do not show it, so fmod_ret cannot take it"};
  }
  return {Mechanism::fmod_ret, std::string(symbol), "fmod_ret on the system call itself"};
}

Enforcement enforcement_of_lsm_hook(std::string_view hook, const Prototype& prototype,
                                    const KernelTypes& kernel, const KernelTraits& traits) {
  bool closed = schema::is_closed_to_bpf(hook);
  if (traits.bpf_lsm_active && !closed) {
    return {Mechanism::lsm, std::string(hook), fmt::format("LSM hook {} decides", hook)};
  }
  std::string obstacle =
      closed ? fmt::format("LSM hook {} is closed to BPF", hook) : std::string(lsm_inactive);
  if (!traits.fmod_ret) {
    return {std::nullopt, {}, fmt::format("{}, and the kernel has no fmod_ret", obstacle)};
  }
  std::string function = schema::security_function_of(hook);
  auto security = kernel.function(function);
  if (!security || !same(*security, prototype) || !prototype.result.is_number()) {
    return {std::nullopt, {}, fmt::format("{}, and {} cannot stand for it", obstacle, function)};
  }
  return {Mechanism::fmod_ret, function,
          fmt::format("fmod_ret on {} since {}", function, obstacle)};
}

}  // namespace vigil::check
