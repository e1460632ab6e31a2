#include "tests/bench/bpf_time.h"

#include <linux/bpf.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdarg>
#include <utility>

#include "tests/bench/timing.h"

namespace vigil::bench {
namespace {

BpfTime spent;

std::uint64_t& spent_on(long command) {
  switch (command) {
    case BPF_PROG_LOAD: return spent.programs_ns;
    case BPF_BTF_LOAD: return spent.types_ns;
    default: return spent.other_ns;
  }
}

}  // namespace

BpfTime take_bpf_time() { return std::exchange(spent, {}); }

}  // namespace vigil::bench

extern "C" {

long __real_syscall(long number, ...);

long __wrap_syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  const auto begin = number == SYS_bpf ? vigil::bench::cpu_ns() : 0;
  const long result = __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                                     arguments[4], arguments[5]);
  if (number != SYS_bpf) return result;
  const int error = errno;
  vigil::bench::spent_on(arguments[0]) += vigil::bench::cpu_ns() - begin;
  errno = error;
  return result;
}
}
