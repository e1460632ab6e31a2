#include "engine/compile/check/digests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

#include "engine/schema/codes.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

struct Form {
  std::string_view prefix;
  DigestKind kind;
  std::size_t digits;  // 0: any number of bytes
};

constexpr Form forms[] = {
    {"sha1:", DigestKind::sha1, 40},        {"sha256:", DigestKind::sha256, 64},
    {"sha384:", DigestKind::sha384, 96},    {"sha512:", DigestKind::sha512, 128},
    {"build-id:", DigestKind::build_id, 0},
};

struct Digest {
  DigestKind kind = DigestKind::sha256;
  std::string digits;  // lower case
};

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool are_digits(std::string_view text, std::size_t wanted) {
  const bool fits = wanted == 0 ? !text.empty() && text.size() % 2 == 0 : text.size() == wanted;
  return fits && std::ranges::all_of(text, is_hex);
}

std::optional<Digest> parse(std::string_view text) {
  for (const Form& form : forms) {
    if (!text.starts_with(form.prefix)) continue;
    text.remove_prefix(form.prefix.size());
    if (!are_digits(text, form.digits)) return std::nullopt;
    Digest digest{.kind = form.kind, .digits = std::string(text)};
    std::ranges::transform(digest.digits, digest.digits.begin(), lower);
    return digest;
  }
  return std::nullopt;
}

// No answer: a mistake was reported.
std::optional<bool> is_of(const policy::Text& written, const CodeFile& file,
                          Diagnostics& diagnostics) {
  if (!written.readable) return std::nullopt;
  const auto digest = parse(written.value);
  if (!digest) {
    diagnostics.error(code::bad_value.code, written.span,
                      fmt::format("'{}' is not a digest", written.value),
                      "write sha1:, sha256:, sha384:, sha512: or build-id: and all of its "
                      "hexadecimal digits");
    return std::nullopt;
  }
  const auto found = file.digest(digest->kind);
  if (found) return *found == digest->digits;
  diagnostics.error(
      code::no_code.code, written.span,
      fmt::format("the file's own digest cannot be computed: {}", found.error().message()));
  return std::nullopt;
}

}  // namespace

Verdict verify(const std::vector<policy::Text>& digests, const CodeFile& file,
               Diagnostics& diagnostics) {
  bool any = digests.empty();
  bool known = true;
  for (const policy::Text& digest : digests) {
    const auto answer = is_of(digest, file, diagnostics);
    any |= answer.value_or(false);
    known &= answer.has_value();
  }
  if (!known) return Verdict::unknown;
  return any ? Verdict::accepted : Verdict::rejected;
}

}  // namespace vigil::check
