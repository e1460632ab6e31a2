#include "tests/bench/worker.h"

#include <fcntl.h>
#include <sys/personality.h>
#include <unistd.h>

#include <cstdlib>

namespace vigil::bench {
namespace {

struct Order {
  void (*once)();
  int calls;
};

[[noreturn]] void serve(int orders, int answers) {
  // The places that are drawn for stack and heap would be seen in what an exec costs.
  personality(ADDR_NO_RANDOMIZE);
  Order order{};
  while (read(orders, &order, sizeof order) == sizeof order) {
    const double units = loop_units(order.once, order.calls);
    if (write(answers, &units, sizeof units) != sizeof units) break;
  }
  _exit(0);
}

}  // namespace

Result<Worker> Worker::start() {
  int orders[2], answers[2];
  if (pipe2(orders, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
    return Error::from_errno("making pipes");
  const pid_t child = fork();
  if (child < 0) return Error::from_errno("starting the worker");
  UniqueFd served(orders[0]), answering(answers[1]);
  Worker worker;
  worker.orders_ = UniqueFd(orders[1]);
  worker.answers_ = UniqueFd(answers[0]);
  if (child == 0) {
    worker = {};
    serve(served.get(), answering.get());
  }
  return worker;
}

double Worker::loop(const Call& call, int calls) const {
  const Order order{call.loop.once, calls};
  double units = 0;
  if (write(orders_.get(), &order, sizeof order) != sizeof order ||
      read(answers_.get(), &units, sizeof units) != sizeof units)
    std::abort();
  return units;
}

Cost Worker::measure(const Call& call, const std::function<void()>& between) const {
  loop(call, 1);  // what the first call sets up is not what calls cost
  std::vector<double> loops;
  for (int i = 0; i < call.loop.repeats; ++i) {
    loops.push_back(loop(call, call.loop.calls));
    if (between) between();
  }
  return cost_of(std::move(loops));
}

}  // namespace vigil::bench
