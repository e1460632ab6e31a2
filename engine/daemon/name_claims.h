// Which of the policy files that change at once get the names that they say now, and which of
// them can only change together. A name is one file's at any time.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace vigil::daemon {

// The file that a name belongs to until the change.
struct NameHolder {
  std::string path;
  bool is_current = true;  // false: what the file says now cannot be loaded
};
using NameHolders = std::map<std::string, NameHolder>;

// A file that changes, and all names that it says now.
struct NameClaim {
  std::string path;
  std::vector<std::string> names;
};
using NameClaims = std::vector<NameClaim>;

// Why a file does not change; empty: it does. One per claim. A file that does not change keeps
// its names; of two that want the same, the one that has it gets it, or else the earlier one.
std::vector<std::string> judge(const NameHolders& holders, const NameClaims& claims);

// Positions of claims, together where a name goes from one of them to the other.
std::vector<std::vector<std::size_t>> linked(const NameHolders& holders, const NameClaims& claims);

}  // namespace vigil::daemon
