#include "engine/api/field_filters.h"

#include <fmt/format.h>
#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>

namespace vigil::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;
using tetragon::FieldFilter;
using tetragon::GetEventsResponse;

// The set member of the oneof of events; null when there is none.
const FieldDescriptor* event_field(const GetEventsResponse& response) {
  const auto* event = GetEventsResponse::descriptor()->FindOneofByName("event");
  return response.GetReflection()->GetOneofFieldDescriptor(response, event);
}

bool some_event_has(const std::string& path) {
  const auto* event = GetEventsResponse::descriptor()->FindOneofByName("event");
  for (int i = 0; i < event->field_count(); ++i)
    if (FieldMaskUtil::GetFieldDescriptors(event->field(i)->message_type(), path, nullptr))
      return true;
  return false;
}

bool applies_to(const FieldFilter& filter, int event_type) {
  if (filter.event_set().empty()) return true;
  const bool listed = std::ranges::find(filter.event_set(), event_type) != filter.event_set().end();
  return listed != filter.invert_event_set().value();
}

void clear_path(Message& message, std::string_view path) {
  const auto dot = path.find('.');
  const auto* field = message.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  if (!field) return;
  const auto* reflection = message.GetReflection();
  if (dot == std::string_view::npos) return reflection->ClearField(&message, field);
  if (!field->is_repeated() && reflection->HasField(message, field))
    clear_path(*reflection->MutableMessage(&message, field), path.substr(dot + 1));
}

void keep_paths(Message& message, const google::protobuf::FieldMask& mask) {
  // A path that this kind of event lacks keeps nothing of it.
  google::protobuf::FieldMask known;
  for (const auto& path : mask.paths())
    if (FieldMaskUtil::GetFieldDescriptors(message.GetDescriptor(), path, nullptr))
      known.add_paths(path);
  if (known.paths().empty()) return message.Clear();
  FieldMaskUtil::TrimMessage(known, &message);
}

void apply(const FieldFilter& filter, Message& event) {
  if (filter.action() == tetragon::INCLUDE) return keep_paths(event, filter.fields());
  for (const auto& path : filter.fields().paths()) clear_path(event, path);
}

// Enums are open: any number may come. Empty: there is no mistake.
std::string mistake_in(const FieldFilter& filter) {
  if (!tetragon::FieldFilterAction_IsValid(filter.action()))
    return fmt::format("there is no action {}", static_cast<int>(filter.action()));
  for (const int type : filter.event_set())
    if (!tetragon::EventType_IsValid(type)) return fmt::format("there is no event type {}", type);
  for (const auto& path : filter.fields().paths())
    if (!some_event_has(path)) return fmt::format("no event has '{}'", path);
  return {};
}

}  // namespace

std::expected<FieldFilters, std::string> FieldFilters::make(
    const tetragon::GetEventsRequest& request) {
  FieldFilters made;
  for (const auto& filter : request.field_filters()) {
    if (const auto mistake = mistake_in(filter); !mistake.empty())
      return std::unexpected("field filter: " + mistake);
    made.filters_.push_back(filter);
  }
  return made;
}

void FieldFilters::trim(GetEventsResponse& response) const {
  if (filters_.empty()) return;
  const auto* field = event_field(response);
  if (!field) return;
  auto* event = response.GetReflection()->MutableMessage(&response, field);
  for (const auto& filter : filters_)
    if (applies_to(filter, field->number())) apply(filter, *event);
}

}  // namespace vigil::api
