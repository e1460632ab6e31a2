// Where the keys of a policy file stand: "spec.kprobes.selectors.matchArgs". That lists stand
// between is not said; NAME is what the author chooses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/fields.h"

namespace vigil::schema {

struct FieldPath {
  std::string path;
  Mapping mapping;  // that holds the key
  const Key* key;
  const Field* field;  // null: there is nothing to tell
};

// Each key below the document that means something, or will, depth first.
const std::vector<FieldPath>& field_paths();

// Those whose path ends with `tail`: "matchArgs.operator", "operator".
std::vector<FieldPath> paths_ending_with(std::string_view tail);
// Tails of as many keys that look like it, nearest first.
std::vector<std::string_view> similar_tails(std::string_view tail);

// The first of the nearest keys that hold such mappings: it names them. Empty for the document.
std::string_view path_to(Mapping mapping);
// The mappings of a document, each once, outer ones first.
std::vector<Mapping> all_mappings();

}  // namespace vigil::schema
