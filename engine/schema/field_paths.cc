#include "engine/schema/field_paths.h"

#include <algorithm>
#include <set>

#include "engine/schema/similar.h"

namespace vigil::schema {
namespace {

void add_below(Mapping mapping, const std::string& prefix, std::vector<FieldPath>& all) {
  for (const Key& key : keys(mapping)) {
    if (key.support == KeySupport::ignored) continue;
    const Field* field = find_field(mapping, key.name);
    const std::string path = prefix + std::string(key.name);
    all.emplace_back(path, mapping, &key, field);
    if (field == nullptr || !field->shape.mapping) continue;
    const bool is_named = field->shape.count == ValueCount::by_name;
    add_below(*field->shape.mapping, path + (is_named ? ".NAME." : "."), all);
  }
}

std::vector<FieldPath> collect() {
  std::vector<FieldPath> all;
  add_below(Mapping::document, {}, all);
  return all;
}

bool ends_with_keys(std::string_view path, std::string_view tail) {
  if (tail.empty() || !path.ends_with(tail)) return false;
  return path.size() == tail.size() || path[path.size() - tail.size() - 1] == '.';
}

std::ptrdiff_t key_count(std::string_view path) { return std::ranges::count(path, '.') + 1; }

// The last `count` keys; empty when there are fewer.
std::string_view last_keys(std::string_view path, std::ptrdiff_t count) {
  auto others = key_count(path) - count;
  if (others < 0) return {};
  for (; others > 0; --others) path.remove_prefix(path.find('.') + 1);
  return path;
}

}  // namespace

const std::vector<FieldPath>& field_paths() {
  static const std::vector<FieldPath> all = collect();
  return all;
}

std::vector<FieldPath> paths_ending_with(std::string_view tail) {
  std::vector<FieldPath> found;
  std::ranges::copy_if(field_paths(), std::back_inserter(found),
                       [&](const FieldPath& field) { return ends_with_keys(field.path, tail); });
  return found;
}

std::vector<std::string_view> similar_tails(std::string_view tail) {
  const auto count = key_count(tail);
  std::set<std::string_view> known;
  for (const FieldPath& field : field_paths()) {
    if (const auto keys = last_keys(field.path, count); !keys.empty()) known.insert(keys);
  }
  return similar(tail, std::vector(known.begin(), known.end()), 3);
}

std::string_view path_to(Mapping mapping) {
  const FieldPath* nearest = nullptr;
  for (const FieldPath& path : field_paths()) {
    if (path.field == nullptr || path.field->shape.mapping != mapping) continue;
    if (path.field->shape.count == ValueCount::by_name) continue;
    if (nearest == nullptr || key_count(path.path) < key_count(nearest->path)) nearest = &path;
  }
  return nearest == nullptr ? std::string_view{} : nearest->path;
}

std::vector<Mapping> all_mappings() {
  std::vector<Mapping> all{Mapping::document};
  for (std::size_t next = 0; next < all.size(); ++next) {
    for (const Field& field : fields(all[next])) {
      const auto below = field.shape.mapping;
      if (below && std::ranges::find(all, *below) == all.end()) all.push_back(*below);
    }
  }
  return all;
}

}  // namespace vigil::schema
