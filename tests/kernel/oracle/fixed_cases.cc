#include "tests/kernel/oracle/fixed_cases.h"

#include <utility>

#include "tests/support/policy_builder.h"

namespace vigil::testing {
namespace {

using check::TextCondition;
using schema::ActionKind;
using schema::ArgType;

// Each condition and its negation in a policy's hook of its own, which signals or only posts.
FixedCase both_ways(std::string name, ArgType type, const std::vector<check::ArgCondition>& tests,
                    Value value) {
  std::vector<check::Hook> hooks;
  for (const check::ArgCondition& test : tests) {
    for (const check::ArgCondition& condition : {test, negated(test)}) {
      for (const ActionKind kind : {ActionKind::signal, ActionKind::post}) {
        hooks.push_back(lsm_hook("file_open", {argument(type, 0)}));
        hooks.back().selectors = {{.arguments = {condition}, .actions = {action(kind)}}};
        if (kind == ActionKind::signal) hooks.back().selectors[0].actions[0].signal = 10;
      }
    }
  }
  return {.name = std::move(name),
          .parameters = {type},
          .policy = check::PolicyBuilder::build("fixed", std::move(hooks)),
          .event = {.arguments = {std::move(value)}}};
}

std::vector<check::ArgCondition> of_text(const std::string& value) {
  return {text(0, TextCondition::Kind::equal, {value}),
          text(0, TextCondition::Kind::prefix, {value}),
          text(0, TextCondition::Kind::postfix, {value})};
}

}  // namespace

std::vector<FixedCase> fixed_cases() {
  std::vector<FixedCase> cases;
  // It was taken for the root of a path that is too long.
  cases.push_back(
      both_ways("a dentry that cannot be read", ArgType::dentry, of_text("/"), Unreadable{}));
  return cases;
}

}  // namespace vigil::testing
