#include "engine/daemon/logged_policies.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "engine/base/text.h"
#include "engine/daemon/log.h"

namespace vigil::daemon {
namespace {

// `whose` was `changed`, or not. Names come from whoever called, and are one line.
template <typename T>
api::Outcome<T> logged(const std::string& whose, const std::string& changed,
                       api::Outcome<T> outcome) {
  if (outcome)
    spdlog::info("{}", printable(fmt::format("{} {}", whose, changed)));
  else
    spdlog::warn("{}: {}", printable(fmt::format("{} not {}", whose, changed)),
                 outcome.error().message);
  return outcome;
}

std::string describe(const api::PolicyKey& key) {
  return fmt::format("policy '{}' of domain '{}'", key.name, key.domain);
}

std::string describe(const api::PolicyChange& change) {
  std::vector<std::string_view> parts;
  if (change.activation)
    parts.push_back(*change.activation == api::Activation::enable ? "enabled" : "disabled");
  if (change.mode)
    parts.push_back(*change.mode == api::RequestedMode::enforce ? "set to enforce"
                                                                : "set to monitor");
  return parts.empty() ? "confirmed" : fmt::format("{}", fmt::join(parts, " and "));
}

}  // namespace

api::Outcome<api::Added> LoggedPolicies::add(std::string yaml, std::string domain) {
  const auto changed = fmt::format("added to domain '{}' ({} bytes)", domain, yaml.size());
  auto added = policies_.add(std::move(yaml), std::move(domain));
  // Who was refused has no name that can be trusted.
  const auto whose =
      added ? fmt::format("policy '{}'", fmt::join(added->names, "', '")) : std::string("policy");
  added = logged(whose, changed, std::move(added));
  if (added && !added->warnings.empty())
    spdlog::warn("{} {}, but:\n{}", printable(whose), printable(changed), added->warnings);
  return added;
}

api::Outcome<void> LoggedPolicies::remove(const api::PolicyKey& key) {
  return logged(describe(key), "deleted", policies_.remove(key));
}

api::Outcome<void> LoggedPolicies::configure(const api::PolicyKey& key,
                                             const api::PolicyChange& change) {
  return logged(describe(key), describe(change), policies_.configure(key, change));
}

}  // namespace vigil::daemon
