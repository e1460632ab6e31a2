// Acceptor: takes connections in for gRPC, whose own listener has no bound for them and, once it
// finds no descriptor free, accepts nobody any more (1.51, iomgr/tcp_server_posix.cc).
#pragma once

#include <poll.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/api/admission.h"
#include "engine/base/fd.h"
#include "engine/base/result.h"

namespace vigil::api {

// Who acknowledges nothing for so long is gone.
constexpr int keepalive_patience_ms = 20'000;

struct ConnectionCounters {
  std::atomic<std::uint64_t> open = 0;
  std::atomic<std::uint64_t> refused = 0;
};

// Where clients come in.
struct Entrance {
  std::vector<UniqueFd> sockets;  // each listens, without blocking
  ConnectionLimits limits;        // each connection costs two descriptors
  ConnectionCounters& counters;
  // Why connections do not come in, on a thread of its own and once a minute at most.
  std::function<void(const std::string& why)> complain;
};

class Acceptor {
 public:
  // Is handed a connection that does not block. It counts until its client has closed it or the new
  // owner has shut it down: who only closes it never ends it.
  using TakeConnection = std::function<void(UniqueFd connection)>;

  static Result<std::unique_ptr<Acceptor>> start(Entrance entrance, TakeConnection take);
  // Nobody else comes in; who is in stays.
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

 private:
  // A second descriptor of a connection outlives the first and so sees its end.
  struct Watched {
    UniqueFd second;
    Origin from;
  };

  Acceptor(Entrance entrance, TakeConnection take);
  void run();
  bool wait(bool resting);
  bool take_from(int socket);
  void take_in(UniqueFd connection);
  Result<void> watch(int connection, const Origin& from);
  void refuse(const std::string& why);
  void complain(const std::string& why);
  void forget_ended();
  void forget(int second);

  Entrance entrance_;
  TakeConnection take_;
  Admission admission_;
  UniqueFd stop_, ends_;
  std::vector<pollfd> awaited_;  // stop_, ends_, the sockets
  std::unordered_map<int, Watched> watched_;
  std::chrono::steady_clock::time_point silent_until_;
  std::thread thread_;  // last: run() uses the others
};

}  // namespace vigil::api
