// parse(): policy files to trees. Syntax only: no name is looked up.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/policy/policy.h"

namespace vigil::policy {

// What a file may cost. Far above any real policy, far below what hurts.
inline constexpr std::size_t max_file_bytes = 16 << 20;
inline constexpr std::size_t max_depth = 32;
// Values of a file, and of a document when every alias is written out.
inline constexpr std::size_t max_values = 1'000'000;

// The policies of a file, one per YAML document, in order.
std::vector<Policy> parse(const SourceFilePtr& source, Diagnostics& diagnostics);

// A DNS-1123 subdomain.
bool is_policy_name(std::string_view name);

}  // namespace vigil::policy
