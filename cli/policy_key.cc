#include "cli/policy_key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string_view>
#include <vector>

#include "engine/base/text.h"
#include "engine/schema/similar.h"

namespace vigil::cli {
namespace {

Error unknown(const std::string& name, const std::vector<std::string_view>& names) {
  const auto hint = schema::did_you_mean(name, names);
  return Error(
      printable(fmt::format("there is no policy '{}'{}{}", name, hint.empty() ? "" : "; ", hint)));
}

}  // namespace

Result<std::string> domain_of(const std::string& name, const std::string& given,
                              const std::string& address) {
  if (!given.empty()) return given;
  TRY(const auto list,
      call(address, &Stub::ListTracingPolicies, tetragon::ListTracingPoliciesRequest{}));
  std::set<std::string> domains;  // a file that is not loaded may be named like a policy of it
  std::vector<std::string_view> names;
  for (const auto& policy : list.policies()) {
    names.push_back(policy.name());
    if (policy.name() == name) domains.insert(policy.domain());
  }
  if (domains.empty()) return unknown(name, names);
  if (domains.size() > 1)
    return Error(printable(fmt::format("'{}' is in the domains {}: say which with --domain", name,
                                       fmt::join(domains, ", "))));
  return *domains.begin();
}

}  // namespace vigil::cli
