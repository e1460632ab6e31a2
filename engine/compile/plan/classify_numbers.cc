#include <algorithm>
#include <limits>
#include <optional>

#include "engine/compile/plan/classify.h"

namespace vigil::plan {
namespace {

__extension__ using Number128 = unsigned __int128;

// From `at` on, a term's interval holds one time more or less.
enum class Edge : std::uint8_t { enter, leave };
template <typename Number>
struct Step {
  Number at = 0;
  std::uint32_t term = 0;
  Edge edge = Edge::enter;
};

template <typename Number>
void add_interval(std::vector<Step<Number>>& steps, std::uint32_t term, Number first, Number last,
                  Number greatest) {
  steps.push_back({first, term, Edge::enter});
  if (last != greatest) steps.push_back({Number(last + 1), term, Edge::leave});
}

// Calls found(from, row) for every stretch of numbers with one row, from 0 upwards.
template <typename Number, typename Found>
void sweep_numbers(std::vector<Step<Number>> steps, RowSweep sweep, Found found) {
  std::ranges::sort(steps, {}, &Step<Number>::at);
  std::optional<RowId> before;
  Number from = 0;
  for (std::size_t i = 0;;) {
    for (; i < steps.size() && steps[i].at == from; ++i) {
      steps[i].edge == Edge::enter ? sweep.enter(steps[i].term) : sweep.leave(steps[i].term);
    }
    if (before != sweep.row()) found(from, *(before = sweep.row()));
    if (i == steps.size()) return;
    from = steps[i].at;
  }
}

Number128 number_of(const check::AddressPrefix& prefix, std::size_t bytes) {
  Number128 number = 0;
  for (std::size_t i = 0; i < bytes; ++i) number = number << 8 | prefix.bytes[i];
  return number;
}

// ::ffff:a.b.c.d is an IPv4 address to the kernel side, so its prefixes are too.
check::AddressPrefix unmapped(const check::AddressPrefix& prefix) {
  constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool is_mapped = prefix.is_ipv6 && prefix.length >= 96 &&
                         std::equal(mapped.begin(), mapped.end(), prefix.bytes.begin());
  if (!is_mapped) return prefix;
  check::AddressPrefix ipv4{
      .is_ipv6 = false, .bytes = {}, .length = std::uint8_t(prefix.length - 96)};
  std::copy(prefix.bytes.begin() + 12, prefix.bytes.end(), ipv4.bytes.begin());
  return ipv4;
}

// Numbers of `bits` bits that begin with the prefix.
struct PrefixInterval {
  Number128 first = 0;
  Number128 last = 0;
};
PrefixInterval interval_of(const check::AddressPrefix& prefix, unsigned bits) {
  const Number128 all = ~Number128{0} >> (128 - bits);
  const Number128 host = prefix.length >= bits ? Number128{0} : all >> prefix.length;
  const Number128 first = number_of(prefix, bits / 8) & ~host;
  return {first, first | host};
}

constexpr std::uint64_t top_bit = std::uint64_t{1} << 63;

}  // namespace

RangeClassifier classify_numbers(const Conditions<RangeTest>& conditions, NumberOrder order,
                                 RowTable& rows) {
  const bool is_signed = order == NumberOrder::signed_numbers;
  const std::uint64_t flip = is_signed ? top_bit : 0;
  std::vector<Step<std::uint64_t>> steps;
  for (std::uint32_t term = 0; term < conditions.tests.size(); ++term) {
    for (const check::IntegerRange& range : conditions.tests[term]) {
      add_interval(steps, term, range.first ^ flip, range.last ^ flip,
                   std::numeric_limits<std::uint64_t>::max());
    }
  }
  RangeClassifier classifier{.is_signed = is_signed, .bounds = {}};
  sweep_numbers(std::move(steps), RowSweep(rows, conditions.terms),
                [&](std::uint64_t from, RowId row) { classifier.bounds.push_back({from, row}); });
  return classifier;
}

AddressClassifier classify_addresses(const Conditions<AddressTest>& conditions, RowTable& rows) {
  std::vector<Step<std::uint64_t>> ipv4;
  std::vector<Step<Number128>> ipv6;
  for (std::uint32_t term = 0; term < conditions.tests.size(); ++term) {
    for (const check::AddressPrefix& written : *conditions.tests[term]) {
      const check::AddressPrefix prefix = unmapped(written);
      const auto [first, last] = interval_of(prefix, prefix.is_ipv6 ? 128 : 32);
      if (prefix.is_ipv6) {
        add_interval(ipv6, term, first, last, ~Number128{0});
      } else {
        add_interval<std::uint64_t>(ipv4, term, std::uint64_t(first), std::uint64_t(last),
                                    0xffffffff);
      }
    }
  }
  const RowSweep sweep(rows, conditions.terms);
  AddressClassifier classifier;
  sweep_numbers(std::move(ipv4), sweep,
                [&](std::uint64_t from, RowId row) { classifier.ipv4.push_back({from, row}); });
  sweep_numbers(std::move(ipv6), sweep, [&](Number128 from, RowId row) {
    classifier.ipv6.push_back({std::uint64_t(from >> 64), std::uint64_t(from), row});
  });
  return classifier;
}

BitClassifier classify_bits(const Conditions<BitTest>& conditions, Sense sense, BitWidth width,
                            RowTable& rows) {
  const bool none_of = sense == Sense::negated;
  const std::size_t bits = static_cast<std::size_t>(width);
  const Row start =
      none_of ? Row::all(rows.rules()) : indifferent_rules(rows.rules(), conditions.terms);
  std::vector<Row> by_bit(bits, start);
  for (std::size_t i = 0; i < conditions.terms.size(); ++i) {
    const std::uint32_t rule = conditions.terms[i].rule;
    for (std::size_t bit = 0; bit < bits; ++bit) {
      if ((conditions.tests[i][bit / 64] >> (bit % 64) & 1) == 0) continue;
      none_of ? by_bit[bit].clear(rule) : by_bit[bit].set(rule);
    }
  }
  BitClassifier classifier{.none_of = none_of, .rows = {}};
  const RowId first = rows.append(by_bit);
  for (std::size_t bit = 0; bit < bits; ++bit) classifier.rows.push_back(first + RowId(bit));
  return classifier;
}

}  // namespace vigil::plan
