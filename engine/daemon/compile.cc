#include "engine/daemon/compile.h"

#include <utility>

#include "engine/base/text.h"
#include "engine/compile/check/check.h"
#include "engine/compile/policy/parse.h"
#include "engine/compile/policy/source_name.h"
#include "engine/daemon/host_namespaces.h"

namespace vigil::daemon {
namespace {

// A domain in angle brackets stands where there is no file.
void name_after_policy(SourceFile& source, const std::vector<policy::Policy>& policies) {
  if (!source.name.starts_with('<')) return;
  if (auto name = policy::source_name(policies); !name.empty()) source.name = std::move(name);
}

}  // namespace

Compiler make_compiler(std::shared_ptr<const check::KernelTypes> types,
                       std::shared_ptr<const check::CodeFiles> files,
                       const loader::Features& features) {
  const check::KernelTraits traits{.bpf_lsm_active = features.bpf_lsm_active,
                                   .fmod_ret = features.fmod_ret,
                                   .override_return = features.override_return,
                                   .fmod_ret_syscalls = features.fmod_ret_syscalls,
                                   .host_namespaces = host_namespaces("/proc")};
  return [types = std::move(types), files = std::move(files), traits](
             const std::shared_ptr<SourceFile>& source) -> std::expected<Compiled, std::string> {
    Diagnostics diagnostics;
    Compiled compiled;
    const auto all = policy::parse(source, diagnostics);
    name_after_policy(*source, all);
    for (const auto& parsed : all)
      if (auto policy = check::check(parsed, {*types, traits, *files}, diagnostics))
        compiled.policies.push_back(std::move(*policy));
    if (diagnostics.has_errors()) return std::unexpected(render(diagnostics, Colour::never));
    if (compiled.policies.empty())
      return std::unexpected(printable(source->name) + ": no policy in it");
    if (!diagnostics.all().empty()) compiled.warnings = render(diagnostics, Colour::never);
    return compiled;
  };
}

}  // namespace vigil::daemon
