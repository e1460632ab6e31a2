// Text of a message is UTF-8, or its reader refuses the whole of it; names of files are any bytes.
#pragma once

#include <google/protobuf/message.h>

namespace vigil::api {

// Escapes what is not UTF-8 in all texts of `message`.
void make_utf8(google::protobuf::Message& message);

}  // namespace vigil::api
