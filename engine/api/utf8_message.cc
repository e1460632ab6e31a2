#include "engine/api/utf8_message.h"

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "engine/base/text.h"

namespace vigil::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void make_text_utf8(Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  std::string scratch;
  if (!field.is_repeated()) {
    const auto& text = reflection.GetStringReference(message, &field, &scratch);
    if (!is_utf8(text)) reflection.SetString(&message, &field, as_utf8(text));
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const auto& text = reflection.GetRepeatedStringReference(message, &field, i, &scratch);
    if (!is_utf8(text)) reflection.SetRepeatedString(&message, &field, i, as_utf8(text));
  }
}

void make_messages_utf8(Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (!field.is_repeated()) return make_utf8(*reflection.MutableMessage(&message, &field));
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i)
    make_utf8(*reflection.MutableRepeatedMessage(&message, &field, i));
}

}  // namespace

void make_utf8(Message& message) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (const auto* field : set) {
    if (field->type() == FieldDescriptor::TYPE_STRING)
      make_text_utf8(message, *field);
    else if (field->type() == FieldDescriptor::TYPE_MESSAGE)
      make_messages_utf8(message, *field);
  }
}

}  // namespace vigil::api
