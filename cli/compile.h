// The compile chain as far as it needs no root: for check and explain.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/compile/check/check.h"

namespace vigil::cli {

struct KernelOptions {
  std::string btf_file;      // empty: the running kernel's
  bool without_lsm = false;  // as if `bpf` were not in the LSM list
};

void add_kernel_options(CLI::App& verb, KernelOptions& options);

// A kernel to check against.
struct KernelView {
  std::unique_ptr<check::KernelTypes> types;
  check::KernelTraits traits;
};

Result<KernelView> open_kernel(const KernelOptions& options);

// The policies of a file; mistakes go to `diagnostics`, and what they spoil is left out.
Result<std::vector<check::CheckedPolicy>> compile_file(const std::string& file,
                                                       const KernelView& kernel,
                                                       Diagnostics& diagnostics);

// Prints them on stderr, in colour where that suits.
void print_diagnostics(const Diagnostics& diagnostics);

}  // namespace vigil::cli
