// Bytes of the traced world as text of a message.
#pragma once

#include <string>
#include <string_view>

namespace vigil::sinks {

// UTF-8 stays as it is. In text that has other bytes, which protobuf and JSON cannot carry,
// those become \xNN (two lower-case hexadecimal digits) and every backslash is doubled.
// So it is in text that holds the characters \xNN themselves: whoever finds \xNN, and only
// who finds it, has to unescape, and gets back exactly what was there.
std::string message_text(std::string_view bytes);

// Printable ASCII without quote and backslash: the same in a message and in JSON.
bool is_plain(std::string_view bytes);
// It has bytes that are not UTF-8, or the characters \xNN.
bool needs_message_escapes(std::string_view bytes);

}  // namespace vigil::sinks
