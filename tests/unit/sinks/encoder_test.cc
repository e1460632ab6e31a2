// The encoders write what protobuf's own classes and proto/json make of the same event.
#include "engine/stream/sinks/encoder.h"
#include "engine/schema/arg_types.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "engine/stream/sinks/encode_argument.h"
#include "proto/json.h"
#include "tests/support/to_proto.h"
#include "tests/unit/sinks/events.h"

namespace vigil::sinks {
namespace {

using schema::ArgType;

// Events of every kind with values that forms have trouble with.
class RandomEvents {
 public:
  event::Event next() {
    switch (below(4)) {
      case 0: return {time(), event::ProcessExec{process(), maybe_process()}};
      case 1:
        return {time(), event::ProcessExit{process(), maybe_process(), one_in(2) ? "" : "SIGKILL",
                                           number<std::uint32_t>()}};
      case 2: return {time(), event::Loss{event::Loss::Ring::events, number<std::uint64_t>()}};
      default: return {time(), hook()};
    }
  }

  event::Argument argument() {
    return {schema::arg_types()[below(schema::arg_types().size())].type, text(),
            value(below(std::variant_size_v<event::Value>))};
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  template <typename Integer>
  Integer number() {
    switch (below(4)) {
      case 0: return 0;
      case 1: return std::numeric_limits<Integer>::max();
      case 2: return static_cast<Integer>(random_() >> below(64));
      default: return static_cast<Integer>(random_());
    }
  }

  event::WallTime time() {
    event::WallTime time = number<event::WallTime>();
    if (one_in(3)) time = sample_time;
    if (one_in(3)) time -= time % 1'000;
    if (one_in(3)) time -= time % 1'000'000;
    return one_in(3) ? time - time % 1'000'000'000 : time;
  }

  // Pieces that need escapes, are no UTF-8, or look like escapes; else plain and of any length.
  std::string text() {
    static constexpr std::string_view pieces[] = {
        "\"",
        "\\",
        "\n",
        "\t",
        "\x01",
        "\x1f",
        "\x7f",
        "\xff",
        "\xc3",
        "é",
        "\xf0\x9f\x9a\x80",
        "\\x41",
        "\\x4",
        "{",
        "[",
        "</script>",
        "\xe2\x80\xa8",
        "\xc2\x80",
    };
    std::string text;
    for (std::size_t i = below(4); i-- > 0;) {
      text += std::string(below(20), 'a');
      if (one_in(2)) text += pieces[below(std::size(pieces))];
      if (one_in(40)) text += static_cast<char>(random_());
      if (one_in(40)) text += '\0';
      if (one_in(40)) text += std::string(below(20'000), 'b');
    }
    return text;
  }

  event::ProcessPtr maybe_process() { return one_in(4) ? nullptr : process(); }

  // Often one that was there before.
  event::ProcessPtr process() {
    if (!processes_.empty() && !one_in(4)) return processes_[below(processes_.size())];
    event::Process process;
    process.exec_id = "bm9kZTox";
    process.parent_exec_id = one_in(2) ? "" : "bm9kZToy";
    process.pid = number<std::uint32_t>();
    process.tid = number<std::uint32_t>();
    process.uid = number<std::uint32_t>();
    process.auid = number<std::uint32_t>();
    process.cwd = text();
    process.binary = text();
    process.arguments = text();
    process.flags = one_in(4) ? "" : "execve clone";
    process.start_time = time();
    process.docker = text();
    process.in_init_tree = one_in(2);
    processes_.push_back(std::make_shared<const event::Process>(std::move(process)));
    if (processes_.size() > 50) processes_.erase(processes_.begin());
    return processes_.back();
  }

  event::HookInfoPtr info() {
    event::HookInfo info;
    info.section = static_cast<schema::Section>(below(6));
    if (one_in(2)) info.subsystem = "sched";
    info.policy = text();
    info.function = text();
    if (one_in(3)) info.functions = {text(), text()};
    info.message = text();
    info.path = text();
    info.provider = text();
    info.offset = number<std::uint64_t>();
    info.ref_ctr_offset = number<std::uint64_t>();
    for (std::size_t i = below(3); i-- > 0;) info.tags.push_back(text());
    return std::make_shared<const event::HookInfo>(std::move(info));
  }

  std::vector<event::StackFrame> frames() {
    std::vector<event::StackFrame> frames;
    for (std::size_t i = below(3); i-- > 0;)
      frames.push_back({number<std::uint64_t>(), number<std::uint64_t>(), text(), text()});
    return frames;
  }

  event::ProcessHook hook() {
    event::ProcessHook hook;
    hook.process = process();
    hook.parent = maybe_process();
    hook.tid = number<std::uint32_t>();
    hook.info = info();
    hook.stacks = {frames(), frames()};
    hook.function = static_cast<std::uint32_t>(below(3));
    for (std::size_t i = below(4); i-- > 0;) hook.arguments.push_back(argument());
    if (one_in(2)) hook.returned = argument();
    hook.action = static_cast<schema::ActionKind>(below(7));
    return hook;
  }

  std::array<std::uint8_t, 16> address() {
    std::array<std::uint8_t, 16> address{};
    if (!one_in(4))
      std::ranges::generate(address, [&] { return static_cast<std::uint8_t>(random_()); });
    return address;
  }
  std::uint16_t family() { return std::array<std::uint16_t, 4>{0, 2, 10, 99}[below(4)]; }

  event::UserNsValue user_ns() {
    return {number<std::int32_t>(), number<std::uint32_t>(), number<std::uint32_t>(),
            number<std::uint32_t>()};
  }

  event::CredValue cred() {
    event::CredValue value;
    for (auto* id : {&value.uid, &value.gid, &value.euid, &value.egid, &value.suid, &value.sgid,
                     &value.fsuid, &value.fsgid, &value.securebits})
      *id = number<std::uint32_t>();
    for (auto* set : {&value.permitted, &value.effective, &value.inheritable})
      *set = number<std::uint64_t>();
    value.user_ns = user_ns();
    return value;
  }

  event::ModuleValue module() {
    event::ModuleValue value{text(), number<std::uint64_t>(), {}};
    if (one_in(2)) value.signature_ok = one_in(2);
    return value;
  }

  event::Value value(std::size_t alternative) {
    switch (alternative) {
      case 0: return event::ErrorValue{one_in(4) ? "" : "Bad address for basic type"};
      case 1: return number<std::uint64_t>();
      case 2: return text();
      case 3: return event::PathValue{text(), one_in(2), one_in(4) ? "" : "-rw-r--r--"};
      case 4:
        return event::SockValue{family(),
                                number<std::uint16_t>(),
                                static_cast<std::uint16_t>(below(20)),
                                static_cast<std::uint16_t>(below(20)),
                                number<std::uint32_t>(),
                                number<std::uint32_t>(),
                                address(),
                                address(),
                                number<std::uint16_t>(),
                                number<std::uint16_t>(),
                                number<std::uint64_t>()};
      case 5: return event::SockaddrValue{family(), number<std::uint16_t>(), address()};
      case 6: return event::BytesValue{text(), number<std::uint64_t>(), one_in(2)};
      case 7: return user_ns();
      case 8: return cred();
      case 9:
        return event::BpfProgValue{static_cast<std::uint32_t>(below(40)), number<std::uint32_t>(),
                                   text()};
      case 10:
        return event::BpfMapValue{static_cast<std::uint32_t>(below(40)), number<std::uint32_t>(),
                                  number<std::uint32_t>(), number<std::uint32_t>(), text()};
      case 11:
        return event::PerfEventValue{static_cast<std::uint32_t>(below(9)), number<std::uint64_t>(),
                                     number<std::uint64_t>(), text()};
      case 12: return module();
      case 13: return event::UnixAddressValue{family(), text()};
      default:
        return event::SkbValue{number<std::uint32_t>(),
                               number<std::uint32_t>(),
                               number<std::uint32_t>(),
                               number<std::uint32_t>(),
                               family(),
                               number<std::uint8_t>(),
                               address(),
                               address(),
                               number<std::uint16_t>(),
                               number<std::uint16_t>(),
                               number<std::uint32_t>(),
                               number<std::uint32_t>()};
    }
  }

  std::mt19937_64 random_{4};
  std::vector<event::ProcessPtr> processes_;
};

template <typename Encoder>
std::string encoded(Encoder& encoder, const event::Event& event) {
  std::string out;
  encoder.append(event, out);
  return out;
}

TEST(Encoder, JsonIsThatOfTheMessage) {
  RandomEvents events;
  JsonEncoder encoder("n\"1");
  for (int i = 0; i < 20'000; ++i) {
    const event::Event event = events.next();
    ASSERT_EQ(encoded(encoder, event), proto::to_json(to_proto(event, "n\"1"))) << i;
  }
}

TEST(Encoder, BytesAreThoseOfTheMessage) {
  RandomEvents events;
  ProtoEncoder encoder("n1");
  for (int i = 0; i < 20'000; ++i) {
    const event::Event event = events.next();
    tetragon::GetEventsResponse parsed;
    ASSERT_TRUE(parsed.ParseFromString(encoded(encoder, event))) << i;
    ASSERT_EQ(parsed.SerializeAsString(), to_proto(event, "n1").SerializeAsString()) << i;
  }
}

TEST(Encoder, EveryTypeWithEveryValue) {
  for (std::size_t i = 0; i < 2'000; ++i) {
    static RandomEvents events;
    const event::Argument argument = events.argument();
    std::string json = "{";
    JsonForm form(json);
    encode_argument(argument, form);
    ASSERT_EQ(json + "}", proto::to_json(to_proto(argument))) << i;
  }
}

TEST(Encoder, AppendsToALine) {
  JsonEncoder encoder("n1");
  std::string out = "before\n";
  encoder.append(sample_exec(), out);
  EXPECT_EQ(out, "before\n" + proto::to_json(to_proto(sample_exec(), "n1")));
}

}  // namespace
}  // namespace vigil::sinks
