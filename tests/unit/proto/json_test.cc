#include "proto/json.h"

#include <gtest/gtest.h>

#include "tetragon/events.pb.h"
#include "tetragon/sensors.pb.h"

namespace vigil::proto {
namespace {

tetragon::GetEventsResponse response_at(std::int64_t seconds, std::int32_t nanoseconds) {
  tetragon::GetEventsResponse response;
  response.mutable_time()->set_seconds(seconds);
  response.mutable_time()->set_nanos(nanoseconds);
  return response;
}

TEST(Json, WhatIsUnsetIsLeftOut) {
  EXPECT_EQ(to_json(tetragon::GetEventsResponse()), "{}");
  EXPECT_EQ(to_json(tetragon::ProcessExec()), "{}");
}

TEST(Json, FieldsStandInTheOrderOfTheProtoNotOfTheirNumbers) {
  tetragon::GetEventsResponse response = response_at(0, 0);
  response.set_node_name("n1");
  response.mutable_rate_limit_info()->set_number_of_dropped_process_events(464);
  EXPECT_EQ(to_json(response),
            R"({"rate_limit_info":{"number_of_dropped_process_events":"464"},"node_name":"n1",)"
            R"("time":"1970-01-01T00:00:00Z"})");
  tetragon::KprobeArgument argument;
  argument.set_label("program");
  argument.mutable_linux_binprm_arg()->set_path("/usr/bin/true");
  EXPECT_EQ(to_json(argument),
            R"({"linux_binprm_arg":{"path":"/usr/bin/true"},"label":"program"})");
}

TEST(Json, AMemberOfAOneofAndAWrapperAreShownThoughZero) {
  tetragon::KprobeArgument argument;
  argument.set_int_arg(0);
  EXPECT_EQ(to_json(argument), R"({"int_arg":0})");
  tetragon::Process process;
  process.mutable_uid()->set_value(0);
  process.mutable_in_init_tree()->set_value(false);
  EXPECT_EQ(to_json(process), R"({"uid":0,"in_init_tree":false})");
}

TEST(Json, Numbers) {
  tetragon::KprobeArgument argument;
  argument.set_size_arg(UINT64_MAX);
  EXPECT_EQ(to_json(argument), R"({"size_arg":"18446744073709551615"})");
  argument.set_long_arg(INT64_MIN);
  EXPECT_EQ(to_json(argument), R"({"long_arg":"-9223372036854775808"})");
  argument.set_int_arg(-16);
  EXPECT_EQ(to_json(argument), R"({"int_arg":-16})");
  argument.set_uint_arg(4294967280u);
  EXPECT_EQ(to_json(argument), R"({"uint_arg":4294967280})");
}

TEST(Json, BytesAreBase64) {
  tetragon::KprobeArgument argument;
  argument.set_bytes_arg("hello fd\n\xff");
  EXPECT_EQ(to_json(argument), R"({"bytes_arg":"aGVsbG8gZmQK/w=="})");
  argument.set_bytes_arg("ab");
  EXPECT_EQ(to_json(argument), R"({"bytes_arg":"YWI="})");
  argument.set_bytes_arg("");
  EXPECT_EQ(to_json(argument), R"({"bytes_arg":""})");
}

TEST(Json, Strings) {
  tetragon::KprobeArgument argument;
  argument.set_string_arg("a\"b\\c\n\t\x01\x1b\x7f é 🚀</>");
  EXPECT_EQ(to_json(argument),
            "{\"string_arg\":\"a\\\"b\\\\c\\n\\t\\u0001\\u001b\\u007f é 🚀</>\"}");
}

TEST(Json, EnumsByNameUnknownOnesByNumber) {
  tetragon::ProcessKprobe kprobe;
  kprobe.set_action(tetragon::KPROBE_ACTION_SIGKILL);
  EXPECT_EQ(to_json(kprobe), R"({"action":"KPROBE_ACTION_SIGKILL"})");
  kprobe.set_action(static_cast<tetragon::KprobeAction>(99));
  EXPECT_EQ(to_json(kprobe), R"({"action":99})");
}

TEST(Json, TimesHaveAsManyDigitsAsTheyNeed) {
  EXPECT_EQ(to_json(response_at(1, 0)), R"({"time":"1970-01-01T00:00:01Z"})");
  EXPECT_EQ(to_json(response_at(1, 500'000'000)), R"({"time":"1970-01-01T00:00:01.500Z"})");
  EXPECT_EQ(to_json(response_at(1, 5'000)), R"({"time":"1970-01-01T00:00:01.000005Z"})");
  EXPECT_EQ(to_json(response_at(1, 7)), R"({"time":"1970-01-01T00:00:01.000000007Z"})");
}

TEST(Json, ListsMapsAndNesting) {
  tetragon::GetEventsResponse response;
  (*response.mutable_node_labels())["b"] = "2";
  (*response.mutable_node_labels())["a"] = "1";
  response.mutable_process_kprobe()->add_tags("x");
  response.mutable_process_kprobe()->add_tags("y");
  EXPECT_EQ(to_json(response),
            R"({"process_kprobe":{"tags":["x","y"]},"node_labels":{"a":"1","b":"2"}})");
}

TEST(Json, NamesAreSpelledAsInTheProto) {
  tetragon::KprobeArgument argument;
  argument.mutable_error_arg()->set_message("no");
  EXPECT_EQ(to_json(argument), R"({"error_arg":{"Message":"no"}})");
}

TEST(Json, OptionalFieldsAndDurations) {
  tetragon::ConfigureTracingPolicyRequest request;
  request.set_enable(false);
  EXPECT_EQ(to_json(request), R"({"enable":false})");
  tetragon::AggregationOptions options;
  options.mutable_window_size()->set_seconds(2);
  EXPECT_EQ(to_json(options), R"({"window_size":"2s"})");
}

}  // namespace
}  // namespace vigil::proto
