// Canary: a process of our own, started to see that the kernel tells of its whole life.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>

#include "engine/base/result.h"
#include "engine/daemon/stop.h"
#include "engine/stream/event/record.h"

namespace vigil::daemon {

// Looks at the life cycle records of all processes until one life was seen whole: a
// record may come before anybody knows whose it is.
class LifeWatch {
 public:
  // On the pipeline's thread, from before the process begins.
  void see(const event::Record& record);

  // Until fork, exec and exit of `pid` were seen, or who waits is told to stop; then it looks no
  // more. The error names what did not come.
  Result<void> wait_for(pid_t pid, std::chrono::milliseconds patience,
                        const ToldToStop& told_to_stop);

 private:
  struct Life {
    std::uint32_t ns_tgid = 0;  // where it is not in the initial pid namespace; ours is our child's
    bool fork = false, exec = false, exit = false;
  };

  void note(std::uint32_t tgid, std::uint32_t ns_tgid, bool Life::* step);
  Life life_of(pid_t pid) const;

  std::atomic<bool> looking_{true};
  std::mutex mutex_;
  std::condition_variable news_;
  std::map<std::uint32_t, Life> lives_;  // by tgid
};

// This very program, asked for its version: there is no other that is surely there.
Result<pid_t> start_canary();
// Ends it if it has not ended.
void reap_canary(pid_t pid);

}  // namespace vigil::daemon
