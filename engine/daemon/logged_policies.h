// A PolicyService that writes to the log what was changed, whatever became of it.
#pragma once

#include "engine/api/policy_service.h"

namespace vigil::daemon {

class LoggedPolicies final : public api::PolicyService {
 public:
  explicit LoggedPolicies(api::PolicyService& policies) : policies_(policies) {}

  api::Outcome<api::Added> add(std::string yaml, std::string domain) override;
  api::Outcome<void> remove(const api::PolicyKey& key) override;
  api::Outcome<void> configure(const api::PolicyKey& key, const api::PolicyChange& change) override;
  std::vector<api::PolicyStatus> list() override { return policies_.list(); }

 private:
  api::PolicyService& policies_;
};

}  // namespace vigil::daemon
