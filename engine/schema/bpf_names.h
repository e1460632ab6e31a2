// Sets of names for names.h.
#pragma once

#include <span>

#include "engine/schema/names.h"

namespace vigil::schema {

std::span<const Name> bpf_commands();
std::span<const Name> bpf_program_types();
std::span<const Name> bpf_map_types();
std::span<const Name> perf_event_types();

}  // namespace vigil::schema
