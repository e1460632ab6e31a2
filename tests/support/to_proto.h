// Events as messages of the API, filled in by the classes that protobuf made: what the encoders of
// sinks are held to.
#pragma once

#include <string>

#include "engine/stream/event/event.h"
#include "tetragon/events.pb.h"

namespace vigil::sinks {

// Strings pass through message_text(). Lost records become a rate_limit_info.
tetragon::GetEventsResponse to_proto(const event::Event& event, const std::string& node_name);

// One argument of a hook event.
tetragon::KprobeArgument to_proto(const event::Argument& argument);

}  // namespace vigil::sinks
