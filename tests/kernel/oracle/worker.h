// Workers: processes of this program under other names, ids and ancestors that run loaded programs,
// so that those see them as the process that triggered the hook.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/schema/process_values.h"

namespace vigil::testing {

// One run of a program.
struct Job {
  std::uint64_t arguments[12];
  // what came of it
  std::int32_t error;  // of the run itself
  std::int32_t verdict;
  std::uint32_t signals;  // bit n: signal n came
};

// A record of a hook that reached a ring.
struct Hit {
  std::uint32_t job;
  std::uint32_t policy_id;
  std::uint16_t hook_index;
  std::uint16_t selector;
  std::uint8_t action;  // enum wire_action
  std::uint8_t flags;   // enum wire_hook_flags
  std::uint8_t ring;    // enum wire_ring
};

// Memory that everybody has, at the same address.
struct Exchange {
  static constexpr std::size_t most_jobs = 256, most_hits = 1 << 17, user_bytes = 1 << 20;

  std::uint32_t jobs;
  std::uint32_t hits;
  std::uint32_t hits_lost;  // no room for them here
  Job job[most_jobs];
  Hit hit[most_hits];
  std::byte user[user_bytes];
};

struct RingFds {
  int process = -1, events = -1;
};

// The exchange of this process, and of the workers that it starts from now on.
class ExchangeMemory {
 public:
  static Result<ExchangeMemory> make();
  Exchange& operator*() const { return *exchange_; }
  int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
  Exchange* exchange_ = nullptr;
};

// Who the worker is to be.
struct WorkerPlace {
  std::string binary;
  bool own_pid_namespace = false;
  unsigned forks_between = 0;  // processes between it and us
};

class Worker {
 public:
  static Result<Worker> start(const WorkerPlace& place, const ExchangeMemory& memory,
                              const RingFds& rings);
  Worker(Worker&&) = default;
  Worker& operator=(Worker&&) = default;

  // Runs the program for each job of the exchange, in order.
  Result<void> run(int program);

  // As /proc tells.
  struct Relative {
    std::uint32_t tgid = 0;
    std::uint32_t ns_tgid = 0;  // 0: in the first pid namespace
    std::string binary;         // empty: it has none
  };
  using Values = std::array<std::optional<std::uint64_t>, schema::process_value_count>;
  const std::string& binary() const { return ancestors_.front().binary; }
  std::uint32_t tgid() const { return ancestors_.front().tgid; }
  std::uint32_t ns_tgid() const { return ancestors_.front().ns_tgid; }
  // Itself first, then its parent, up to the first process of all.
  const std::vector<Relative>& ancestors() const { return ancestors_; }
  // By schema::ProcessValue.
  const Values& values() const { return values_; }

 private:
  Worker() = default;
  Result<void> look_at(pid_t pid);

  UniqueFd socket_;  // when it closes, the worker ends
  std::vector<Relative> ancestors_;
  Values values_{};
};

// What main() does when this is its argument.
inline constexpr const char* worker_argument = "--worker";
int worker_main();

}  // namespace vigil::testing
