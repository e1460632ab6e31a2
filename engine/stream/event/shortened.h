// A process without the rest of its long arguments, for where no room is left for them.
#pragma once

#include "engine/stream/event/event.h"

namespace vigil::event {

// The same one if its arguments are short; else a copy with their first `TextMemory::long_bytes`
// (less where that is inside a character) and the flag "truncArgs". Null stays null.
ProcessPtr shortened(const ProcessPtr& process);

}  // namespace vigil::event
