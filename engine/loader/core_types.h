// The part of the kernel's types that the relocation of an object looks at. libbpf compares every
// type that an object names with all types it is given, some hundred here instead of 150,000.
#pragma once

#include "engine/base/result.h"
#include "engine/loader/btf_ptr.h"

namespace vigil::loader {

// The types of `kernel` that bear a name `object` has a type of, a flavour's suffix ("___old") left
// aside, and what lies inside of them. What a pointer leads to is left out: a relocation ends
// there.
Result<BtfPtr> core_types(const btf& kernel, const btf& object);

}  // namespace vigil::loader
