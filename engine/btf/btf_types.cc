#include "engine/btf/btf_types.h"

#include <bpf/btf.h>
#include <fmt/format.h>

#include <cerrno>
#include <mutex>
#include <unordered_map>

#include "engine/btf/type_reader.h"

namespace vigil::btf {
namespace {

// The views point into the BTF's strings.
using Index = std::unordered_map<std::string_view, std::uint32_t>;

Index index_functions(const struct ::btf& btf) {
  Index index;
  std::uint32_t count = btf__type_cnt(&btf);
  for (std::uint32_t id = 1; id < count; ++id) {
    const btf_type* type = btf__type_by_id(&btf, id);
    if (type == nullptr || !btf_is_func(type)) continue;
    const char* name = btf__name_by_offset(&btf, type->name_off);
    if (name != nullptr && *name != '\0') index.emplace(name, id);
  }
  return index;
}

class BtfTypes : public check::KernelTypes {
 public:
  explicit BtfTypes(BtfPtr btf) : btf_(std::move(btf)) {}

  std::optional<check::Prototype> function(std::string_view name) const override {
    const Index& functions = index();
    auto found = functions.find(name);
    if (found == functions.end()) return std::nullopt;
    return read_prototype(*btf_, found->second);
  }

  std::vector<std::string_view> function_names(std::string_view prefix) const override {
    std::vector<std::string_view> names;
    for (const auto& [name, id] : index()) {
      if (name.starts_with(prefix)) names.push_back(name);
    }
    return names;
  }

 private:
  const Index& index() const {
    std::call_once(indexed_, [this] { index_ = index_functions(*btf_); });
    return index_;
  }

  BtfPtr btf_;
  mutable std::once_flag indexed_;
  mutable Index index_;
};

}  // namespace

Result<BtfPtr> open(const std::string& path) {
  errno = 0;
  struct ::btf* btf = btf__parse(path.c_str(), nullptr);
  if (btf == nullptr) {
    return Error::from_errno(fmt::format("reading kernel types from '{}'", path));
  }
  return BtfPtr(btf,
                [](const struct ::btf* opened) { btf__free(const_cast<struct ::btf*>(opened)); });
}

std::unique_ptr<check::KernelTypes> types_of(BtfPtr btf) {
  return std::make_unique<BtfTypes>(std::move(btf));
}

Result<std::unique_ptr<check::KernelTypes>> load(const std::string& path) {
  TRY(BtfPtr btf, open(path));
  return types_of(std::move(btf));
}

}  // namespace vigil::btf
