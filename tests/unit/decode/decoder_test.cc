#include "engine/stream/decode/decoder.h"

#include <gtest/gtest.h>

#include "tests/unit/decode/wire_bytes.h"

namespace vigil::decode {
namespace {

class DecoderTest : public testing::Test {
 protected:
  DecoderTest() {
    event::HookInfo info;
    info.policy = "p";
    info.arguments.push_back({schema::ArgType::string, "name", 0});
    info.return_argument = event::HookInfo::Shown{schema::ArgType::int32, "", 255};
    hooks.publish({3, 1, 9}, std::make_shared<const event::HookInfo>(info));
    event::HookInfo half;
    half.arguments.push_back({schema::ArgType::int32, "", 0});
    hooks.publish({3, 1, 4, Half::returned}, std::make_shared<const event::HookInfo>(half));
  }

  void feed(const WireBytes& bytes, Ring ring = Ring::process) {
    decoder.feed(ring, bytes.record());
  }

  template <typename T>
  const T& record(std::size_t i) const {
    return std::get<T>(seen.at(i));
  }

  static WireBytes exec(std::uint64_t sequence, std::string_view args, std::uint32_t before = 0,
                        std::uint32_t flags = 0) {
    wire_exec wire{};
    wire.head = head_of(WIRE_EXEC, sequence, 500);
    wire.self = wire_key(10, 500);
    wire.parent = wire_key(9, 400);
    wire.tid = 10;
    wire.euid = 33;
    wire.auid = 1000;
    wire.flags = WIRE_PROCESS_EXECVE | WIRE_PROCESS_CLONE | flags;
    wire.args_data_size = before;
    wire.filename_size = 7;
    wire.cwd_size = 5;
    wire.cgroup_size = 3;
    wire.args_size = static_cast<std::uint16_t>(args.size());
    WireBytes bytes;
    return bytes.add(wire).add_text("/bin/ls").add_text("/root").add_text("grp").add_text(args);
  }

  static WireBytes data(std::uint64_t sequence, std::uint32_t offset, std::string_view text) {
    wire_data wire{};
    wire.head = head_of(WIRE_DATA, sequence);
    wire.self = wire_key(10, 500);
    wire.offset = offset;
    wire.size = static_cast<std::uint32_t>(text.size());
    WireBytes bytes;
    return bytes.add(wire).add_text(text);
  }

  static WireBytes hook(std::uint64_t sequence, std::uint8_t flags = 0) {
    wire_hook wire{};
    wire.head = head_of(WIRE_HOOK, sequence, 900);
    wire.self = wire_key(10, 500);
    wire.parent = wire_key(9, 400);
    wire.call = 77;
    wire.tid = 12;
    wire.policy_id = 3;
    wire.hook_index = 1;
    wire.generation = 9;
    wire.action = WIRE_ACTION_SIGKILL;
    wire.flags = flags;
    WireBytes bytes;
    return bytes.add(wire).add_value({0, WIRE_VALUE_STRING, 0, 0, 0}, "eth0");
  }

  static WireBytes returned(std::uint64_t sequence, wire_action action, std::uint8_t flags) {
    wire_hook wire{};
    wire.head = head_of(WIRE_RETURN, sequence, 950);
    wire.self = wire_key(10, 500);
    wire.call = 77;
    wire.tid = 12;
    wire.policy_id = 3;
    wire.hook_index = 1;
    wire.generation = 4;
    wire.action = static_cast<std::uint8_t>(action);
    wire.flags = flags;
    WireBytes bytes;
    return bytes.add(wire).add_value({0, WIRE_VALUE_INTEGER, 0, 0, 0},
                                     as_text(std::uint64_t{0xfffffff7}));
  }

  HookMap hooks;
  std::vector<event::Record> seen;
  Decoder decoder{hooks, [this](event::Record&& record) { seen.push_back(std::move(record)); }};
};

TEST_F(DecoderTest, ABufferGoesOnInPieces) {
  event::HookInfo info;
  info.arguments.push_back({schema::ArgType::char_buf, "", 2});
  hooks.publish({4, 1, 9}, std::make_shared<const event::HookInfo>(info));
  const auto piece = [&](std::uint64_t sequence, std::uint32_t offset, std::string_view text) {
    wire_rest wire{};
    wire.head = head_of(WIRE_REST, sequence);
    wire.call = 77;
    wire.tid = 12;
    wire.policy_id = 4;
    wire.hook_index = 1;
    wire.slot = 2;
    wire.offset = offset;
    wire.size = static_cast<std::uint32_t>(text.size());
    feed(WireBytes().add(wire).add_text(text));
  };
  const auto buffer = [&](std::uint64_t sequence, std::uint32_t rest_size) {
    wire_hook wire{};
    wire.head = head_of(WIRE_HOOK, sequence);
    wire.call = 77;
    wire.tid = 12;
    wire.policy_id = 4;
    wire.hook_index = 1;
    wire.generation = 9;
    const wire_bytes head{.original_size = 9, .rest_size = rest_size, .pad = 0};
    WireBytes bytes;
    feed(bytes.add(wire).add_value({2, WIRE_VALUE_BYTES, WIRE_VALUE_TRUNCATED, 0, 0},
                                   std::string(as_text(head)) + "abc"));
    return std::get<event::BytesValue>(
        std::get<event::HookRecord>(seen.back()).arguments.at(0).value);
  };
  piece(0, 0, "defg");
  piece(1, 4, "hi");
  EXPECT_EQ(buffer(2, 6).bytes, "abcdefghi");
  EXPECT_FALSE(buffer(3, 0).bytes.ends_with("i")) << "they are of one record";
  piece(4, 0, "defg");
  EXPECT_TRUE(buffer(6, 6).truncated) << "one was lost";
  EXPECT_EQ(decoder.counters().malformed, 0u);
}

TEST_F(DecoderTest, Fork) {
  wire_fork wire{};
  wire.head = head_of(WIRE_FORK, 0, 300);
  wire.self = wire_key(10, 300);
  wire.parent = wire_key(9, 200);
  wire.auid = 5;
  feed(WireBytes().add(wire));
  const auto& fork = record<event::ForkRecord>(0);
  EXPECT_EQ(fork.ktime_ns, 300u);
  EXPECT_EQ(fork.self, (event::ExecKey{10, 300}));
  EXPECT_EQ(fork.parent, (event::ExecKey{9, 200}));
  EXPECT_EQ(fork.auid, 5u);
}

TEST_F(DecoderTest, Exec) {
  feed(exec(0, std::string_view("a\0b", 3)));
  const auto& exec = record<event::ExecRecord>(0);
  EXPECT_EQ(exec.filename, "/bin/ls");
  EXPECT_EQ(exec.cwd, "/root");
  EXPECT_EQ(exec.cgroup, "grp");
  EXPECT_EQ(exec.argv, std::string("a\0b", 3));
  EXPECT_EQ(exec.euid, 33u);
  EXPECT_EQ(to_string(exec.flags), "execve clone");
}

TEST_F(DecoderTest, ExecInAFolderThatIsGone) {
  feed(exec(0, "", 0, WIRE_PROCESS_DELETED_CWD));
  const auto& exec = record<event::ExecRecord>(0);
  EXPECT_EQ(exec.cwd, "/root (deleted)");
  EXPECT_EQ(to_string(exec.flags), "execve clone");
}

TEST_F(DecoderTest, ExecWithALongArgv) {
  feed(data(0, 0, "one"));
  feed(data(1, 3, "two"));
  feed(exec(2, "three", 6));
  EXPECT_EQ(record<event::ExecRecord>(0).argv, "onetwothree");
}

TEST_F(DecoderTest, ExecWithAPieceLostSaysSo) {
  feed(data(0, 0, "one"));
  feed(exec(2, "three", 6));
  EXPECT_EQ(record<event::ExecRecord>(0).argv, "one");
  EXPECT_EQ(to_string(record<event::ExecRecord>(0).flags), "execve truncArgs errorArgs clone");
  EXPECT_EQ(decoder.counters().lost_arguments, 1u);
}

TEST_F(DecoderTest, Exit) {
  wire_exit wire{};
  wire.head = head_of(WIRE_EXIT, 0, 700);
  wire.self = wire_key(10, 500);
  wire.exit_code = 0x0300;
  feed(WireBytes().add(wire));
  EXPECT_EQ(record<event::ExitRecord>(0).exit_code, 0x0300u);
}

TEST_F(DecoderTest, Hook) {
  feed(hook(0, WIRE_HOOK_PROCESS_UNKNOWN));
  const auto& hook = record<event::HookRecord>(0);
  EXPECT_EQ(hook.info->policy, "p");
  EXPECT_EQ(hook.tid, 12u);
  EXPECT_TRUE(hook.process_unknown);
  EXPECT_EQ(hook.action, schema::ActionKind::sigkill);
  EXPECT_EQ(hook.arguments.at(0).label, "name");
  EXPECT_EQ(std::get<std::string>(hook.arguments.at(0).value), "eth0");
}

TEST_F(DecoderTest, HookAndReturnFromDifferentRings) {
  feed(returned(0, WIRE_ACTION_SIGNAL, 0), Ring::events);
  EXPECT_TRUE(seen.empty());
  feed(hook(0, WIRE_HOOK_AWAITS_RETURN));
  const auto& joined = record<event::HookRecord>(0);
  ASSERT_TRUE(joined.returned);
  EXPECT_EQ(static_cast<std::int64_t>(std::get<std::uint64_t>(joined.returned->value)), -9);
  EXPECT_EQ(joined.action, schema::ActionKind::sigkill);
  EXPECT_EQ(joined.return_action, schema::ActionKind::signal);
}

TEST_F(DecoderTest, AHookThatItsReturnRejectsIsNotTold) {
  feed(hook(0, WIRE_HOOK_AWAITS_RETURN));
  feed(returned(1, WIRE_ACTION_POST, WIRE_HOOK_REJECTED));
  EXPECT_TRUE(seen.empty());
  decoder.tick(UINT64_MAX);
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(decoder.counters().entries_without_return, 0u);
}

TEST_F(DecoderTest, AHookNobodyKnowsIsCounted) {
  hooks.publish({3, 1, 9}, nullptr);
  feed(hook(0));
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(decoder.counters().unknown_hook, 1u);
}

TEST_F(DecoderTest, LossIsToldPerRing) {
  feed(exec(4, ""), Ring::process);
  feed(hook(2), Ring::events);
  seen.clear();
  decoder.tick(1000);
  decoder.tick(2000);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(record<event::Loss>(0).ring, Ring::process);
  EXPECT_EQ(record<event::Loss>(0).records, 4u);
  EXPECT_EQ(record<event::Loss>(1).records, 2u);
  EXPECT_EQ(decoder.counters().missing_process, 4u);
  EXPECT_EQ(decoder.counters().missing_events, 2u);
}

// A counter never says more than was told, and never goes back.
TEST_F(DecoderTest, WhatIsCountedAsLostIsWhatWasTold) {
  feed(hook(4), Ring::events);
  decoder.tick(1000);
  EXPECT_EQ(decoder.counters().missing_events, 0u) << "a gap may still fill";
  decoder.tick(2000);
  EXPECT_EQ(decoder.counters().missing_events, 4u);
  feed(hook(1), Ring::events);
  decoder.tick(3000);
  EXPECT_EQ(decoder.counters().missing_events, 4u);
}

TEST_F(DecoderTest, TheRingMayGiveMoreThanTheRecord) {
  auto bytes = exec(0, "a").record();
  bytes.resize(bytes.size() + 100);
  decoder.feed(Ring::process, bytes);
  EXPECT_EQ(record<event::ExecRecord>(0).argv, "a");
}

TEST_F(DecoderTest, AnUnknownKindIsCountedAndItsNumberUsed) {
  auto head = head_of(WIRE_FORK, 0);
  head.kind = 999;
  feed(WireBytes().add(head));
  feed(exec(1, ""));
  EXPECT_EQ(decoder.counters().unknown_kind, 1u);
  decoder.tick(1);
  decoder.tick(2);
  EXPECT_EQ(seen.size(), 1u);
}

}  // namespace
}  // namespace vigil::decode
