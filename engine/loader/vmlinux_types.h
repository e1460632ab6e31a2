// VmlinuxTypes: BTF ids of the running kernel's functions, and types for relocation.
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
  // Writes the types that relocating `object` needs to an empty file.
  Result<void> write_core_types(const struct ::btf& object, int fd) const;

 private:
  std::shared_ptr<const struct ::btf> types_;
};

}  // namespace vigil::loader
