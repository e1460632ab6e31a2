#include <gtest/gtest.h>

#include "engine/api/event_filters.h"
#include "engine/api/field_filters.h"

namespace vigil::api {
namespace {

TEST(EventFilters, every_supported_field_arrives) {
  tetragon::GetEventsRequest request;
  auto* allow = request.add_allow_list();
  allow->add_binary_regex("a");
  allow->add_namespace_("b");
  allow->add_pid(1);
  allow->add_event_set(tetragon::PROCESS_LSM);
  allow->add_policy_names("c");
  allow->mutable_in_init_tree()->set_value(false);
  request.add_deny_list();
  const auto lists = filter_lists(request);
  ASSERT_EQ(lists.allow.size(), 1u);
  ASSERT_EQ(lists.deny.size(), 1u);
  EXPECT_EQ(lists.allow[0].binary_regex, std::vector<std::string>{"a"});
  EXPECT_EQ(lists.allow[0].namespaces, std::vector<std::string>{"b"});
  EXPECT_EQ(lists.allow[0].pid, std::vector<std::uint32_t>{1});
  EXPECT_EQ(lists.allow[0].event_set, std::vector{filter::EventKind::process_lsm});
  EXPECT_EQ(lists.allow[0].policy_names, std::vector<std::string>{"c"});
  EXPECT_EQ(lists.allow[0].in_init_tree, false);
  EXPECT_FALSE(lists.allow[0].health_check);
  EXPECT_TRUE(lists.allow[0].unsupported.empty());
}

TEST(EventFilters, what_is_not_supported_is_named) {
  tetragon::Filter filter;
  filter.add_cel_expression("true");
  filter.add_labels("app=web");
  EXPECT_EQ(filter_spec(filter).unsupported,
            (std::vector<std::string>{"labels", "cel_expression"}));
}

tetragon::GetEventsResponse exec() {
  tetragon::GetEventsResponse response;
  response.set_node_name("node");
  auto* process = response.mutable_process_exec()->mutable_process();
  process->set_exec_id("id");
  process->set_binary("/bin/true");
  process->set_arguments("secret");
  response.mutable_process_exec()->mutable_parent()->set_binary("/bin/sh");
  return response;
}

tetragon::GetEventsResponse trimmed(const tetragon::FieldFilter& filter) {
  tetragon::GetEventsRequest request;
  *request.add_field_filters() = filter;
  auto response = exec();
  FieldFilters::make(request).value().trim(response);
  return response;
}

TEST(EventFilters, an_event_type_without_a_name_is_named_as_unsupported) {
  tetragon::Filter filter;
  filter.add_event_set(tetragon::PROCESS_EXIT);
  filter.add_event_set(static_cast<tetragon::EventType>(777));
  EXPECT_EQ(filter_spec(filter).unsupported, std::vector<std::string>{"event_set 777"});
}

TEST(FieldFilters, include_keeps_only_what_is_listed) {
  tetragon::FieldFilter filter;
  filter.mutable_fields()->add_paths("process.binary");
  const auto response = trimmed(filter);
  EXPECT_EQ(response.node_name(), "node");
  EXPECT_EQ(response.process_exec().process().binary(), "/bin/true");
  EXPECT_EQ(response.process_exec().process().exec_id(), "");
  EXPECT_FALSE(response.process_exec().has_parent());
}

TEST(FieldFilters, exclude_drops_only_what_is_listed) {
  tetragon::FieldFilter filter;
  filter.set_action(tetragon::EXCLUDE);
  filter.mutable_fields()->add_paths("process.arguments");
  filter.mutable_fields()->add_paths("parent");
  const auto response = trimmed(filter);
  EXPECT_EQ(response.process_exec().process().binary(), "/bin/true");
  EXPECT_EQ(response.process_exec().process().arguments(), "");
  EXPECT_FALSE(response.process_exec().has_parent());
}

TEST(FieldFilters, only_the_named_events_are_trimmed) {
  tetragon::FieldFilter filter;
  filter.set_action(tetragon::EXCLUDE);
  filter.mutable_fields()->add_paths("process");
  filter.add_event_set(tetragon::PROCESS_EXIT);
  EXPECT_TRUE(trimmed(filter).process_exec().has_process());
  filter.mutable_invert_event_set()->set_value(true);
  EXPECT_FALSE(trimmed(filter).process_exec().has_process());
}

TEST(FieldFilters, a_path_of_another_event_keeps_nothing) {
  tetragon::FieldFilter filter;
  filter.mutable_fields()->add_paths("function_name");
  const auto response = trimmed(filter);
  EXPECT_TRUE(response.has_process_exec());
  EXPECT_FALSE(response.process_exec().has_process());
}

TEST(FieldFilters, a_path_that_no_event_has_is_refused) {
  tetragon::GetEventsRequest request;
  request.add_field_filters()->mutable_fields()->add_paths("process.colour");
  EXPECT_FALSE(FieldFilters::make(request));
}

TEST(FieldFilters, numbers_without_a_name_are_refused) {
  tetragon::GetEventsRequest action, event;
  action.add_field_filters()->set_action(static_cast<tetragon::FieldFilterAction>(9));
  event.add_field_filters()->add_event_set(static_cast<tetragon::EventType>(777));
  for (const auto& [request, mistake] : {std::pair{action, "field filter: there is no action 9"},
                                         {event, "field filter: there is no event type 777"}}) {
    const auto made = FieldFilters::make(request);
    ASSERT_FALSE(made) << mistake;
    EXPECT_EQ(made.error(), mistake);
  }
}

}  // namespace
}  // namespace vigil::api
