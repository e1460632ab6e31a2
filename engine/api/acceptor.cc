#include "engine/api/acceptor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

namespace vigil::api {
namespace {

// So many are taken in before those that ended are looked at.
constexpr int turn = 64;
constexpr std::size_t ended_at_once = 256;
// For descriptors and memory to come back; clients wait meanwhile.
constexpr int rest_ms = 100;
constexpr auto between_complaints = std::chrono::minutes(1);
constexpr std::size_t network_bytes = 8;

// Connections have it from the socket that they came by; one that is no TCP socket knows neither.
void tune(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &keepalive_patience_ms,
               sizeof keepalive_patience_ms);
}

std::string text_of(int family, const void* address) {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(family, address, text, sizeof text);
  return text;
}

// Whoever has one IPv6 address has all of its /64.
Origin origin_of(in6_addr address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) return text_of(AF_INET, &address.s6_addr[12]);
  std::memset(&address.s6_addr[network_bytes], 0, sizeof address - network_bytes);
  return text_of(AF_INET6, &address) + "/64";
}

// None when the client has gone already.
std::optional<Origin> origin_of(int connection) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(connection, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return {};
  switch (peer.ss_family) {
    case AF_INET: return text_of(AF_INET, &reinterpret_cast<const sockaddr_in*>(&peer)->sin_addr);
    case AF_INET6: return origin_of(reinterpret_cast<const sockaddr_in6*>(&peer)->sin6_addr);
    default: return Origin();
  }
}

}  // namespace

Acceptor::Acceptor(Entrance entrance, TakeConnection take)
    : entrance_(std::move(entrance)),
      take_(std::move(take)),
      admission_(entrance_.limits),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      ends_(::epoll_create1(EPOLL_CLOEXEC)),
      awaited_{{stop_.get(), POLLIN, 0}, {ends_.get(), POLLIN, 0}} {
  for (const auto& socket : entrance_.sockets) {
    tune(socket.get());
    awaited_.push_back({socket.get(), POLLIN, 0});
  }
}

Result<std::unique_ptr<Acceptor>> Acceptor::start(Entrance entrance, TakeConnection take) {
  std::unique_ptr<Acceptor> acceptor(new Acceptor(std::move(entrance), std::move(take)));
  if (!acceptor->stop_ || !acceptor->ends_) return Error::from_errno("accepting connections");
  acceptor->thread_ = std::thread([&acceptor = *acceptor] { acceptor.run(); });
  return acceptor;
}

Acceptor::~Acceptor() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) < 0) std::abort();
  thread_.join();
  entrance_.counters.open = 0;
}

void Acceptor::run() {
  for (bool resting = false; wait(resting);) {
    forget_ended();
    resting = false;
    for (const auto& socket : entrance_.sockets)
      if (!take_from(socket.get())) resting = true;
  }
}

// Until there is something to do; false: it is to end.
bool Acceptor::wait(bool resting) {
  const std::size_t besides_sockets = 2;
  ::poll(awaited_.data(), resting ? besides_sockets : awaited_.size(), resting ? rest_ms : -1);
  return awaited_.front().revents == 0;
}

// False: nothing more can be taken in now, whoever it is.
bool Acceptor::take_from(int socket) {
  for (int i = 0; i < turn; ++i) {
    UniqueFd connection(::accept4(socket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (connection) {
      take_in(std::move(connection));
    } else if (errno == EAGAIN) {
      return true;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      complain(Error::from_errno("connections wait").message());
      return false;
    }
  }
  return true;
}

void Acceptor::take_in(UniqueFd connection) {
  const auto from = origin_of(connection.get());
  if (!from) return;
  auto may_enter = admission_.ask(*from);
  if (may_enter) may_enter = watch(connection.get(), *from);
  if (!may_enter) return refuse(may_enter.error().message());
  take_(std::move(connection));
}

Result<void> Acceptor::watch(int connection, const Origin& from) {
  UniqueFd second(::fcntl(connection, F_DUPFD_CLOEXEC, 0));
  if (!second) return Error::from_errno("a second descriptor");
  const int number = second.get();
  // That it hangs up is told unasked.
  epoll_event event{.events = EPOLLET, .data = {.fd = number}};
  if (::epoll_ctl(ends_.get(), EPOLL_CTL_ADD, number, &event) != 0)
    return Error::from_errno("watching it");
  watched_.emplace(number, Watched{std::move(second), from});
  admission_.enter(from);
  entrance_.counters.open = watched_.size();
  return {};
}

void Acceptor::refuse(const std::string& why) {
  const auto refused = ++entrance_.counters.refused;
  complain(fmt::format("connections are refused, {} so far: {}", refused, why));
}

void Acceptor::complain(const std::string& why) {
  const auto now = std::chrono::steady_clock::now();
  if (now < silent_until_) return;
  silent_until_ = now + between_complaints;
  entrance_.complain(why);
}

void Acceptor::forget_ended() {
  std::array<epoll_event, ended_at_once> ended;
  const int count = ::epoll_wait(ends_.get(), ended.data(), ended.size(), 0);
  for (int i = 0; i < count; ++i)
    if ((ended[i].events & EPOLLHUP) != 0) forget(ended[i].data.fd);
}

void Acceptor::forget(int second) {
  // The first keeps it in the set, under a number that is free now.
  ::epoll_ctl(ends_.get(), EPOLL_CTL_DEL, second, nullptr);
  const auto found = watched_.find(second);
  admission_.leave(found->second.from);
  watched_.erase(found);
  entrance_.counters.open = watched_.size();
}

}  // namespace vigil::api
