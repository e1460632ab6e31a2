#include "engine/stream/process/signals.h"

#include <fmt/format.h>

#include "engine/schema/names.h"

namespace vigil::process {

std::string signal_name(unsigned number) {
  constexpr unsigned first_realtime = 32;  // as the kernel numbers them
  if (number == 0) return {};
  if (auto name = schema::name_of(schema::Names::signal, number)) return std::string(*name);
  return number >= first_realtime ? fmt::format("SIGRTMIN+{}", number - first_realtime)
                                  : fmt::format("signal {}", number);
}

}  // namespace vigil::process
