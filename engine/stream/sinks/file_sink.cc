#include "engine/stream/sinks/file_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/clock.h"

namespace vigil::sinks {
namespace {

constexpr std::size_t flush_bytes = 256u << 10;
constexpr auto gather = std::chrono::milliseconds(10);

// A pipe without a reader must not hold us: neither here nor when writing.
Result<UniqueFd> open_file(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600));
  if (!file) return Error::from_errno("opening export file '" + path + "'");
  return file;
}

Error until_it_works(const Error& error) {
  return Error(error.message() +
               "; until it works again events wait, and those that find no room are counted");
}

// A writer that was killed may have left half a line.
bool ends_inside_line(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  char last = '\n';
  return status.st_size > 0 && ::pread(file.get(), &last, 1, status.st_size - 1) == 1 &&
         last != '\n';
}

}  // namespace

Result<std::unique_ptr<FileSink>> FileSink::open(Options options, OnChange on_change) {
  TRY(UniqueFd file, open_file(options.path));
  return std::unique_ptr<FileSink>(
      new FileSink(std::move(options), std::move(on_change), std::move(file)));
}

FileSink::FileSink(Options options, OnChange on_change, UniqueFd file)
    : options_(std::move(options)),
      on_change_(std::move(on_change)),
      queue_({.events = options_.queue_events}),
      file_(std::move(file)),
      encoder_(options_.node_name) {
  if (ends_inside_line(options_.path)) pending_ += '\n';
  thread_ = std::thread([this] { run(); });
}

FileSink::~FileSink() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void FileSink::offer(event::EventPtr event) {
  {
    std::lock_guard lock(mutex_);
    if (!queue_.has_room()) {
      ++counters_.dropped;
      ++dropped_untold_;
      return;
    }
    queue_.push(std::move(event));
    if (!std::exchange(waits_for_event_, false) && !is_pressing()) return;
  }
  wake_.notify_one();
}

void FileSink::wait_for_room(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  room_.wait_until(lock, until, [&] { return queue_.has_room(); });
}

Result<void> FileSink::reopen() {
  auto file = open_file(options_.path);
  {
    std::lock_guard lock(mutex_);
    // Without a file writing fails, and tries to open it; the old one may have lost its name.
    reopened_ = file ? std::move(*file) : UniqueFd();
    if (!file) told_of_reopening_ = true;
  }
  wake_.notify_one();
  if (!file) return until_it_works(file.error());
  return {};
}

FileSink::Counters FileSink::counters() const {
  std::lock_guard lock(mutex_);
  return counters_;
}

// The queue fills faster than it is worth waiting for more.
bool FileSink::is_pressing() const {
  return queue_.size() >= options_.queue_events / 2 || !queue_.has_room();
}

// Waits for something to write, and then a little for more: a wake-up and a write for each
// event would cost more than its line.
void FileSink::wait_for_events(std::unique_lock<std::mutex>& lock) {
  waits_for_event_ = true;
  wake_.wait(lock, [&] { return stopping_ || reopened_ || !queue_.empty() || !pending_.empty(); });
  waits_for_event_ = false;
  wake_.wait_for(lock, gather, [&] { return stopping_ || reopened_ || is_pressing(); });
}

// Takes what is queued. While writing fails it takes nothing, so that the queue, not memory, is
// the limit.
void FileSink::collect(std::deque<event::EventPtr>& batch, std::unique_lock<std::mutex>& lock) {
  if (failing_) {
    wake_.wait_for(lock, options_.retry, [&] { return stopping_ || reopened_; });
  } else {
    wait_for_events(lock);
  }
  if (reopened_) {
    file_ = *std::exchange(reopened_, std::nullopt);
    begun_ = 0;  // the new file gets all of a line whose start is in the old one
  }
  const bool told = std::exchange(told_of_reopening_, false);
  if (failing_) return;
  failing_ = told;  // until a write works, which is then told
  while (!queue_.empty()) batch.push_back(queue_.pop());
  room_.notify_one();
  if (const std::uint64_t dropped = std::exchange(dropped_untold_, 0); dropped > 0)
    batch.push_back(std::make_shared<const event::Event>(
        event::Event{wall_time_ns(), event::Loss{event::Loss::Ring::events, dropped}}));
}

void FileSink::run() {
  for (bool stopping = false; !stopping;) {
    std::deque<event::EventPtr> batch;
    {
      std::unique_lock lock(mutex_);
      collect(batch, lock);
      stopping = stopping_;
    }
    bool written = true;
    for (const auto& event : batch) {
      append_line(*event);
      if (written && pending_.size() >= flush_bytes) written = flush();
    }
    written = written && flush();
    // What arrived between taking the last batch and the order to stop.
    if (stopping && written) {
      std::lock_guard lock(mutex_);
      stopping = queue_.empty();
    }
  }
  give_up();
}

// What could not be written until the end is lost, and says so.
void FileSink::give_up() {
  std::uint64_t lost = 0;
  {
    std::lock_guard lock(mutex_);
    const std::uint64_t unwritten = lines_pending() + queue_.size();
    counters_.dropped += unwritten;
    lost = unwritten + dropped_untold_;
  }
  if (lost > 0 && on_change_)
    on_change_(Error("export file '" + options_.path + "' ends without its last " +
                     std::to_string(lost) + " events"));
}

std::uint64_t FileSink::lines_pending() const {
  return static_cast<std::uint64_t>(std::ranges::count(pending_, '\n'));
}

void FileSink::append_line(const event::Event& event) {
  encoder_.append(event, pending_);
  pending_ += '\n';
  ++lines_made_;
}

Result<void> FileSink::write_pending() {
  if (!file_) {
    TRY(file_, open_file(options_.path));
  }
  while (begun_ < pending_.size()) {
    const ssize_t size = ::write(file_.get(), pending_.data() + begun_, pending_.size() - begun_);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Error::from_errno("writing export file '" + options_.path + "'");
    begun_ += static_cast<std::size_t>(size);
  }
  return {};
}

// False: some of it is still pending, or there is no file.
bool FileSink::flush() {
  const std::size_t start = begun_;
  {
    std::lock_guard lock(mutex_);
    counters_.lines += std::exchange(lines_made_, 0);
  }
  const auto all = write_pending();
  const std::size_t written = begun_ - start;
  forget_whole_lines();
  {
    std::lock_guard lock(mutex_);
    counters_.bytes += written;
    if (!all) {
      ++counters_.failures;
      lines_made_ = lines_pending();
      counters_.lines -= lines_made_;
    }
  }
  if (all)
    set_failing(std::nullopt);
  else
    set_failing(until_it_works(all.error()));
  return all.has_value();
}

// What is left begins with a line that may be written in part.
void FileSink::forget_whole_lines() {
  const std::size_t newline = begun_ == 0 ? pending_.npos : pending_.rfind('\n', begun_ - 1);
  if (newline == pending_.npos) return;
  pending_.erase(0, newline + 1);
  begun_ -= newline + 1;
}

void FileSink::set_failing(const std::optional<Error>& error) {
  const bool fails = error.has_value();
  if (fails != std::exchange(failing_, fails) && on_change_) on_change_(error);
}

}  // namespace vigil::sinks
