#include "engine/btf/module_types.h"

#include <bpf/btf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace vigil::btf {
namespace {

bool is_module_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_';
  });
}

}  // namespace

Result<BtfPtr> ModuleTypes::read(const std::string& name, const BtfPtr& kernel) const {
  const std::string path = folder_ + '/' + name;
  if (!is_module_name(name) || access(path.c_str(), R_OK) != 0)
    return Error(fmt::format("the kernel has not loaded a module '{}' that tells its types", name));
  // What it is based on is only read.
  struct ::btf* btf = btf__parse_split(path.c_str(), const_cast<struct ::btf*>(kernel.get()));
  if (btf == nullptr) return Error::from_errno(fmt::format("reading types from '{}'", path));
  return BtfPtr(
      btf, [kernel](const struct ::btf* opened) { btf__free(const_cast<struct ::btf*>(opened)); });
}

Result<const ModuleTypes::Module*> ModuleTypes::find(std::string_view name, const BtfPtr& kernel) {
  std::string wanted(name);
  std::ranges::replace(wanted, '-', '_');
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(modules_, wanted, &Module::name);
  if (found != modules_.end()) return &*found;
  if (modules_.size() == max_modules) return Error("too many modules");
  TRY(BtfPtr btf, read(wanted, kernel));
  const auto number = static_cast<std::uint32_t>(modules_.size() + 1);
  modules_.push_back({std::move(wanted), number, std::move(btf)});
  return &modules_.back();
}

std::pair<BtfPtr, std::uint32_t> ModuleTypes::owner_of(check::TypeId id, const BtfPtr& kernel) {
  const std::uint32_t number = id >> module_shift;
  if (number == 0) return {kernel, 0};
  const std::lock_guard lock(mutex_);
  return {modules_[number - 1].btf, number};
}

}  // namespace vigil::btf
