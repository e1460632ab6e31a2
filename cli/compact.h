// An event as one line for people, in the form that users of the API's ecosystem read already.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "tetragon/events.pb.h"

namespace vigil::cli {

enum class Timestamps { hidden, shown };
// plain: the ecosystem's line. wide: also every argument, what was done and by which policy.
enum class Detail { plain, wide };

struct CompactStyle {
  Painter paint{Painter::Mode::plain};
  Timestamps timestamps = Timestamps::hidden;
  Detail detail = Detail::plain;
};

// Without a newline at its end; more than one line when there is a stack trace or a file hash.
// Nothing in it can steer a terminal but the colours asked for.
std::string compact(const tetragon::GetEventsResponse& event, const CompactStyle& style);

}  // namespace vigil::cli
