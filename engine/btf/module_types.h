// The types of the running kernel's modules, which are numbered behind the kernel's own, each
// module's from the same number on.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.h"
#include "engine/btf/btf_types.h"
#include "engine/compile/check/kernel_types.h"

namespace vigil::btf {

// In a TypeId the module stands above the number that its BTF has; 0: the kernel itself.
constexpr unsigned module_shift = 24;
constexpr std::uint32_t max_modules = 255;
constexpr check::TypeId tag(std::uint32_t id, std::uint32_t number) {
  return id == 0 ? 0 : id | number << module_shift;
}
constexpr std::uint32_t untagged(check::TypeId id) { return id & ((1u << module_shift) - 1); }

// May be shared between threads.
class ModuleTypes {
 public:
  explicit ModuleTypes(std::string folder = "/sys/kernel/btf") : folder_(std::move(folder)) {}

  struct Module {
    std::string name;
    std::uint32_t number = 0;
    BtfPtr btf;
  };
  // Read once, from the kernel. Lasts.
  Result<const Module*> find(std::string_view name, const BtfPtr& kernel);
  // Whose BTF tells of this type.
  std::pair<BtfPtr, std::uint32_t> owner_of(check::TypeId id, const BtfPtr& kernel);

 private:
  Result<BtfPtr> read(const std::string& name, const BtfPtr& kernel) const;

  std::string folder_;
  std::mutex mutex_;
  std::deque<Module> modules_;
};

}  // namespace vigil::btf
