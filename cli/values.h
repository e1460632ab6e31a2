// An argument of an event as text for a person.
#pragma once

#include <string>

#include "tetragon/tetragon.pb.h"

namespace vigil::cli {

// "AF_INET 10.0.0.1:40000 -> 192.0.2.7:80", "/etc/shadow", "-1", "\"hello\\n\""; no control bytes.
std::string value_text(const tetragon::KprobeArgument& argument);

// "tcp 10.0.0.1:40000 -> 192.0.2.7:80"
std::string connection_text(const tetragon::KprobeSock& sock);

}  // namespace vigil::cli
