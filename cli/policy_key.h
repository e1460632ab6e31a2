// Which policy a name on the command line means.
#pragma once

#include <string>

#include "cli/client.h"

namespace vigil::cli {

// The domain that the policy called `name` is in; `given` as it is when there is one.
Result<std::string> domain_of(const std::string& name, const std::string& given,
                              const std::string& address);

}  // namespace vigil::cli
