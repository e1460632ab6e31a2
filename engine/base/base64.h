// Bytes as text of A-Z, a-z, 0-9, + and /, padded with =.
#pragma once

#include <string>
#include <string_view>

namespace vigil {

void append_base64(std::string_view bytes, std::string& out);

}  // namespace vigil
