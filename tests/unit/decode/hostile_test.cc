// Whatever the bytes are, the decoder neither crashes nor reads past them (the address
// sanitizer build sees to the latter).
#include <gtest/gtest.h>

#include <random>

#include "engine/stream/decode/decoder.h"
#include "tests/unit/decode/wire_bytes.h"

namespace vigil::decode {
namespace {

std::vector<std::vector<std::uint8_t>> good_records() {
  std::vector<std::vector<std::uint8_t>> records;
  wire_fork fork{};
  fork.head = head_of(WIRE_FORK, 0);
  records.push_back(WireBytes().add(fork).record());
  wire_exec exec{};
  exec.head = head_of(WIRE_EXEC, 1);
  exec.filename_size = 4;
  exec.args_size = 6;
  exec.args_data_size = 3;
  records.push_back(WireBytes().add(exec).add_text("/bin").add_text("a b\0cd").record());
  wire_exit exit{};
  exit.head = head_of(WIRE_EXIT, 2);
  records.push_back(WireBytes().add(exit).record());
  wire_data data{};
  data.head = head_of(WIRE_DATA, 3);
  data.size = 3;
  records.push_back(WireBytes().add(data).add_text("xyz").record());
  wire_hook hook{};
  hook.head = head_of(WIRE_HOOK, 4);
  hook.flags = WIRE_HOOK_AWAITS_RETURN;
  WireBytes bytes;
  bytes.add(hook).add_value({0, WIRE_VALUE_STRING, 0, 0, 0}, "text");
  bytes.add_value({1, WIRE_VALUE_PATH, 0, 0, 0}, "0123456789");
  bytes.add_value({2, WIRE_VALUE_CRED, 0, 0, 0}, std::string(80, 'c'));
  records.push_back(bytes.record());
  wire_hook returned{};
  returned.head = head_of(WIRE_RETURN, 5);
  WireBytes value;
  value.add(returned).add_value({0, WIRE_VALUE_STRING, 0, 0, 0}, "text");
  records.push_back(value.record());
  wire_rest rest{};
  rest.head = head_of(WIRE_REST, 6);
  rest.slot = 3;
  rest.size = 3;
  records.push_back(WireBytes().add(rest).add_text("xyz").record());
  const wire_bytes whole{.original_size = 9, .rest_size = 3, .pad = 0};
  WireBytes buffer;
  hook.flags = 0;
  hook.head = head_of(WIRE_HOOK, 7);
  buffer.add(hook).add_value({3, WIRE_VALUE_BYTES, WIRE_VALUE_TRUNCATED, 0, 0},
                             std::string(as_text(whole)) + "abcdef");
  records.push_back(buffer.record());
  return records;
}

class HostileTest : public testing::Test {
 protected:
  HostileTest() {
    event::HookInfo info;
    info.arguments.push_back({schema::ArgType::string, "", 0});
    info.arguments.push_back({schema::ArgType::file, "", 1});
    info.arguments.push_back({schema::ArgType::cred, "", 2});
    info.arguments.push_back({schema::ArgType::uint64, "", 200});
    info.arguments.push_back({schema::ArgType::char_buf, "", 3});
    hooks.publish({0, 0, 0}, std::make_shared<const event::HookInfo>(info));
    hooks.publish({0, 0, 0, Half::returned}, std::make_shared<const event::HookInfo>(info));
  }

  // A buffer of exactly this size, so that a byte too far is noticed.
  void feed(std::span<const std::uint8_t> bytes) {
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    decoder.feed(Ring::events, exact);
  }

  HookMap hooks;
  std::uint64_t seen = 0;
  Decoder decoder{hooks, [this](event::Record&&) { ++seen; }};
};

TEST_F(HostileTest, EveryTruncation) {
  for (const auto& record : good_records())
    for (std::size_t size = 0; size < record.size(); ++size) feed(std::span(record).first(size));
  EXPECT_EQ(seen, 0u);
  EXPECT_GT(decoder.counters().malformed, 400u);
}

// The size in the head agrees with what is there, the rest does not.
TEST_F(HostileTest, EveryTruncationThatAdmitsIt) {
  for (auto record : good_records()) {
    while (record.size() > sizeof(wire_head)) {
      record.pop_back();
      const auto size = static_cast<std::uint32_t>(record.size());
      std::memcpy(record.data(), &size, sizeof size);
      feed(record);
    }
  }
  decoder.tick(UINT64_MAX);
}

TEST_F(HostileTest, RandomCorruption) {
  std::mt19937_64 random(20261122);
  const auto records = good_records();
  for (int round = 0; round < 200'000; ++round) {
    auto record = records[random() % records.size()];
    for (std::uint64_t i = random() % 8; i > 0; --i)
      record[random() % record.size()] = static_cast<std::uint8_t>(random());
    feed(record);
    if (round % 1000 == 0) decoder.tick(random());
  }
  decoder.tick(UINT64_MAX);
  decoder.tick(UINT64_MAX);
}

TEST_F(HostileTest, Noise) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::uint8_t> noise(random() % 256);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
    feed(noise);
  }
}

}  // namespace
}  // namespace vigil::decode
