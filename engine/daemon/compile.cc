#include "engine/daemon/compile.h"

#include <utility>

#include "engine/compile/check/check.h"
#include "engine/compile/policy/parse.h"

namespace vigil::daemon {

Compiler make_compiler(std::shared_ptr<const check::KernelTypes> types, const loader::Features& features) {
  const check::KernelTraits traits{.bpf_lsm_active = features.bpf_lsm_active,
                                   .fmod_ret = features.fmod_ret,
                                   .override_return = features.override_return};
  return [types = std::move(types),
          traits](SourceFilePtr source) -> std::expected<Compiled, std::string> {
    Diagnostics diagnostics;
    Compiled compiled;
    for (const auto& parsed : policy::parse(source, diagnostics))
      if (auto policy = check::check(parsed, *types, traits, diagnostics))
        compiled.policies.push_back(std::move(*policy));
    if (diagnostics.has_errors()) return std::unexpected(render(diagnostics, Colour::never));
    if (compiled.policies.empty()) return std::unexpected(source->name + ": no policy in it");
    if (!diagnostics.all().empty()) compiled.warnings = render(diagnostics, Colour::never);
    return compiled;
  };
}

}  // namespace vigil::daemon
