// Functions that are given a socket and, behind it, the address that it is to be connected to: the
// socket itself has no destination yet.
#pragma once

#include <string_view>

namespace vigil::schema {

// Position of the address among their arguments.
constexpr int connected_address = 1;

// An LSM hook ("socket_connect") or another function of the kernel ("tcp_v4_connect").
bool is_given_destination(std::string_view function);

}  // namespace vigil::schema
