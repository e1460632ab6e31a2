#include "engine/stream/decode/returns.h"

#include <gtest/gtest.h>

namespace vigil::decode {
namespace {

event::HookInfoPtr returning_info() {
  event::HookInfo info;
  info.return_argument = event::HookInfo::Shown{schema::ArgType::int32, "result", 255};
  return std::make_shared<const event::HookInfo>(info);
}

event::HookRecord entry_at(std::uint64_t ktime_ns, std::uint32_t tgid = 5) {
  event::HookRecord record;
  record.ktime_ns = ktime_ns;
  record.self = {tgid, 1};
  record.tid = tgid;
  record.info = returning_info();
  return record;
}

// Of a return value.
Returns::Answer answer(std::uint64_t value, std::uint64_t ktime_ns) {
  return {.ktime_ns = ktime_ns,
          .values = {{.type = schema::ArgType::int32, .label = "result", .value = value}}};
}

class ReturnsTest : public testing::Test {
 protected:
  std::uint64_t shown(std::size_t i) const {
    return std::get<std::uint64_t>(seen.at(i).returned->value);
  }

  std::vector<event::HookRecord> seen;
  Returns returns{[this](event::HookRecord&& record) { seen.push_back(std::move(record)); }};
};

TEST_F(ReturnsTest, JoinsValueAndAction) {
  returns.entry({1, 5}, entry_at(10));
  EXPECT_TRUE(seen.empty());
  auto told = answer(7, 20);
  told.action = schema::ActionKind::signal;
  returns.returned({1, 5}, std::move(told));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(shown(0), 7u);
  EXPECT_EQ(seen[0].returned->label, "result");
  EXPECT_EQ(seen[0].return_action, schema::ActionKind::signal);
  EXPECT_EQ(returns.waiting(), 0u);
}

TEST_F(ReturnsTest, TheReturnMayComeFirst) {
  returns.returned({1, 5}, answer(7, 20));
  returns.entry({1, 5}, entry_at(10));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(shown(0), 7u);
  returns.expire(UINT64_MAX);
  EXPECT_EQ(returns.returns_without_entry(), 0u);
}

TEST_F(ReturnsTest, EachPolicyHasAnAnswerOfItsOwn) {
  returns.entry({1, 5, 1}, entry_at(10));
  returns.entry({1, 5, 2}, entry_at(10));
  returns.entry({1, 5, 2, 1}, entry_at(10));
  returns.returned({1, 5, 2}, answer(7, 20));
  ASSERT_EQ(seen.size(), 1u);
  auto rejected = answer(8, 20);
  rejected.matches = false;
  returns.returned({1, 5, 1}, std::move(rejected));
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_EQ(returns.waiting(), 1u);
}

TEST_F(ReturnsTest, WhatIsRejectedIsNotTold) {
  Returns::Answer no{.ktime_ns = 20, .matches = false, .values = {}};
  returns.entry({1, 5}, entry_at(10));
  returns.returned({1, 5}, Returns::Answer(no));
  returns.returned({2, 5}, Returns::Answer(no));
  returns.entry({2, 5}, entry_at(10));
  returns.expire(UINT64_MAX);
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(returns.entries_without_return(), 0u);
  EXPECT_EQ(returns.returns_without_entry(), 0u);
}

TEST_F(ReturnsTest, WithoutAReturnTheEntryIsHandedOnAndCounted) {
  returns.entry({1, 5}, entry_at(10));
  returns.expire(10 + Returns::wait_ns - 1);
  EXPECT_TRUE(seen.empty());
  returns.expire(10 + Returns::wait_ns);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_FALSE(seen[0].returned);
  EXPECT_EQ(returns.entries_without_return(), 1u);
}

TEST_F(ReturnsTest, WhatTheCallHasFilledComesIntoItsPlace) {
  auto record = entry_at(10);
  auto info = std::make_shared<event::HookInfo>(*record.info);
  info->arguments = {{schema::ArgType::nop, "", 255},
                     {schema::ArgType::int32, "", 0},
                     {schema::ArgType::char_buf, "", 255, true},
                     {schema::ArgType::size, "", 1}};
  record.info = info;
  record.arguments = {{schema::ArgType::int32, "", std::uint64_t{3}},
                      {schema::ArgType::char_buf, "text", event::ErrorValue{"not yet"}},
                      {schema::ArgType::size, "", std::uint64_t{4096}}};
  auto back = answer(7, 20);
  back.values.push_back({schema::ArgType::char_buf, "", event::BytesValue{"hello", 5, false}});
  returns.entry({1, 5}, std::move(record));
  returns.returned({1, 5}, std::move(back));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(std::get<event::BytesValue>(seen[0].arguments.at(1).value).bytes, "hello");
  EXPECT_EQ(seen[0].arguments.at(1).label, "text");
  EXPECT_EQ(std::get<std::uint64_t>(seen[0].arguments.at(2).value), 4096u);
  EXPECT_EQ(shown(0), 7u);
}

TEST_F(ReturnsTest, UnlessASelectorAsksForIt) {
  auto record = entry_at(10);
  auto info = std::make_shared<event::HookInfo>(*record.info);
  info->asks_return = true;
  record.info = info;
  returns.entry({1, 5}, std::move(record));
  returns.expire(UINT64_MAX);
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(returns.entries_without_return(), 1u);
}

TEST_F(ReturnsTest, AnExitEndsTheWait) {
  returns.entry({1, 5}, entry_at(10));
  returns.entry({2, 6}, entry_at(10, 6));
  returns.exited(5, 20);
  returns.expire(20 + Returns::linger_ns);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].self.tgid, 5u);
}

TEST_F(ReturnsTest, AReturnAloneIsCounted) {
  returns.returned({1, 5}, answer(7, 20));
  returns.expire(20 + Returns::linger_ns);
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(returns.returns_without_entry(), 1u);
}

TEST_F(ReturnsTest, ThreadsThatCallInTheSameNanosecondDoNotMix) {
  returns.entry({10, 5}, entry_at(10, 5));
  returns.entry({10, 6}, entry_at(10, 6));
  returns.returned({10, 6}, answer(66, 20));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].tid, 6u);
  EXPECT_EQ(shown(0), 66u);
  returns.returned({10, 5}, answer(55, 21));
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[1].tid, 5u);
  EXPECT_EQ(shown(1), 55u);
}

TEST_F(ReturnsTest, ReturnsOfTheSameNanosecondDoNotMixEither) {
  returns.returned({10, 6}, answer(66, 20));
  returns.returned({10, 5}, answer(55, 21));
  returns.entry({10, 5}, entry_at(10, 5));
  returns.entry({10, 6}, entry_at(10, 6));
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(shown(0), 55u);
  EXPECT_EQ(shown(1), 66u);
}

// Records can be read long after they were written: a wait begins when one is read.
TEST_F(ReturnsTest, AnEntryWaitsHoweverLateItIs) {
  const std::uint64_t now = 10 * Returns::wait_ns;
  returns.expire(now);
  returns.entry({1, 5}, entry_at(10));
  returns.exited(5, 20);
  returns.expire(now + Returns::linger_ns - 1);
  returns.returned({1, 5}, answer(7, 15));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(shown(0), 7u);
}

TEST_F(ReturnsTest, AReturnWaitsHoweverLateItIs) {
  const std::uint64_t now = 10 * Returns::wait_ns;
  returns.expire(now);
  returns.returned({1, 5}, answer(7, 20));
  returns.expire(now + Returns::linger_ns - 1);
  returns.entry({1, 5}, entry_at(10));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(shown(0), 7u);
}

TEST_F(ReturnsTest, TheTableIsBounded) {
  for (std::uint64_t call = 0; call <= Returns::max_calls; ++call)
    returns.entry({call, 5}, entry_at(10));
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_EQ(returns.waiting(), Returns::max_calls);
}

event::HookRecord large_entry(std::size_t bytes) {
  auto record = entry_at(10);
  record.arguments.push_back({.value = std::string(bytes, 'x')});
  return record;
}

constexpr std::size_t large = Returns::max_bytes / 8;

TEST_F(ReturnsTest, WhatWaitsIsBoundedByBytes) {
  for (std::uint64_t call = 0; call < 20; ++call) returns.entry({call, 5}, large_entry(large));
  ASSERT_EQ(seen.size(), 12u);
  EXPECT_EQ(returns.entries_without_return(), 12u);
  for (std::uint64_t call = 12; call < 20; ++call) returns.returned({call, 5}, answer(7, 20));
  ASSERT_EQ(seen.size(), 20u);
  EXPECT_EQ(shown(19), 7u);
  for (std::uint64_t call = 20; call < 28; ++call) returns.entry({call, 5}, large_entry(large));
  EXPECT_EQ(seen.size(), 20u) << "what came back left room";
}

TEST_F(ReturnsTest, SoAreReturnsThatCameFirst) {
  for (std::uint64_t call = 0; call < 20; ++call) {
    returns.returned({call, 5}, {.ktime_ns = 20, .values = {{.value = std::string(large, 'x')}}});
  }
  EXPECT_LT(returns.waiting(), 10u);
  EXPECT_EQ(returns.returns_without_entry(), 20 - returns.waiting());
}

}  // namespace
}  // namespace vigil::decode
