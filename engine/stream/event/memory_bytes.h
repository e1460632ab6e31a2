// About what something that waits keeps in memory by itself.
#pragma once

#include <cstddef>

#include "engine/stream/event/event.h"
#include "engine/stream/event/record.h"

namespace vigil::event {

// Long arguments of its processes left out.
std::size_t memory_bytes(const Event& event);
std::size_t memory_bytes(const HookRecord& record);
std::size_t memory_bytes(const std::vector<Argument>& arguments);

}  // namespace vigil::event
