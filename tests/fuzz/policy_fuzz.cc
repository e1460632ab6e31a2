// Any text as a policy file: every policy in it is checked against a kernel of a few functions, and
// every mistake is told.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/unit/check/fake_kernel.h"

namespace {

using namespace vigil;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the fuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const check::FakeKernel kernel;
  static const check::FakeFiles files;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto source = std::make_shared<const SourceFile>(SourceFile{"any.yaml", std::string(text)});
  Diagnostics diagnostics;
  for (const policy::Policy& policy : policy::parse(source, diagnostics)) {
    const std::size_t before = diagnostics.error_count();
    const auto checked = check::check(policy, {kernel, check::lsm_kernel, files}, diagnostics);
    must(checked || diagnostics.error_count() > before || !policy.complete);
  }
  static_cast<void>(render(diagnostics, Colour::always));
  return 0;
}
