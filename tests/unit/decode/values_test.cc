#include "engine/stream/decode/values.h"

#include <gtest/gtest.h>

#include "tests/unit/decode/wire_bytes.h"

namespace vigil::decode {
namespace {

using schema::ArgType;

event::HookInfo info_of(std::initializer_list<ArgType> types) {
  event::HookInfo info;
  std::uint8_t slot = 0;
  for (ArgType type : types)
    info.arguments.push_back({type, "", type == ArgType::nop ? std::uint8_t{255} : slot++});
  return info;
}

wire_value head(std::uint8_t slot, wire_value_kind kind, std::uint8_t flags = 0) {
  return {slot, static_cast<std::uint8_t>(kind), flags, 0, 0};
}

std::string no_rest(std::uint8_t, std::uint32_t) { return {}; }

// The only value of a record.
event::Value one(ArgType type, wire_value value, std::string_view body) {
  WireBytes bytes;
  bytes.add_value(value, body);
  auto values = take_values(ByteCursor(bytes.bytes()), info_of({type}), 0, no_rest);
  EXPECT_EQ(values.arguments.size(), 1u);
  return values.arguments.at(0).value;
}

bool is_error(const event::Value& value) {
  return std::holds_alternative<event::ErrorValue>(value);
}

event::PathValue path_of(std::uint32_t flags, std::uint16_t mode, std::string_view text) {
  const wire_path path{flags, mode, 0};
  std::string body(as_text(path));
  body += text;
  return std::get<event::PathValue>(one(ArgType::file, head(0, WIRE_VALUE_PATH), body));
}

TEST(Values, IntegersAreCutToTheirType) {
  auto integer = [](ArgType type, std::uint64_t raw) {
    return std::get<std::uint64_t>(integer_value(type, raw));
  };
  EXPECT_EQ(static_cast<std::int64_t>(integer(ArgType::int8, 0xff80)), -128);
  EXPECT_EQ(static_cast<std::int64_t>(integer(ArgType::int16, 0x8000)), -32768);
  EXPECT_EQ(static_cast<std::int64_t>(integer(ArgType::int32, 0xfffffff0)), -16);
  EXPECT_EQ(integer(ArgType::uint8, 0x1f0), 0xf0u);
  EXPECT_EQ(integer(ArgType::uint16, 0x10001), 1u);
  EXPECT_EQ(integer(ArgType::uint32, ~0ull), 0xffffffffu);
  EXPECT_EQ(integer(ArgType::size, ~0ull), ~0ull);
  EXPECT_TRUE(is_error(integer_value(ArgType::string, 1)));
}

TEST(Values, StacksAreThoseThatTheSelectorShows) {
  const std::uint64_t addresses[] = {0xffffffff81000109, 0xffffffff81000210};
  WireBytes bytes;
  bytes.add_value(head(0, WIRE_VALUE_STACK), as_text(addresses));
  bytes.add_value(head(1, WIRE_VALUE_STACK, WIRE_VALUE_TRUNCATED), as_text(addresses[0]));
  event::HookInfo info;
  info.stacks = {{}, {.kernel = 0, .user = 1}, {.kernel = 2}};
  EXPECT_TRUE(take_values(ByteCursor(bytes.bytes()), info, 0, no_rest).stacks.kernel.empty());
  const Values both = take_values(ByteCursor(bytes.bytes()), info, 1, no_rest);
  ASSERT_EQ(both.stacks.kernel.size(), 2u);
  EXPECT_EQ(both.stacks.kernel[1].address, addresses[1]);
  EXPECT_EQ(both.stacks.user.size(), 1u);
  EXPECT_EQ(both.cut_stacks, 1u);
  EXPECT_FALSE(both.malformed);
  EXPECT_TRUE(take_values(ByteCursor(bytes.bytes()), info, 2, no_rest).malformed)
      << "it has no such slot";
  EXPECT_TRUE(take_values(ByteCursor(bytes.bytes()), info, 3, no_rest).stacks.kernel.empty());
}

TEST(Values, AStackMayBeUnreadableOrOfAnotherKind) {
  WireBytes bytes;
  bytes.add_value(head(0, WIRE_VALUE_STACK, WIRE_VALUE_ERROR), "");
  bytes.add_value(head(1, WIRE_VALUE_STRING), "/etc/shadow and more");
  bytes.add_value(head(2, WIRE_VALUE_STACK), "seven b");
  event::HookInfo info;
  info.stacks = {{.kernel = 0}, {.user = 1}, {.user = 2}};
  EXPECT_EQ(take_values(ByteCursor(bytes.bytes()), info, 0, no_rest).cut_stacks, 1u);
  EXPECT_TRUE(take_values(ByteCursor(bytes.bytes()), info, 1, no_rest).malformed);
  EXPECT_TRUE(take_values(ByteCursor(bytes.bytes()), info, 2, no_rest).stacks.user.empty());
}

TEST(Values, ComeInThePolicysOrderWithoutNop) {
  WireBytes bytes;
  const std::uint64_t number = 42;
  bytes.add_value(head(1, WIRE_VALUE_INTEGER), as_text(number));
  bytes.add_value(head(0, WIRE_VALUE_STRING), "abc");
  const auto values =
      take_values(ByteCursor(bytes.bytes()),
                  info_of({ArgType::string, ArgType::nop, ArgType::uint64}), 0, no_rest);
  ASSERT_EQ(values.arguments.size(), 2u);
  EXPECT_FALSE(values.malformed);
  EXPECT_EQ(std::get<std::string>(values.arguments[0].value), "abc");
  EXPECT_EQ(std::get<std::uint64_t>(values.arguments[1].value), 42u);
}

TEST(Values, OfAListSayWhichFunctionItWas) {
  WireBytes bytes;
  const std::uint64_t number = 42, function = 1;
  bytes.add_value(head(0, WIRE_VALUE_INTEGER), as_text(number));
  bytes.add_value(head(1, WIRE_VALUE_INTEGER), as_text(function));
  event::HookInfo info = info_of({ArgType::uint64});
  info.functions = {"__x64_sys_dup", "__x64_sys_dup2"};
  EXPECT_EQ(take_values(ByteCursor(bytes.bytes()), info, 0, no_rest).function, 0u)
      << "it has no such slot";
  info.function_slot = 1;
  const auto values = take_values(ByteCursor(bytes.bytes()), info, 0, no_rest);
  EXPECT_EQ(values.function, 1u);
  EXPECT_EQ(values.arguments.size(), 1u);
  EXPECT_EQ(take_values(ByteCursor({}), info, 0, no_rest).function, 0u);
}

TEST(Values, OneSlotMayBeShownTwice) {
  WireBytes bytes;
  bytes.add_value(head(0, WIRE_VALUE_STRING), "abc");
  auto info = info_of({ArgType::string, ArgType::string});
  info.arguments[1].slot = 0;
  EXPECT_EQ(take_values(ByteCursor(bytes.bytes()), info, 0, no_rest).arguments.size(), 2u);
}

TEST(Values, Paths) {
  EXPECT_EQ(path_of(0, 0100640, "/etc/shadow").path, "/etc/shadow");
  EXPECT_EQ(path_of(0, 0100640, "/x").permission, "-rw-r-----");
  EXPECT_EQ(path_of(0, 0041777, "/tmp").permission, "drwxrwxrwt");
  EXPECT_EQ(path_of(0, 0104755, "/su").permission, "-rwsr-xr-x");
  EXPECT_EQ(path_of(0, 0102644, "/x").permission, "-rw-r-Sr--");
  EXPECT_EQ(path_of(0, 0120777, "/l").permission, "lrwxrwxrwx");
  EXPECT_EQ(path_of(WIRE_PATH_NO_MODE, 0100644, "/new").permission, "---------");
  EXPECT_EQ(path_of(WIRE_PATH_DELETED, 0100644, "/gone").path, "/gone (deleted)");
  EXPECT_TRUE(path_of(WIRE_PATH_UNRESOLVED, 0100644, "/part").unresolved);
}

TEST(Values, Bytes) {
  const wire_bytes original{.original_size = 6000, .rest_size = 0, .pad = 0};
  const std::string body = std::string(as_text(original)) + std::string("a\0b", 3);
  const auto value = std::get<event::BytesValue>(
      one(ArgType::char_buf, head(0, WIRE_VALUE_BYTES, WIRE_VALUE_TRUNCATED), body));
  EXPECT_EQ(value.bytes, std::string("a\0b", 3));
  EXPECT_EQ(value.original_size, 6000u);
  EXPECT_TRUE(value.truncated);
}

TEST(Values, SocketsAndAddresses) {
  wire_sock sock{};
  sock.family = 2;
  sock.destination_port = 443;
  sock.destination[0] = 10;
  const auto value =
      std::get<event::SockValue>(one(ArgType::socket, head(0, WIRE_VALUE_SOCK), as_text(sock)));
  EXPECT_EQ(value.destination_port, 443);
  EXPECT_EQ(value.destination[0], 10);
  wire_sockaddr address{};
  address.port = 53;
  address.read_as = 2;
  const auto unspecified = std::get<event::SockaddrValue>(
      one(ArgType::sockaddr, head(0, WIRE_VALUE_SOCKADDR), as_text(address)));
  EXPECT_EQ(unspecified.port, 53);
  EXPECT_EQ(unspecified.family, 0);
  EXPECT_EQ(unspecified.read_as, 2);
}

TEST(Values, PacketsAndUnixAddresses) {
  wire_skb skb{};
  skb.length = 50;
  skb.family = 2;
  skb.destination_port = 53;
  skb.destination[0] = 10;
  const auto packet =
      std::get<event::SkbValue>(one(ArgType::skb, head(0, WIRE_VALUE_SKB), as_text(skb)));
  EXPECT_EQ(packet.length, 50u);
  EXPECT_EQ(packet.destination_port, 53);
  EXPECT_EQ(packet.destination[0], 10);
  const wire_sockaddr_un address{1, {}};
  const auto unix_address =
      std::get<event::UnixAddressValue>(one(ArgType::sockaddr_un, head(0, WIRE_VALUE_SOCKADDR_UN),
                                            std::string(as_text(address)) + "/run/x"));
  EXPECT_EQ(unix_address.family, 1);
  EXPECT_EQ(unix_address.path, "/run/x");
}

TEST(Values, KernelObjects) {
  wire_bpf_prog prog{1, 2, "demo"};
  const auto program = std::get<event::BpfProgValue>(
      one(ArgType::bpf_attr, head(0, WIRE_VALUE_BPF_PROG), as_text(prog)));
  EXPECT_EQ(program.type, 1u);
  EXPECT_EQ(program.instructions, 2u);
  EXPECT_EQ(program.name, "demo");
  wire_bpf_map map{2, 4, 8, 3, {}};
  std::fill(std::begin(map.name), std::end(map.name), 'm');
  const auto shown = std::get<event::BpfMapValue>(
      one(ArgType::bpf_map, head(0, WIRE_VALUE_BPF_MAP), as_text(map)));
  EXPECT_EQ(shown.max_entries, 3u);
  EXPECT_EQ(shown.name, std::string(16, 'm')) << "no terminator";
  const wire_perf_event perf{6, 0, 1, 4};
  const auto event = std::get<event::PerfEventValue>(one(
      ArgType::perf_event, head(0, WIRE_VALUE_PERF_EVENT), std::string(as_text(perf)) + "do_exit"));
  EXPECT_EQ(event.function, "do_exit");
  EXPECT_EQ(event.probe_offset, 4u);
  const wire_module loading{4096, WIRE_MODULE_LOADING, 0};
  const auto module = std::get<event::ModuleValue>(
      one(ArgType::load_info, head(0, WIRE_VALUE_MODULE), std::string(as_text(loading)) + "evil"));
  EXPECT_EQ(module.name, "evil");
  EXPECT_EQ(module.taints, 4096u);
  EXPECT_EQ(module.signature_ok, false);
  const wire_module live{};
  EXPECT_FALSE(std::get<event::ModuleValue>(
                   one(ArgType::kernel_module, head(0, WIRE_VALUE_MODULE), as_text(live)))
                   .signature_ok);
  const wire_user_ns ns{1, 2, 3, 4};
  EXPECT_EQ(std::get<event::UserNsValue>(
                one(ArgType::user_namespace, head(0, WIRE_VALUE_USER_NS), as_text(ns)))
                .inum,
            4u);
}

TEST(Values, Credentials) {
  wire_cred cred{};
  cred.euid = 1000;
  cred.effective = 1ull << 40;
  cred.user_ns.inum = 7;
  const auto value =
      std::get<event::CredValue>(one(ArgType::cred, head(0, WIRE_VALUE_CRED), as_text(cred)));
  EXPECT_EQ(value.euid, 1000u);
  EXPECT_EQ(value.effective, 1ull << 40);
  EXPECT_EQ(value.user_ns.inum, 7u);
}

TEST(Values, WhatTheKernelCouldNotReadIsAnError) {
  EXPECT_TRUE(is_error(one(ArgType::string, head(0, WIRE_VALUE_STRING, WIRE_VALUE_ERROR), "")));
}

TEST(Values, TooShortAnotherTypeOrAbsentIsAnError) {
  EXPECT_TRUE(is_error(one(ArgType::uint64, head(0, WIRE_VALUE_INTEGER), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::file, head(0, WIRE_VALUE_PATH), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::cred, head(0, WIRE_VALUE_CRED), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::skb, head(0, WIRE_VALUE_SKB), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::sockaddr_un, head(0, WIRE_VALUE_SOCKADDR_UN), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::bpf_prog, head(0, WIRE_VALUE_BPF_PROG), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::bpf_map, head(0, WIRE_VALUE_BPF_MAP), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::perf_event, head(0, WIRE_VALUE_PERF_EVENT), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::load_info, head(0, WIRE_VALUE_MODULE), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::user_namespace, head(0, WIRE_VALUE_USER_NS), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::cred, head(0, WIRE_VALUE_STRING), "1234")));
  EXPECT_TRUE(is_error(one(ArgType::string, head(1, WIRE_VALUE_STRING), "1234")));
}

TEST(Values, ABrokenTailDoesNotCostWhatStandsBefore) {
  WireBytes bytes;
  bytes.add_value(head(0, WIRE_VALUE_STRING), "abc");
  bytes.add(wire_value{1, WIRE_VALUE_STRING, 0, 0, 1u << 30});
  const auto values = take_values(ByteCursor(bytes.bytes()),
                                  info_of({ArgType::string, ArgType::string}), 0, no_rest);
  EXPECT_TRUE(values.malformed);
  EXPECT_EQ(std::get<std::string>(values.arguments[0].value), "abc");
  EXPECT_TRUE(is_error(values.arguments[1].value));
}

}  // namespace
}  // namespace vigil::decode
