// One argument of a hook event as the fields of a KprobeArgument.
#pragma once

#include "engine/stream/event/event.h"
#include "engine/stream/sinks/json_form.h"
#include "engine/stream/sinks/proto_form.h"

namespace vigil::sinks {

template <typename Form>
void encode_argument(const event::Argument& argument, Form& form);

extern template void encode_argument(const event::Argument&, JsonForm&);
extern template void encode_argument(const event::Argument&, ProtoForm&);

}  // namespace vigil::sinks
