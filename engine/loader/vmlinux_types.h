// VmlinuxTypes: BTF ids of the running kernel's functions.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"
#include "engine/loader/btf_ptr.h"

namespace vigil::loader {

class VmlinuxTypes {
 public:
  static Result<VmlinuxTypes> load();
  Result<std::uint32_t> function(const std::string& name) const;

 private:
  BtfPtr types_;
};

}  // namespace vigil::loader
