// The compile chain as far as it needs no root: for check and explain.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/result.h"
#include "engine/compile/check/check.h"
#include "engine/compile/policy/policy.h"

namespace vigil::cli {

struct KernelOptions {
  std::vector<std::string> btf_files;  // none: the running kernel's
  bool without_lsm = false;            // as if `bpf` were not in the LSM list
};

enum class HowMany { one, several };
void add_kernel_options(CLI::App& verb, KernelOptions& options, HowMany kernels);

// A kernel to check against.
struct KernelView {
  std::string btf_file;
  std::unique_ptr<check::KernelTypes> types;
  check::KernelTraits traits;
  std::unique_ptr<check::CodeFiles> files;
};

// At least one.
Result<std::vector<KernelView>> open_kernels(const KernelOptions& options);

// A file as it is named on the command line: "-" is the standard input, "<stdin>" in what we say.
std::string shown_name(const std::string& file);
Result<SourceFilePtr> read_policy_file(const std::string& file);

// Mistakes go to `diagnostics`; what they spoil is marked, or left out.
Result<std::vector<policy::Policy>> parse_file(const std::string& file, Diagnostics& diagnostics);
std::vector<check::CheckedPolicy> check_all(const std::vector<policy::Policy>& policies,
                                            const KernelView& kernel, Diagnostics& diagnostics);

// Prints them on stderr, in colour where that suits.
void print_diagnostics(const Diagnostics& diagnostics);

}  // namespace vigil::cli
