#include "cli/policy_key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace vigil::cli {

Result<std::string> domain_of(const std::string& name, const std::string& given,
                              const std::string& address) {
  if (!given.empty()) return given;
  TRY(const auto list,
      call(address, &Stub::ListTracingPolicies, tetragon::ListTracingPoliciesRequest{}));
  std::vector<std::string> domains;
  for (const auto& policy : list.policies())
    if (policy.name() == name) domains.push_back(policy.domain());
  if (domains.size() > 1)
    return Error(fmt::format("'{}' is in the domains {}: say which with --domain", name,
                             fmt::join(domains, ", ")));
  return domains.empty() ? std::string() : domains.front();
}

}  // namespace vigil::cli
