// Who may connect: so many at a time, and of one address no more than a part of them.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "engine/base/result.h"

namespace vigil::api {

struct ConnectionLimits {
  std::size_t total = 1'000;
  std::size_t per_address = 500;
};

// What connections are counted by: an address of the network; empty for this machine's own socket,
// whose clients are one another's equals.
using Origin = std::string;

class Admission {
 public:
  explicit Admission(ConnectionLimits limits) : limits_(limits) {}

  // Why one more may not come in, if it may not.
  Result<void> ask(const Origin& from) const;
  void enter(const Origin& from);
  void leave(const Origin& from);

 private:
  ConnectionLimits limits_;
  std::size_t inside_ = 0;
  std::map<Origin, std::size_t> inside_from_;
};

}  // namespace vigil::api
