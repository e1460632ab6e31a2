#include "tests/bench/pipeline/recording.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/include/wire.h"
#include "tests/unit/decode/wire_bytes.h"

namespace vigil::bench {
namespace {

using decode::as_text;
using decode::head_of;
using decode::wire_key;
using decode::WireBytes;

constexpr std::uint32_t policy_id = 1;
constexpr std::uint32_t shell_tgid = 1000, first_program_tgid = 2000, first_life_tgid = 100'000;
constexpr std::uint32_t programs = 50;
constexpr std::uint64_t second_ns = 1'000'000'000;

constexpr std::string_view paths[] = {
    "/etc/ssl/certs/ca-certificates.crt",  "/var/lib/postgresql/15/main/base/16384/2619",
    "/usr/lib/x86_64-linux-gnu/libc.so.6", "/srv/www/example.org/htdocs/assets/app-4f2a91c3.js",
    "/home/alice/.ssh/id_ed25519",         "/var/log/nginx/access.log",
};

std::uint64_t ktime_of(std::uint32_t tgid) { return 100 * second_ns + tgid * 1'000ull; }
wire_exec_key key_of(std::uint32_t tgid) { return wire_key(tgid, ktime_of(tgid)); }

// wire_fork and wire_exec name these alike.
template <typename Wire>
Wire task(wire_kind kind, std::uint64_t sequence, std::uint32_t tgid) {
  Wire wire{};
  wire.head = head_of(kind, sequence, ktime_of(tgid));
  wire.self = key_of(tgid);
  wire.parent = key_of(shell_tgid);
  wire.tid = tgid;
  wire.euid = wire.auid = 1000;
  wire.flags = WIRE_PROCESS_EXECVE | WIRE_PROCESS_CLONE;
  return wire;
}

void add_exec(Recording& recording, std::uint64_t sequence, std::uint32_t tgid,
              std::string_view args) {
  constexpr std::string_view filename = "/usr/lib/postgresql/15/bin/postgres",
                             cwd = "/var/lib/postgresql";
  constexpr std::string_view cgroup = "postgresql.service";
  auto wire = task<wire_exec>(WIRE_EXEC, sequence, tgid);
  wire.filename_size = filename.size();
  wire.cwd_size = cwd.size();
  wire.cgroup_size = cgroup.size();
  wire.args_size = static_cast<wire_u16>(args.size());
  WireBytes bytes;
  bytes.add(wire).add_text(filename).add_text(cwd).add_text(cgroup).add_text(args);
  recording.add(decode::Ring::process, bytes.record());
}

void add_open(Recording& recording, std::uint64_t sequence) {
  wire_hook wire{};
  const auto tgid = static_cast<std::uint32_t>(first_program_tgid + sequence % programs);
  wire.head = head_of(WIRE_HOOK, sequence, 200 * second_ns + sequence * 1'237);
  wire.self = key_of(tgid);
  wire.parent = key_of(shell_tgid);
  wire.tid = tgid;
  wire.policy_id = policy_id;
  wire.action = WIRE_ACTION_POST;
  wire.generation = 1;
  const wire_path head{.flags = 0, .mode = 0100644, .pad = 0};
  const std::string path =
      std::string(as_text(head)) + std::string(paths[sequence % std::size(paths)]);
  WireBytes bytes;
  bytes.add(wire).add_value({.slot = 0, .kind = WIRE_VALUE_PATH, .flags = 0, .depth = 0, .size = 0},
                            path);
  recording.add(decode::Ring::events, bytes.record());
}

void add_life(Recording& recording, std::uint64_t number) {
  using namespace std::string_view_literals;
  const auto tgid = static_cast<std::uint32_t>(first_life_tgid + number);
  std::uint64_t sequence = programs + 1 + number * 3;
  recording.add(decode::Ring::process,
                WireBytes().add(task<wire_fork>(WIRE_FORK, sequence++, tgid)).record());
  add_exec(recording, sequence++, tgid, "-c\0echo \"done\" >> /tmp/log"sv);
  wire_exit exit{};
  exit.head = head_of(WIRE_EXIT, sequence, ktime_of(tgid) + 900);
  exit.self = key_of(tgid);
  exit.tid = tgid;
  recording.add(decode::Ring::process, WireBytes().add(exit).record());
}

}  // namespace

void Recording::add(decode::Ring ring, std::span<const std::uint8_t> bytes) {
  records_.push_back({ring, bytes_.size(), bytes.size()});
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void publish_hook(decode::HookMap& hooks) {
  event::HookInfo info;
  info.section = schema::Section::lsmhooks;
  info.policy = "watch-sensitive-files";
  info.function = "file_open";
  info.message = "a sensitive file was opened";
  info.tags = {"observability.filesystem"};
  info.arguments = {{schema::ArgType::file, "file", 0}};
  hooks.publish({policy_id, 0, 1}, std::make_shared<const event::HookInfo>(info));
}

Recording starts() {
  using namespace std::string_view_literals;
  Recording recording;
  std::uint64_t sequence = 0;
  add_exec(recording, sequence++, shell_tgid, "-l"sv);
  for (std::uint32_t i = 0; i < programs; ++i)
    add_exec(
        recording, sequence++, first_program_tgid + i,
        "-D\0/var/lib/postgresql/15/main\0-c\0config_file=/etc/postgresql/15/main/postgresql.conf"sv);
  return recording;
}

Recording opens(std::size_t events) {
  Recording recording;
  for (std::uint64_t i = 0; i < events; ++i) add_open(recording, i);
  return recording;
}

Recording lives(std::size_t events) {
  Recording recording;
  for (std::uint64_t i = 0; i < events / 2; ++i) add_life(recording, i);
  return recording;
}

}  // namespace vigil::bench
