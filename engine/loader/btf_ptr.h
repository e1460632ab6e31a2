// BtfPtr: owns one of libbpf's BTF values.
#pragma once

#include <memory>

#include <bpf/btf.h>

namespace vigil::loader {

struct BtfFree {
  void operator()(btf* types) const { btf__free(types); }
};
using BtfPtr = std::unique_ptr<btf, BtfFree>;

}  // namespace vigil::loader
