#include "engine/compile/check/user_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "engine/base/number.h"
#include "engine/compile/check/digests.h"
#include "engine/compile/check/probe_arguments.h"
#include "engine/schema/codes.h"
#include "engine/schema/similar.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

struct SymbolAndOffset {
  std::string symbol;
  std::uint64_t offset = 0;
};

// "name" or "name+0xoff".
std::optional<SymbolAndOffset> split(const std::string& written) {
  const std::size_t plus = written.rfind('+');
  if (plus == std::string::npos) return SymbolAndOffset{written};
  std::string_view digits = std::string_view(written).substr(plus + 1);
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
    base = 16;
  }
  const auto offset = whole_number<std::uint64_t>(digits, base);
  if (!offset) return std::nullopt;
  return SymbolAndOffset{written.substr(0, plus), *offset};
}

class Finder {
 public:
  Finder(const policy::Hook& hook, const CodeFile& file, Diagnostics& diagnostics)
      : code_(*hook.code), file_(file), diagnostics_(diagnostics) {}

  std::vector<NamedPlace> uprobes() {
    if (!one_way_of_naming() || !counters_fit()) return {};
    for (const policy::Text& symbol : code_.symbols)
      add(symbol.readable ? find(symbol) : std::nullopt, symbol.span, symbol.value, 0);
    for (const policy::Number& offset : code_.offsets)
      add(offset.readable ? as_offset(offset) : std::nullopt, offset.span, "", number(offset));
    for (const policy::Number& address : code_.addresses)
      add(address.readable ? at_address(address) : std::nullopt, address.span, "", number(address));
    return std::move(places_);
  }

  // A probe stands wherever the function around it was inlined.
  std::vector<NamedPlace> usdts() {
    if (!code_.provider.readable || !code_.name.readable) return {};
    for (const StaticProbe& probe : file_.static_probes()) {
      if (probe.provider != code_.provider.value || probe.name != code_.name.value) continue;
      const CodePlace place{.path = code_.path.value,
                            .offset = probe.offset,
                            .ref_ctr_offset = probe.semaphore_offset.value_or(0)};
      places_.push_back({.target = {.function = probe.name,
                                    .prototype = {},
                                    .syscall = nullptr,
                                    .user = UserTarget{place, probe_arguments(probe, file_)}}});
    }
    if (places_.empty()) no_such_probe();
    return std::move(places_);
  }

 private:
  void no_such_probe() {
    std::vector<std::string> known;
    for (const StaticProbe& probe : file_.static_probes())
      known.push_back(probe.provider + ':' + probe.name);
    const std::vector<std::string_view> names(known.begin(), known.end());
    const std::string wanted = code_.provider.value + ':' + code_.name.value;
    diagnostics_.error(code::no_code.code, code_.name.span,
                       fmt::format("'{}' has no static probe '{}'", code_.path.value, wanted),
                       known.empty() ? "it has none at all" : schema::meant_or_all(wanted, names));
  }

  static std::uint64_t number(const policy::Number& written) {
    return static_cast<std::uint64_t>(written.value);
  }

  bool one_way_of_naming() {
    const int ways = static_cast<int>(!code_.symbols.empty()) +
                     static_cast<int>(!code_.offsets.empty()) +
                     static_cast<int>(!code_.addresses.empty());
    if (ways == 1) return true;
    diagnostics_.error(code::missing_key.code, code_.path.span,
                       ways == 0
                           ? "a uprobe needs 'symbols', 'offsets' or 'addrs'"
                           : "a uprobe takes one of 'symbols', 'offsets' and 'addrs', not several",
                       ways == 0 ? "" : "write one uprobe for each");
    return false;
  }

  bool counters_fit() {
    const auto& counters = code_.ref_ctr_offsets;
    const std::size_t named = code_.symbols.size() + code_.offsets.size() + code_.addresses.size();
    if (counters.empty()) return true;
    if (std::ranges::any_of(counters, [](const auto& one) { return !one.readable; })) return false;
    if (counters.size() != named) {
      diagnostics_.error(code::bad_length.code, counters.front().span,
                         fmt::format("{} 'refCtrOffsets' for {} places", counters.size(), named),
                         "write one for each, 0 for none");
      return false;
    }
    for (const policy::Number& counter : counters) {
      if (counter.value == 0 || file_.is_data(number(counter))) continue;
      diagnostics_.error(code::no_code.code, counter.span,
                         fmt::format("{:#x} in '{}' is not loaded as data that can be written",
                                     counter.value, code_.path.value));
      return false;
    }
    return true;
  }

  std::optional<std::uint64_t> find(const policy::Text& written) {
    const auto parts = split(written.value);
    if (!parts || parts->symbol.empty()) {
      diagnostics_.error(code::no_code.code, written.span,
                         fmt::format("'{}' is not a symbol", written.value),
                         "write a name, or a name and an offset such as main+0x10");
      return std::nullopt;
    }
    const auto offsets = file_.functions(parts->symbol);
    if (offsets.size() == 1) return offsets.front() + parts->offset;
    if (offsets.empty()) {
      no_such_function(written, parts->symbol);
    } else {
      several_functions(written, parts->symbol, offsets);
    }
    return std::nullopt;
  }

  void no_such_function(const policy::Text& written, const std::string& symbol) {
    std::vector<std::string_view> near;
    if (diagnostics_.error_count() < schema::max_suggested)
      near = schema::similar(symbol, file_.function_names(), 3);
    diagnostics_.error(code::no_code.code, written.span,
                       fmt::format("'{}' has no function '{}'", code_.path.value, symbol),
                       schema::did_you_mean(near));
  }

  void several_functions(const policy::Text& written, const std::string& symbol,
                         const std::vector<std::uint64_t>& offsets) {
    std::string places;
    for (std::uint64_t offset : offsets)
      places += fmt::format("{}{:#x}", places.empty() ? "" : ", ", offset);
    diagnostics_.error(
        code::no_code.code, written.span,
        fmt::format("'{}' has {} functions '{}'", code_.path.value, offsets.size(), symbol),
        fmt::format("write the one you mean as 'offsets': {}", places));
  }

  static std::optional<std::uint64_t> as_offset(const policy::Number& written) {
    return number(written);
  }

  std::optional<std::uint64_t> at_address(const policy::Number& written) {
    auto offset = file_.offset_of(number(written));
    if (!offset) not_code(written.span, number(written));
    return offset;
  }

  void not_code(const Span& span, std::uint64_t place) {
    diagnostics_.error(code::no_code.code, span,
                       fmt::format("{:#x} in '{}' is not code", place, code_.path.value));
  }

  // In the order in which they are written, which is that of the counters.
  void add(std::optional<std::uint64_t> offset, const Span& span, const std::string& symbol,
           std::uint64_t written_offset) {
    const std::size_t position = taken_++;
    if (!offset) return;
    if (!file_.is_code(*offset)) return not_code(span, symbol.empty() ? written_offset : *offset);
    CodePlace place{
        .path = code_.path.value, .offset = *offset, .verified = !code_.digests.empty()};
    if (!code_.ref_ctr_offsets.empty())
      place.ref_ctr_offset = number(code_.ref_ctr_offsets[position]);
    places_.push_back({.target = {.function = symbol,
                                  .prototype = {},
                                  .syscall = nullptr,
                                  .user = UserTarget{.place = std::move(place), .arguments = {}}},
                       .written_offset = written_offset});
  }

  const policy::UserCode& code_;
  const CodeFile& file_;
  Diagnostics& diagnostics_;
  std::vector<NamedPlace> places_;
  std::size_t taken_ = 0;
};

bool may_be_skipped(const policy::UserCode& written) {
  return written.ignore_other_digest && written.ignore_other_digest->value;
}

void reject(const policy::UserCode& written, const CodeFile& file, Diagnostics& diagnostics) {
  const auto what =
      fmt::format("'{}' has none of the digests in 'binaryDigests'", written.path.value);
  if (may_be_skipped(written)) {
    diagnostics.warning(code::hook_skipped.code, written.path.span,
                        what + ", so this hook is left out",
                        "'ignore.digestVerificationFailure' asks for that");
    return;
  }
  const auto digest = file.digest(DigestKind::sha256);
  diagnostics.error(code::no_code.code, written.path.span, what,
                    digest ? fmt::format("what is there now has sha256:{}", *digest) : "");
}

}  // namespace

FoundPlaces find_places(const policy::Hook& hook, const CodeFiles& files,
                        Diagnostics& diagnostics) {
  const policy::UserCode& written = *hook.code;
  if (!written.path.readable) return {};
  auto file = files.open(written.path.value);
  if (!file) {
    diagnostics.error(code::no_code.code, written.path.span, file.error().message());
    return {};
  }
  switch (verify(written.digests, **file, diagnostics)) {
    case Verdict::accepted: break;
    case Verdict::rejected:
      reject(written, **file, diagnostics);
      return {.file_rejected = may_be_skipped(written)};
    case Verdict::unknown: return {};
  }
  Finder finder(hook, **file, diagnostics);
  return {.all = hook.section == schema::Section::usdts ? finder.usdts() : finder.uprobes()};
}

}  // namespace vigil::check
