// A thread that does one job after the other. gRPC's own threads are few and must
// never wait, so slow or frequent work goes here.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace vigil::api {

class WorkQueue {
 public:
  using Job = std::function<void()>;

  WorkQueue();
  // Does what is waiting, then ends.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  void post(Job job);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;  // last: run() uses the others
};

}  // namespace vigil::api
