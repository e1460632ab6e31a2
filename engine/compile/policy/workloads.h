// Which pods, containers and hosts a policy or a selector is for.
#pragma once

#include "engine/compile/policy/policy.h"
#include "engine/compile/policy/reader.h"

namespace vigil::policy {

// From the keys podSelector, containerSelector and hostSelector.
Workloads read_workloads(const Reader& reader, Diagnostics& diagnostics);
// nodeSelector and the like.
std::optional<LabelSelector> read_label_selector(const Reader& reader, std::string_view key,
                                                 Diagnostics& diagnostics);

}  // namespace vigil::policy
