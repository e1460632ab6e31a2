// vigil policy: the group of the verbs on policies.
#include "cli/verb.h"

namespace vigil::cli {

void add_policy(CLI::App& app, Invocation& invocation) {
  auto& group = *app.add_subcommand("policy", "load, list, check and explain policies");
  group.require_subcommand(1);
  add_policy_add(group, invocation);
  add_policy_delete(group, invocation);
  add_policy_list(group, invocation);
  add_policy_configure(group, invocation);
  add_policy_check(group, invocation);
  add_policy_explain(group, invocation);
  add_policy_schema(group, invocation);
  group.footer(R"(
examples:
  vigil policy check policies/*.yaml
  vigil policy explain --emit asm policies/protect-files.yaml
  sudo vigil policy add policies/protect-files.yaml
  sudo vigil policy set-mode protect-files monitor
  sudo vigil policy delete protect-files)");
}

}  // namespace vigil::cli
