#include "engine/api/admission.h"

#include <fmt/format.h>

namespace vigil::api {

Result<void> Admission::ask(const Origin& from) const {
  if (inside_ >= limits_.total)
    return Error(fmt::format("{} are open, the most there may be", inside_));
  const auto found = inside_from_.find(from);
  if (from.empty() || found == inside_from_.end() || found->second < limits_.per_address) return {};
  return Error(fmt::format("{} from {} are open, the most of one address", found->second, from));
}

void Admission::enter(const Origin& from) {
  ++inside_;
  ++inside_from_[from];
}

void Admission::leave(const Origin& from) {
  --inside_;
  const auto found = inside_from_.find(from);
  if (--found->second == 0) inside_from_.erase(found);
}

}  // namespace vigil::api
