// vigil-swap-test: an open that a policy denies never succeeds while the hook's program
// is swapped again and again, and succeeds before the hook is there and after it has gone.
#include <bpf/bpf.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/compile/codegen/hook_program.h"
#include "engine/loader/bpf_kernel.h"
#include "tests/kernel/programs.h"

namespace vigil::testing {
namespace {

constexpr const char* secret = "/run/vigil-swap-test";

int passed = 0, failed = 0;

void check(bool holds, std::string_view what) {
  fmt::print("{} {}\n", holds ? "ok  " : "FAIL", what);
  std::fflush(stdout);
  ++(holds ? passed : failed);
}

enum class Opened { yes, denied, try_again, otherwise };

Opened open_secret() {
  int fd = open(secret, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    close(fd);
    return Opened::yes;
  }
  if (errno == EPERM) return Opened::denied;
  return errno == EAGAIN ? Opened::try_again : Opened::otherwise;
}

// A chain of nodes: the path and nothing else.
plan::TrieClassifier exactly(std::string_view text) {
  plan::TrieClassifier trie;
  trie.nodes.resize(text.size() + 1);
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    trie.nodes[i].child_count = 1;
    trie.nodes[i].first_child = i + 1;
    trie.nodes[i + 1].byte = static_cast<std::uint8_t>(text[i]);
  }
  trie.nodes.back().row_exact = 1;
  return trie;
}

plan::HookPlan deny_secret(std::uint16_t generation) {
  plan::HookPlan plan;
  plan.key = {schema::Mechanism::lsm, "file_open"};
  plan.generation = generation;
  plan.slots.push_back({.type = schema::ArgType::file, .raw = 0});
  plan.rows = {plan::Row::none(1), plan::Row::all(1)};
  plan.dimensions.push_back(
      {.field = plan::Field::value, .slot = 0, .row_none = 0, .classifier = exactly(secret)});
  plan.rules.push_back({.policy_id = 1,
                        .policy_slot = 0,
                        .reported = schema::ActionKind::override,
                        .post = false,
                        .overrides = true,
                        .error = -EPERM,
                        .hook_refuses = true});
  return plan;
}

// Tries until told to stop.
struct Attempts {
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> denied = 0, opened = 0, otherwise = 0;

  void run() {
    while (!stop) {
      switch (open_secret()) {
        case Opened::yes: ++opened; break;
        case Opened::denied: ++denied; break;
        case Opened::try_again:
        case Opened::otherwise: ++otherwise; break;
      }
    }
  }
};

bool install(loader::Kernel& kernel, std::uint16_t generation) {
  auto report =
      kernel.change({.hooks = {{codegen::generate(deny_secret(generation))}}, .removed = {}});
  if (!report) fmt::print("{}\n", report.error().message());
  return report.has_value();
}

void swap_under_attempts(loader::Kernel& kernel, int swaps) {
  Attempts attempts;
  std::thread thread([&] { attempts.run(); });
  auto begin = std::chrono::steady_clock::now();
  int done = 0;
  while (done < swaps && install(kernel, static_cast<std::uint16_t>(done + 1))) ++done;
  std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  attempts.stop = true;
  thread.join();
  fmt::print("{} swaps in {:.0f} ms, {} opens denied, {} allowed, {} failed otherwise\n", done,
             took.count(), attempts.denied.load(), attempts.opened.load(),
             attempts.otherwise.load());
  check(done == swaps, "every swap was done");
  check(attempts.denied > 0, "opens were tried meanwhile");
  check(attempts.opened == 0 && attempts.otherwise == 0, "every open was denied");
}

// Every frame becomes busy, or free: what a crowd of nested hits would do.
void set_frames_busy(std::uint32_t busy) {
  const UniqueFd frames = map_named("frames");
  bpf_map_info info{};
  std::uint32_t size = sizeof info;
  bpf_obj_get_info_by_fd(frames.get(), &info, &size);
  std::vector<std::uint8_t> frame(info.value_size);
  for (std::uint32_t key = 0; key < info.max_entries; ++key) {
    bpf_map_lookup_elem(frames.get(), &key, frame.data());
    std::memcpy(frame.data(), &busy, sizeof busy);
    bpf_map_update_elem(frames.get(), &key, frame.data(), BPF_ANY);
  }
}

void run_without_frames(loader::Kernel& kernel) {
  set_frames_busy(1);
  const Opened enforced = open_secret();
  const bool monitors = kernel.set_policy_mode(0, schema::PolicyMode::monitor).has_value();
  const Opened monitored = open_secret();
  kernel.set_policy_mode(0, schema::PolicyMode::enforce).value();
  set_frames_busy(0);
  check(enforced == Opened::try_again, "without a frame the open has to be tried again");
  check(monitors && monitored == Opened::yes, "but not in monitor mode");
  check(kernel.counters().no_frame >= 2, "both were counted");
  check(open_secret() == Opened::denied, "with frames it is denied again");
}

void run(loader::Kernel& kernel, int swaps) {
  check(open_secret() == Opened::yes, "the file opens before the hook is there");
  if (!install(kernel, 0)) return check(false, "the hook is installed");
  check(open_secret() == Opened::denied, "the file does not open with the hook");
  swap_under_attempts(kernel, swaps);
  check(kernel.set_policy_mode(0, schema::PolicyMode::monitor).has_value() &&
            open_secret() == Opened::yes,
        "the file opens in monitor mode");
  check(kernel.set_policy_mode(0, schema::PolicyMode::enforce).has_value() &&
            open_secret() == Opened::denied,
        "and not in enforce mode");
  auto counters = kernel.selector_counters({.policy_id = 1, .hook_index = 0, .selector = 0});
  check(counters && counters->override > 0 && counters->monitor_override == 1,
        "its selector counted both");
  run_without_frames(kernel);
  check(kernel.change({.hooks = {}, .removed = {deny_secret(0).key}}).has_value() &&
            open_secret() == Opened::yes,
        "the file opens when the hook has gone");
  check(kernel.counters().empty_slot == 0, "no call met an empty slot");
}

int main(int swaps) {
  auto kernel = loader::make_bpf_kernel({});
  if (!kernel) {
    fmt::print("{}\n0 passed, 1 failed\n", kernel.error().message());
    return 1;
  }
  close(open(secret, O_CREAT | O_RDONLY | O_CLOEXEC, 0600));
  auto started = (*kernel)->start();
  if (!started) fmt::print("{}\n", started.error().message());
  check(started.has_value(), "the base programs are attached");
  if (started) {
    check((*kernel)->reset_policy(0, schema::PolicyMode::enforce).has_value(),
          "the policy has a slot");
    run(**kernel, swaps);
  }
  (*kernel)->stop();
  unlink(secret);
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace vigil::testing

int main(int count, char** arguments) {
  constexpr int swaps = 50;
  return vigil::testing::main(count > 1 ? std::atoi(arguments[1]) : swaps);
}
