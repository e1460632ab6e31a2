// VmlinuxTypes: BTF ids of the running kernel's functions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "engine/base/result.h"

struct btf;

namespace vigil::loader {

class VmlinuxTypes {
 public:
  static Result<VmlinuxTypes> load();
  explicit VmlinuxTypes(std::shared_ptr<const struct ::btf> types) : types_(std::move(types)) {}
  Result<std::uint32_t> function(const std::string& name) const;

 private:
  std::shared_ptr<const struct ::btf> types_;
};

}  // namespace vigil::loader
