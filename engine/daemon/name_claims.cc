#include "engine/daemon/name_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>

#include "engine/base/text.h"

namespace vigil::daemon {
namespace {

// Names, as the claims' positions.
class Moves {
 public:
  Moves(const NameHolders& holders, const NameClaims& claims) : holders_(holders) {
    for (std::size_t claim = 0; claim < claims.size(); ++claim)
      positions_.emplace(claims[claim].path, claim);
  }

  // None: a new name.
  const NameHolder* holder(const std::string& name) const {
    const auto found = holders_.find(name);
    return found == holders_.end() ? nullptr : &found->second;
  }
  // None: the name is new, or of a file that makes no claim.
  std::optional<std::size_t> claim_of_holder(const std::string& name) const {
    const auto* file = holder(name);
    const auto found = file ? positions_.find(file->path) : positions_.end();
    if (found == positions_.end()) return std::nullopt;
    return found->second;
  }

 private:
  const NameHolders& holders_;
  std::map<std::string_view, std::size_t> positions_;
};

class Judgement {
 public:
  Judgement(const NameHolders& holders, const NameClaims& claims)
      : claims_(claims), moves_(holders, claims), refusals_(claims.size()) {}

  // A file that is refused keeps names that others may have counted on.
  std::vector<std::string> judge() && {
    do {
      while (refuse_what_is_kept()) {
      }
    } while (refuse_a_rival());
    return std::move(refusals_);
  }

 private:
  bool changes(std::size_t claim) const { return refusals_[claim].empty(); }

  bool refuse_what_is_kept() {
    bool any = false;
    for (std::size_t claim = 0; claim < claims_.size(); ++claim) {
      if (!changes(claim)) continue;
      refusals_[claim] = kept_name(claim);
      any |= !changes(claim);
    }
    return any;
  }

  std::string kept_name(std::size_t claim) const {
    for (const auto& name : claims_[claim].names) {
      const auto* holder = moves_.holder(name);
      const auto other = moves_.claim_of_holder(name);
      if (!holder || (other && (*other == claim || changes(*other)))) continue;
      if (!other && holder->is_current) return said_as_well(holder->path, name);
      return fmt::format("{} keeps its policy '{}', since what it says now is not loaded",
                         printable(holder->path), name);
    }
    return {};
  }

  bool refuse_a_rival() {
    std::map<std::string_view, std::size_t> first;
    for (std::size_t claim = 0; claim < claims_.size(); ++claim) {
      if (!changes(claim)) continue;
      for (const auto& name : claims_[claim].names) {
        const auto [earlier, is_first] = first.emplace(name, claim);
        if (is_first) continue;
        const bool has_it = moves_.claim_of_holder(name) == claim;
        const auto winner = has_it ? claim : earlier->second;
        refusals_[has_it ? earlier->second : claim] = said_as_well(claims_[winner].path, name);
        return true;
      }
    }
    return false;
  }

  static std::string said_as_well(const std::string& path, const std::string& name) {
    return fmt::format("{} has a policy named '{}' as well", printable(path), name);
  }

  const NameClaims& claims_;
  Moves moves_;
  std::vector<std::string> refusals_;
};

}  // namespace

std::vector<std::string> judge(const NameHolders& holders, const NameClaims& claims) {
  return Judgement(holders, claims).judge();
}

std::vector<std::vector<std::size_t>> linked(const NameHolders& holders, const NameClaims& claims) {
  const Moves moves(holders, claims);
  std::vector<std::size_t> earliest(claims.size());  // or one that leads to it
  std::iota(earliest.begin(), earliest.end(), 0);
  const auto group_of = [&](std::size_t claim) {
    while (earliest[claim] != claim) claim = earliest[claim] = earliest[earliest[claim]];
    return claim;
  };
  for (std::size_t claim = 0; claim < claims.size(); ++claim)
    for (const auto& name : claims[claim].names)
      if (const auto other = moves.claim_of_holder(name)) {
        const auto [first, second] = std::minmax({group_of(claim), group_of(*other)});
        earliest[second] = first;
      }

  std::map<std::size_t, std::vector<std::size_t>> groups;
  for (std::size_t claim = 0; claim < claims.size(); ++claim)
    groups[group_of(claim)].push_back(claim);
  std::vector<std::vector<std::size_t>> all;
  for (auto& [_, group] : groups) all.push_back(std::move(group));
  return all;
}

}  // namespace vigil::daemon
