// The real Kernel: libbpf and the bpf system call. Needs root.
#pragma once

#include <memory>

#include "engine/base/result.h"
#include "engine/loader/base_object.h"
#include "engine/loader/kernel.h"

struct btf;

namespace vigil::loader {

struct Options {
  RingSizes rings;
  std::shared_ptr<const struct ::btf> types;  // of the running kernel; none: they are read
};

// Probes the features; nothing is attached before start().
Result<std::unique_ptr<Kernel>> make_bpf_kernel(const Options& options);

}  // namespace vigil::loader
