#include "engine/api/event_filters.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace vigil::api {
namespace {

using tetragon::Filter;

template <typename Out, typename In>
void assign(std::vector<Out>& out, const In& in) {
  for (const auto& value : in) out.push_back(static_cast<Out>(value));
}

// Enums are open: any number may come.
void take_event_set(const Filter& from, filter::FilterSpec& to) {
  for (const int type : from.event_set()) {
    if (tetragon::EventType_IsValid(type))
      to.event_set.push_back(static_cast<filter::EventKind>(type));
    else
      to.unsupported.push_back("event_set " + std::to_string(type));
  }
}

// Moves one field that is set; one that is not named here stays with the request.
void take_field(const Filter& from, int field, filter::FilterSpec& to, const std::string& name) {
  switch (field) {
    case Filter::kBinaryRegexFieldNumber: return assign(to.binary_regex, from.binary_regex());
    case Filter::kArgumentsRegexFieldNumber:
      return assign(to.arguments_regex, from.arguments_regex());
    case Filter::kParentBinaryRegexFieldNumber:
      return assign(to.parent_binary_regex, from.parent_binary_regex());
    case Filter::kParentArgumentsRegexFieldNumber:
      return assign(to.parent_arguments_regex, from.parent_arguments_regex());
    case Filter::kAncestorBinaryRegexFieldNumber:
      return assign(to.ancestor_binary_regex, from.ancestor_binary_regex());
    case Filter::kContainerIdFieldNumber: return assign(to.container_id, from.container_id());
    case Filter::kNamespaceFieldNumber: return assign(to.namespaces, from.namespace_());
    case Filter::kPolicyNamesFieldNumber: return assign(to.policy_names, from.policy_names());
    case Filter::kPidFieldNumber: return assign(to.pid, from.pid());
    case Filter::kPidSetFieldNumber: return assign(to.pid_set, from.pid_set());
    case Filter::kEventSetFieldNumber: return take_event_set(from, to);
    case Filter::kHealthCheckFieldNumber: to.health_check = from.health_check().value(); return;
    case Filter::kInInitTreeFieldNumber: to.in_init_tree = from.in_init_tree().value(); return;
    default: to.unsupported.push_back(name);
  }
}

}  // namespace

filter::FilterSpec filter_spec(const Filter& filter) {
  filter::FilterSpec spec;
  std::vector<const google::protobuf::FieldDescriptor*> set;
  filter.GetReflection()->ListFields(filter, &set);
  for (const auto* field : set) take_field(filter, field->number(), spec, field->name());
  const auto& unknown = filter.GetReflection()->GetUnknownFields(filter);
  for (int i = 0; i < unknown.field_count(); ++i)
    spec.unsupported.push_back("field " + std::to_string(unknown.field(i).number()));
  return spec;
}

filter::FilterLists filter_lists(const tetragon::GetEventsRequest& request) {
  filter::FilterLists lists;
  for (const auto& filter : request.allow_list()) lists.allow.push_back(filter_spec(filter));
  for (const auto& filter : request.deny_list()) lists.deny.push_back(filter_spec(filter));
  return lists;
}

}  // namespace vigil::api
