#include "engine/daemon/logged_policies.h"

#include "engine/daemon/log.h"

namespace vigil::daemon {
namespace {

template <typename T>
api::Outcome<T> logged(const std::string& what, api::Outcome<T> outcome) {
  if (outcome)
    spdlog::info("{}", what);
  else
    spdlog::warn("{}: {}", what, outcome.error().message);
  return outcome;
}

std::string describe(const api::PolicyKey& key, const api::PolicyChange& change) {
  std::string text = fmt::format("policy '{}' of domain '{}':", key.name, key.domain);
  if (change.activation)
    text += *change.activation == api::Activation::enable ? " enabled" : " disabled";
  if (change.mode)
    text += *change.mode == api::RequestedMode::enforce ? " set to enforce" : " set to monitor";
  return text;
}

}  // namespace

api::Outcome<api::Added> LoggedPolicies::add(std::string yaml, std::string domain) {
  const auto what = fmt::format("policy added to domain '{}' ({} bytes)", domain, yaml.size());
  auto added = logged(what, policies_.add(std::move(yaml), std::move(domain)));
  if (added && !added->warnings.empty()) spdlog::warn("{}, but:\n{}", what, added->warnings);
  return added;
}

api::Outcome<void> LoggedPolicies::remove(const api::PolicyKey& key) {
  return logged(fmt::format("policy '{}' of domain '{}' deleted", key.name, key.domain),
                policies_.remove(key));
}

api::Outcome<void> LoggedPolicies::configure(const api::PolicyKey& key,
                                             const api::PolicyChange& change) {
  return logged(describe(key, change), policies_.configure(key, change));
}

}  // namespace vigil::daemon
