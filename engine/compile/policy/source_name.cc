#include "engine/compile/policy/source_name.h"

#include <fmt/format.h>

#include "engine/compile/policy/parse.h"

namespace vigil::policy {
namespace {

constexpr std::string_view opening = "policy \"";
constexpr std::string_view closing = "\"";
constexpr std::string_view more = " and more";

// Bytes of the name of a source that `text` begins with, when a place follows; else 0.
std::size_t name_bytes(std::string_view text) {
  std::string_view rest = text.substr(opening.size());
  const std::size_t end = rest.find(closing);
  if (end == std::string_view::npos || !is_policy_name(rest.substr(0, end))) return 0;
  rest.remove_prefix(end + closing.size());
  if (rest.starts_with(more)) rest.remove_prefix(more.size());
  return rest.starts_with(':') ? text.size() - rest.size() : 0;
}

}  // namespace

std::string source_name(const std::vector<Policy>& policies) {
  if (policies.empty() || !is_policy_name(policies.front().name.value)) return {};
  return fmt::format("{}{}{}{}", opening, policies.front().name.value, closing,
                     policies.size() > 1 ? more : "");
}

std::string with_file_name(std::string_view text, std::string_view file) {
  std::string out;
  for (;;) {
    const std::size_t at = text.find(opening);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at);
    const std::size_t bytes = name_bytes(text);
    out += bytes > 0 ? file : opening;
    text.remove_prefix(bytes > 0 ? bytes : opening.size());
  }
}

}  // namespace vigil::policy
