// A message as one line of JSON, in the form that log shippers built for Tetragon
// read: field names as in the .proto and in its order, unset and zero fields left
// out (a set wrapper, `optional` or oneof member stays), 64-bit integers as strings,
// bytes as base64, enums by name, wrappers as their value, times as RFC 3339.
#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/message.h>

namespace vigil::proto {

// Without a newline.
std::string to_json(const google::protobuf::Message& message);
// In quotes. `utf8` is that, as protobuf demands of every string field.
void append_json_string(std::string_view utf8, std::string& out);
void append_json(const google::protobuf::Message& message, std::string& out);

}  // namespace vigil::proto
