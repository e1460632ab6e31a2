// Worker: a small process that makes the calls, so that what they cost does not depend on the
// memory of the one that plans and loads.
#pragma once

#include <sys/types.h>

#include <functional>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "tests/bench/calls.h"

namespace vigil::bench {

class Worker {
 public:
  // After prepare_calls(), before anything big.
  static Result<Worker> start();

  // `between` runs here after each loop.
  Cost measure(const Call& call, const std::function<void()>& between = {}) const;

 private:
  double loop(const Call& call, int calls) const;

  UniqueFd orders_, answers_;  // it leaves when nobody can give orders any more
};

}  // namespace vigil::bench
