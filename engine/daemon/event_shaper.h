// What a client of GetEvents sees: its filters, the message, its fields.
#pragma once

#include <string>

#include "engine/api/service.h"
#include "engine/stream/process/table.h"

namespace vigil::daemon {

// `processes` must outlive every shaper.
api::ShaperFactory make_shaper_factory(const process::Table& processes, std::string node_name);

}  // namespace vigil::daemon
