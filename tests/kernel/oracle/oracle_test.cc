// vigil-oracle: random policies, planned, generated and loaded as always, run by the kernel with
// random arguments in several processes. What it decides must be what tests/support/reference.h
// says. A failure names the seed: vigil-oracle --seed N runs that one alone.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "engine/compile/plan/hook_limits.h"
#include "tests/kernel/oracle/comparison.h"
#include "tests/kernel/oracle/fixed_cases.h"
#include "tests/support/random_policies.h"

namespace vigil::testing {
namespace {

constexpr std::size_t kernel_memory_bytes = 4u << 20;
const std::filesystem::path place = "/tmp/vigil-oracle";

struct Options {
  std::uint32_t first_seed = 1;
  std::uint32_t programs = 200;
  std::uint32_t inputs = 120;                // of each
  std::optional<std::chrono::seconds> time;  // instead of a number of programs
};

std::optional<Options> parse(int count, char** words) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view word = words[i];
    const auto number = static_cast<std::uint32_t>(std::strtoul(words[i + 1], nullptr, 10));
    if (word == "--seed") {
      options.first_seed = number;
      options.programs = 1;
    } else if (word == "--from") {
      options.first_seed = number;
    } else if (word == "--programs") {
      options.programs = number;
    } else if (word == "--inputs") {
      options.inputs = number;
    } else if (word == "--seconds") {
      options.time = std::chrono::seconds(number);
    } else {
      return std::nullopt;
    }
  }
  if (count % 2 == 0) return std::nullopt;
  return options;
}

std::string name_of(int fd) {
  char name[PATH_MAX];
  const ssize_t size = readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), name, sizeof name);
  return {name, size < 0 ? 0 : static_cast<std::size_t>(size)};
}

// Open in all workers at the same number, out of the way of theirs.
std::map<std::string, int> open_files() {
  constexpr int lowest = 100;
  std::vector<int> fds;
  for (const char* name : {"ab", "a", "b.pem", "\x80\xff", "aa/b"}) {
    std::filesystem::create_directories((place / name).parent_path());
    fds.push_back(open((place / name).c_str(), O_CREAT | O_RDWR, 0600));
  }
  int ends[2];
  if (pipe(ends) == 0) {
    fds.push_back(ends[0]);  // inserted as a range, g++ 14 thinks that it may overflow
    fds.push_back(ends[1]);
  }
  fds.push_back(socket(AF_UNIX, SOCK_STREAM, 0));
  fds.push_back(open("/", O_RDONLY | O_DIRECTORY));
  std::map<std::string, int> descriptors;
  for (const int fd : fds) {
    const int moved = fcntl(fd, F_DUPFD, lowest);
    descriptors.emplace(name_of(moved), moved);
    close(fd);
  }
  return descriptors;
}

// Another name of this program.
Result<void> make_program_at(const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  const std::filesystem::path first = place / "program";
  std::error_code error;
  if (!exists(first)) std::filesystem::copy_file("/proc/self/exe", first, error);
  std::filesystem::create_hard_link(first, path, error);
  if (error) return Error(fmt::format("{}: {}", path.string(), error.message()));
  return {};
}

Result<std::vector<Worker>> start_workers(const std::vector<WorkerPlace>& places,
                                          const ExchangeMemory& memory, const RingFds& rings) {
  std::vector<Worker> workers;
  for (const WorkerPlace& each : places) {
    TRY_VOID(make_program_at(each.binary));
    TRY(Worker worker, Worker::start(each, memory, rings));
    workers.push_back(std::move(worker));
  }
  return workers;
}

// Some are there before the base programs are.
Result<std::vector<Worker>> all_workers(Machine& machine, const ExchangeMemory& memory) {
  TRY(const RingFds rings, machine.rings());
  const std::string bin = place / "bin";
  const std::string deep = bin + "/" + std::string(200, 'd') + "/" + std::string(100, 'e');
  TRY(std::vector<Worker> workers,
      start_workers({{.binary = bin + "/old"},
                     {.binary = bin + "/aab", .own_pid_namespace = true, .forks_between = 1},
                     {.binary = deep + "/old"}},
                    memory, rings));
  TRY_VOID(machine.attach());
  TRY(std::vector<Worker> later,
      start_workers({{.binary = bin + "/ab", .forks_between = 2},
                     {.binary = bin + "/\x80\xff"},
                     {.binary = deep + "/a"},
                     {.binary = bin + "/a", .own_pid_namespace = true},
                     {.binary = bin + "/b", .own_pid_namespace = true, .forks_between = 3}},
                    memory, rings));
  for (Worker& worker : later) workers.push_back(std::move(worker));
  return workers;
}

Result<Comparison> make_comparison() {
  std::filesystem::remove_all(place);
  std::filesystem::create_directories(place);
  TRY(ExchangeMemory memory, ExchangeMemory::make());
  const std::map<std::string, int> files = open_files();
  TRY(Machine machine, Machine::make());
  TRY(std::vector<Worker> workers, all_workers(machine, memory));
  TRY(KernelMemory kernel, KernelMemory::make(kernel_memory_bytes));
  TRY(StructLayouts layouts, StructLayouts::load());
  Arguments arguments(std::move(kernel), std::move(layouts), (*memory).user, files);
  return Comparison(std::move(machine), std::move(memory), std::move(workers), std::move(arguments),
                    files);
}

// Small hooks often; a row of one word and of two, a block of one word and of two now and then.
RandomPolicies::Size size_of(std::uint32_t seed) {
  if (seed % 100 == 50) return {.policies = 300, .selectors = 4096};
  if (seed % 100 == 0) return {.policies = 300, .selectors = 4097};
  switch (seed % 10) {
    case 0: return {.policies = 40, .selectors = 64};
    case 1: return {.policies = 40, .selectors = 65};
    case 2: return {.policies = 150, .selectors = {}};
    case 3: return {.policies = 20, .selectors = {}};
    case 4:
    case 5: return {.policies = 7, .selectors = {}};
    default: return {.policies = 1 + seed % 3, .selectors = {}};
  }
}

Result<void> try_seed(Comparison& comparison, std::uint32_t seed, std::uint32_t inputs) {
  RandomPolicies random(seed, size_of(seed), comparison.world());
  const Question question{.key = random.key(),
                          .policies = random.loaded(),
                          .follow_sets = random.follow_sets(),
                          .workload_sets = random.workload_sets(),
                          .workloads = random.workloads(),
                          .parameters = random.parameters(),
                          .next_event = [&] { return random.event(); }};
  return comparison.run(question, inputs);
}

Result<void> try_fixed(Comparison& comparison, const FixedCase& fixed) {
  constexpr std::uint32_t times = 1;
  const Question question{.key = {schema::Mechanism::lsm, "file_open"},
                          .policies = {{&fixed.policy, 1, 0}},
                          .follow_sets = {},
                          .workload_sets = {},
                          .workloads = {plan::workload_of_host},
                          .parameters = fixed.parameters,
                          .next_event = [&] { return fixed.event; }};
  return comparison.run(question, times);
}

// Prints as it goes.
struct Tally {
  std::uint32_t passed = 0, failed = 0;

  void add(const std::string& name, const Result<void>& agreed) {
    ++(agreed ? passed : failed);
    if (!agreed) fmt::print("{}: {}\n", name, agreed.error().message());
    std::fflush(stdout);
  }
};

void try_all(Comparison& comparison, const Options& options, Tally& tally) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  for (const FixedCase& fixed : fixed_cases()) tally.add(fixed.name, try_fixed(comparison, fixed));
  const auto goes_on = [&](std::uint32_t done) {
    return options.time ? Clock::now() - start < *options.time : done < options.programs;
  };
  for (std::uint32_t i = 0; goes_on(i); ++i) {
    const std::uint32_t seed = options.first_seed + i;
    tally.add(fmt::format("seed {}", seed), try_seed(comparison, seed, options.inputs));
  }
  comparison.print_summary();
  fmt::print("{:.0f} s\n", std::chrono::duration<double>(Clock::now() - start).count());
}

int main(int count, char** words) {
  const auto options = parse(count, words);
  if (!options) {
    fmt::print(stderr,
               "usage: vigil-oracle [--seed N | --from N] [--programs N | --seconds N] "
               "[--inputs N]\n");
    return 2;
  }
  auto comparison = make_comparison();
  if (!comparison) {
    fmt::print("{}\n0 passed, 1 failed\n", comparison.error().message());
    return 1;
  }
  Tally tally;
  try_all(*comparison, *options, tally);
  fmt::print("{} passed, {} failed\n", tally.passed, tally.failed);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace vigil::testing

int main(int count, char** words) {
  if (count == 2 && words[1] == std::string_view(vigil::testing::worker_argument))
    return vigil::testing::worker_main();
  return vigil::testing::main(count, words);
}
