// Whether whoever started the daemon wants it gone: asked wherever much is still to be done.
#pragma once

#include <functional>

namespace vigil::daemon {

// Any thread may ask. Once true it stays so.
using ToldToStop = std::function<bool()>;

}  // namespace vigil::daemon
