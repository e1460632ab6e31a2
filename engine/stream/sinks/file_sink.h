// Events as JSON lines in a file.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/stream/event/event.h"
#include "engine/stream/event/queue.h"
#include "engine/stream/sinks/encoder.h"

namespace vigil::sinks {

// Has a thread and a bounded queue of its own: a slow or full disk costs this file its
// newest events, which are counted and told as a rate_limit_info line once there is room,
// and delays nobody. A line is never torn: what was begun is finished later.
class FileSink {
 public:
  struct Options {
    std::string path;
    std::string node_name;
    std::size_t queue_events = 10'000;
    std::chrono::milliseconds retry{1'000};
  };
  struct Counters {
    std::uint64_t lines = 0;  // written whole
    std::uint64_t bytes = 0;
    std::uint64_t dropped = 0;   // events that found the queue full, or were still there at the end
    std::uint64_t failures = 0;  // to write, or to open the file anew
  };
  // Called from the sink's thread with the error when writing begins to fail, and with
  // none when it, or opening the file anew, works again; and with an error when events are
  // lost at the end.
  using OnChange = std::function<void(const std::optional<Error>&)>;

  // Appends; a new file is readable by its owner only.
  static Result<std::unique_ptr<FileSink>> open(Options options, OnChange on_change);
  // Writes what is queued, unless writing fails.
  ~FileSink();

  void offer(event::EventPtr event);
  // Until the queue has room, for an offer that should not be dropped.
  void wait_for_room(std::chrono::steady_clock::time_point until);
  // Opens the path anew, after the file was moved away. If that fails, events wait in the
  // queue until it can be opened; the caller alone is told.
  Result<void> reopen();
  Counters counters() const;

 private:
  FileSink(Options options, OnChange on_change, UniqueFd file);

  void run();
  bool is_pressing() const;
  void wait_for_events(std::unique_lock<std::mutex>& lock);
  void collect(std::deque<event::EventPtr>& batch, std::unique_lock<std::mutex>& lock);
  void append_line(const event::Event& event);
  Result<void> write_pending();
  bool flush();
  void forget_whole_lines();
  void give_up();
  std::uint64_t lines_pending() const;
  void set_failing(const std::optional<Error>& error);

  const Options options_;
  const OnChange on_change_;

  mutable std::mutex mutex_;  // of what stands below
  std::condition_variable wake_;
  std::condition_variable room_;
  event::Queue queue_;
  std::uint64_t dropped_untold_ = 0;
  std::optional<UniqueFd> reopened_;  // what takes the place of file_; none if that failed
  bool told_of_reopening_ = false;    // that it failed, which the thread does not know yet
  Counters counters_;
  bool stopping_ = false;
  bool waits_for_event_ = false;

  // The thread's own.
  UniqueFd file_;  // none: the path could not be opened anew
  JsonEncoder encoder_;
  std::string pending_;           // lines not yet written
  std::size_t begun_ = 0;         // bytes of the first that are
  std::uint64_t lines_made_ = 0;  // not yet counted
  bool failing_ = false;
  std::thread thread_;
};

}  // namespace vigil::sinks
