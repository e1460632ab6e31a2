#include "engine/daemon/host_port.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "engine/base/number.h"

namespace vigil::daemon {
namespace {

constexpr std::size_t longest_name = 253;
constexpr std::string_view digits_and_dots = "0123456789.";
constexpr std::string_view letters_of_names =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

bool is_address(int family, const std::string& text) {
  in6_addr room{};  // the larger of the two
  return inet_pton(family, text.c_str(), &room) == 1;
}

bool is_host(const std::string& host) {
  const std::string_view name = host;
  if (name.find_first_not_of(digits_and_dots) == std::string_view::npos)
    return is_address(AF_INET, host);
  return name.size() <= longest_name &&
         name.find_first_not_of(letters_of_names) == std::string_view::npos &&
         !name.starts_with('.') && name.find("..") == std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = whole_number<std::uint16_t>(text);
  return port == 0 ? std::nullopt : port;
}

// What stands between the brackets; a zone ("%eth0") may follow the address.
Result<std::string> parse_bracketed(const std::string& host) {
  auto inside = host.substr(1, host.size() - 2);
  if (!host.ends_with(']') || !is_address(AF_INET6, inside.substr(0, inside.find('%'))))
    return Error("no IPv6 address stands in the brackets");
  return inside;
}

Result<std::string> parse_host(const std::string& host) {
  if (host.starts_with('[')) return parse_bracketed(host);
  if (host.find(':') != std::string::npos)
    return Error("an IPv6 address stands in brackets, as in [::1]:9470");
  if (!host.empty() && !is_host(host)) return Error("the host is neither an address nor a name");
  return host;
}

}  // namespace

Result<HostPort> parse_host_port(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return Error(fmt::format("'{}' is not HOST:PORT", text));
  auto host = parse_host(text.substr(0, colon));
  if (!host) return host.error().in(fmt::format("'{}'", text));
  const auto port = parse_port(std::string_view(text).substr(colon + 1));
  if (!port) return Error(fmt::format("'{}': the port is not between 1 and 65535", text));
  return HostPort{std::move(*host), *port};
}

std::string to_string(const HostPort& where) {
  const bool is_v6 = where.host.find(':') != std::string::npos;
  return fmt::format("{}:{}", is_v6 ? "[" + where.host + "]" : where.host, where.port);
}

}  // namespace vigil::daemon
