#include "proto/json.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include "engine/base/base64.h"

namespace vigil::proto {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void append_escaped(unsigned char c, std::string& out) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  char text[8];
  std::snprintf(text, sizeof text, "\\u%04x", c);
  out += text;
}

// UTF-8, as protobuf demands of every string field.
void append_string(std::string_view text, std::string& out) {
  out += '"';
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f) {
      append_escaped(byte, out);
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_bytes(std::string_view bytes, std::string& out) {
  out += '"';
  append_base64(bytes, out);
  out += '"';
}

void append_floating(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    out += text;
  }
}

void append_quoted(const std::string& text, std::string& out) {
  out += '"';
  out += text;
  out += '"';
}

bool is_wrapper(const Descriptor& type) {
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE: return true;
    default: return false;
  }
}

// One value of a field: `index` of a repeated one, -1 of a single one.
class FieldValue {
 public:
  FieldValue(const Message& message, const FieldDescriptor& field, int index)
      : message_(message), reflection_(*message.GetReflection()), field_(field), index_(index) {}

  void append(std::string& out) const;

 private:
  // One getter by two names, GetX and GetRepeatedX.
#define VIGIL_GET(kind)                                  \
  (index_ < 0 ? reflection_.Get##kind(message_, &field_) \
              : reflection_.GetRepeated##kind(message_, &field_, index_))

  std::string string() const { return VIGIL_GET(String); }
  const Message& message() const {
    return index_ < 0 ? reflection_.GetMessage(message_, &field_)
                      : reflection_.GetRepeatedMessage(message_, &field_, index_);
  }
  void append_enum(std::string& out) const {
    const int number = VIGIL_GET(EnumValue);
    const auto* value = field_.enum_type()->FindValueByNumber(number);
    if (value == nullptr) {
      out += std::to_string(number);
    } else {
      append_quoted(value->name(), out);
    }
  }

  const Message& message_;
  const Reflection& reflection_;
  const FieldDescriptor& field_;
  int index_;
};

void FieldValue::append(std::string& out) const {
  switch (field_.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: out += std::to_string(VIGIL_GET(Int32)); return;
    case FieldDescriptor::CPPTYPE_UINT32: out += std::to_string(VIGIL_GET(UInt32)); return;
    case FieldDescriptor::CPPTYPE_INT64:
      append_quoted(std::to_string(VIGIL_GET(Int64)), out);
      return;
    case FieldDescriptor::CPPTYPE_UINT64:
      append_quoted(std::to_string(VIGIL_GET(UInt64)), out);
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE: append_floating(VIGIL_GET(Double), out); return;
    case FieldDescriptor::CPPTYPE_FLOAT: append_floating(VIGIL_GET(Float), out); return;
    case FieldDescriptor::CPPTYPE_BOOL: out += VIGIL_GET(Bool) ? "true" : "false"; return;
    case FieldDescriptor::CPPTYPE_ENUM: append_enum(out); return;
    case FieldDescriptor::CPPTYPE_STRING:
      if (field_.type() == FieldDescriptor::TYPE_BYTES) {
        append_bytes(string(), out);
      } else {
        append_string(string(), out);
      }
      return;
    case FieldDescriptor::CPPTYPE_MESSAGE: append_json(message(), out); return;
  }
}
#undef VIGIL_GET

void append_list(const Message& message, const FieldDescriptor& field, std::string& out) {
  const int size = message.GetReflection()->FieldSize(message, &field);
  out += '[';
  for (int i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    FieldValue(message, field, i).append(out);
  }
  out += ']';
}

std::string map_key(const Message& entry, const FieldDescriptor& key) {
  std::string text;
  FieldValue(entry, key, -1).append(text);
  return text.starts_with('"') ? text : '"' + text + '"';
}

// Maps have no order on the wire; keys are sorted so that a line is always the same.
void append_map(const Message& message, const FieldDescriptor& field, std::string& out) {
  const Reflection& reflection = *message.GetReflection();
  std::map<std::string, const Message*> entries;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    entries.emplace(map_key(entry, *field.message_type()->map_key()), &entry);
  }
  out += '{';
  for (const char* separator = ""; const auto& [key, entry] : entries) {
    out += separator;
    out += key;
    out += ':';
    FieldValue(*entry, *field.message_type()->map_value(), -1).append(out);
    separator = ",";
  }
  out += '}';
}

bool is_present(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

void append_fields(const Message& message, std::string& out) {
  const Descriptor& type = *message.GetDescriptor();
  const char* separator = "";
  out += '{';
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!is_present(message, field)) continue;
    out += separator;
    append_string(field.name(), out);
    out += ':';
    if (field.is_map()) {
      append_map(message, field, out);
    } else if (field.is_repeated()) {
      append_list(message, field, out);
    } else {
      FieldValue(message, field, -1).append(out);
    }
    separator = ",";
  }
  out += '}';
}

// Any, Struct and the like: the library knows their form.
void append_by_library(const Message& message, std::string& out) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (google::protobuf::util::MessageToJsonString(message, &text, options).ok()) {
    out += text;
  } else {
    out += "null";
  }
}

// A generated class when the message is one; messages here are never dynamic ones.
template <typename T>
const T& as(const Message& message) {
  return static_cast<const T&>(message);
}

}  // namespace

void append_json(const Message& message, std::string& out) {
  using google::protobuf::util::TimeUtil;
  const Descriptor& type = *message.GetDescriptor();
  if (is_wrapper(type)) {
    FieldValue(message, *type.field(0), -1).append(out);
    return;
  }
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED: append_fields(message, out); return;
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      append_quoted(TimeUtil::ToString(as<google::protobuf::Timestamp>(message)), out);
      return;
    case Descriptor::WELLKNOWNTYPE_DURATION:
      append_quoted(TimeUtil::ToString(as<google::protobuf::Duration>(message)), out);
      return;
    default: append_by_library(message, out); return;
  }
}

std::string to_json(const Message& message) {
  std::string out;
  append_json(message, out);
  return out;
}

}  // namespace vigil::proto
