#include "engine/stream/process/signals.h"

#include <fmt/format.h>

#include "engine/schema/names.h"

namespace vigil::process {

std::string signal_name(unsigned number) {
  // As programs see them: the kernel's first two belong to the C library.
  constexpr unsigned first_realtime = 34;
  if (number == 0) return {};
  if (auto name = schema::name_of(schema::Names::signal, number)) return std::string(*name);
  if (number < first_realtime) return fmt::format("signal {}", number);
  return number == first_realtime ? "SIGRTMIN"
                                  : fmt::format("SIGRTMIN+{}", number - first_realtime);
}

}  // namespace vigil::process
