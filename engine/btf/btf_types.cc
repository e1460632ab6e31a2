#include "engine/btf/btf_types.h"

#include <bpf/btf.h>
#include <fmt/format.h>

#include <cerrno>
#include <mutex>
#include <unordered_map>

#include "engine/btf/type_reader.h"

namespace vigil::btf {
namespace {

struct FreeBtf {
  void operator()(struct ::btf* btf) const { btf__free(btf); }
};
using BtfPtr = std::unique_ptr<struct ::btf, FreeBtf>;

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

  std::optional<check::TypeId> record(std::string_view name) const override {
    for (const std::uint32_t kind : {BTF_KIND_STRUCT, BTF_KIND_UNION}) {
      const int id = btf__find_by_name_kind(btf_.get(), std::string(name).c_str(), kind);
      if (id > 0) return static_cast<check::TypeId>(id);
    }
    return std::nullopt;
  }

  std::optional<check::CType> type(check::TypeId id) const override {
    if (id == 0) return std::nullopt;
    return read_type(*btf_, id);
  }

  std::optional<check::Member> member(check::TypeId record, std::string_view name) const override {
    return read_member(*btf_, record, name);
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

Result<std::unique_ptr<check::KernelTypes>> load(const std::string& path) {
  errno = 0;
  struct ::btf* btf = btf__parse(path.c_str(), nullptr);
  if (btf == nullptr) {
    return Error::from_errno(fmt::format("reading kernel types from '{}'", path));
  }
  return std::unique_ptr<check::KernelTypes>(std::make_unique<BtfTypes>(BtfPtr(btf)));
}

}  // namespace vigil::btf
