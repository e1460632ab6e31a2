// Bytes of the traced world as text of a message.
#pragma once

#include <string>
#include <string_view>

namespace vigil::sinks {

// Text that is UTF-8 stays as it is. Otherwise every byte that is not becomes \xNN (two
// lower-case hexadecimal digits) and every backslash is doubled, so that nothing is lost:
// protobuf and JSON cannot carry such bytes as they are.
std::string message_text(std::string_view bytes);

}  // namespace vigil::sinks
