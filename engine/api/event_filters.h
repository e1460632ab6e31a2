// What a GetEvents request asks for, in the terms of the filter folder.
#pragma once

#include "engine/stream/filter/spec.h"
#include "tetragon/events.pb.h"

namespace vigil::api {

filter::FilterSpec filter_spec(const tetragon::Filter& filter);
filter::FilterLists filter_lists(const tetragon::GetEventsRequest& request);

}  // namespace vigil::api
