#include "engine/loader/core_types.h"

#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

namespace vigil::loader {
namespace {

using Id = std::uint32_t;

bool can_be_named(const btf_type& type) {
  switch (btf_kind(&type)) {
    case BTF_KIND_INT:
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
    case BTF_KIND_TYPEDEF: return type.name_off != 0;
    default: return false;
  }
}

// Without the suffix that tells an object's variants of one type apart.
std::string_view essential_name(const btf& types, const btf_type& type) {
  const std::string_view name = btf__name_by_offset(&types, type.name_off);
  return name.substr(0, name.find("___"));
}

std::unordered_set<std::string_view> names_in(const btf& object) {
  std::unordered_set<std::string_view> names;
  for (Id id = 1; id < btf__type_cnt(&object); ++id)
    if (const btf_type& type = *btf__type_by_id(&object, id); can_be_named(type))
      names.insert(essential_name(object, type));
  return names;
}

// Calls take(id), by reference, for each type that `type` is made of.
template <typename Take>
void for_each_part(btf_type& type, Take take) {
  switch (btf_kind(&type)) {
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_CONST:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG: take(type.type); return;
    case BTF_KIND_ARRAY:
      take(btf_array(&type)->type);
      take(btf_array(&type)->index_type);
      return;
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
      for (btf_member& member : std::span(btf_members(&type), btf_vlen(&type))) take(member.type);
      return;
    default: return;
  }
}

// Takes types over from one BTF into another.
class Excerpt {
 public:
  explicit Excerpt(const btf& from) : from_(from), to_(btf__new_empty()) {}

  void take(Id id) {
    if (id == 0 || !error_.empty() || places_.contains(id)) return;
    const btf_type* type = btf__type_by_id(&from_, id);
    if (btf_is_func_proto(type)) {  // to which nothing but pointers lead
      places_[id] = 0;
      return;
    }
    const int added = btf__add_type(to_.get(), &from_, type);
    if (added < 0) {
      error_ = fmt::format("taking over type {}: {}", id, -added);
      return;
    }
    places_[id] = static_cast<Id>(added);
    // As numbers: what is added moves what was there.
    std::vector<Id> parts;
    for_each_part(*at(places_[id]), [&](Id& part) { parts.push_back(part); });
    for (const Id part : parts) take(part);
  }

  Result<BtfPtr> finish() {
    if (!error_.empty()) return Error(error_);
    for (Id id = 1; id < btf__type_cnt(to_.get()); ++id) renumber(*at(id));
    return std::move(to_);
  }

 private:
  // libbpf hands out its own memory as const.
  btf_type* at(Id id) { return const_cast<btf_type*>(btf__type_by_id(to_.get(), id)); }

  void renumber(btf_type& type) {
    for_each_part(type, [this](Id& part) { part = part == 0 ? 0 : places_.at(part); });
    if (btf_is_ptr(&type)) type.type = 0;
  }

  const btf& from_;
  BtfPtr to_;
  std::unordered_map<Id, Id> places_;
  std::string error_;
};

}  // namespace

Result<BtfPtr> core_types(const btf& kernel, const btf& object) {
  const auto names = names_in(object);
  Excerpt excerpt(kernel);
  for (Id id = 1; id < btf__type_cnt(&kernel); ++id)
    if (const btf_type& type = *btf__type_by_id(&kernel, id); can_be_named(type))
      if (names.contains(essential_name(kernel, type))) excerpt.take(id);
  return excerpt.finish();
}

}  // namespace vigil::loader
