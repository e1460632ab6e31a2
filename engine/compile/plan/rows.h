// RowTable and RowSweep: how rows come to be, without looking at every rule for
// every class of a dimension.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/compile/plan/hook_plan.h"

namespace vigil::plan {

// A rule's condition on a dimension: it holds where it is hit, a negated one where it is not.
enum class Sense : std::uint8_t { plain, negated };
struct Term {
  std::uint32_t rule = 0;
  Sense sense = Sense::plain;
};

// The rows of a plan; equal ones are stored once.
class RowTable {
 public:
  RowTable(std::size_t rules, std::size_t most_rows) : rules_(rules), most_rows_(most_rows) {}

  std::size_t rules() const { return rules_; }
  // Past the most rows nothing is kept and ids mean nothing: `overflowed` tells.
  bool overflowed() const { return overflowed_; }
  RowId intern(const Row& row);
  // Under consecutive ids, also when equal rows exist. The first one's id.
  RowId append(std::span<const Row> rows);
  // The bits of row `id` and those of `other`.
  Row either(RowId id, const Row& other) const;
  std::vector<Row> take() { return std::move(rows_); }

 private:
  std::size_t rules_;
  std::size_t most_rows_;
  bool overflowed_ = false;
  std::vector<Row> rows_;
  std::unordered_multimap<std::uint64_t, RowId> by_hash_;
};

// Rules that none of `terms` belongs to: all that is known of a value that cannot be read.
Row indifferent_rules(std::size_t rules, std::span<const Term> terms);

// Moves from class to class of a dimension. Entering or leaving what a term asks for
// touches one rule, so a sweep costs what its classes differ by.
class RowSweep {
 public:
  RowSweep(RowTable& table, std::span<const Term> terms);

  // A term may be entered several times; it is hit until left as often.
  void enter(std::uint32_t term);
  void leave(std::uint32_t term);
  // The row of the class the sweep is in.
  RowId row();

 private:
  void satisfy(std::uint32_t rule);
  void fail(std::uint32_t rule);
  void flip(std::uint32_t rule);

  RowTable& table_;
  std::vector<Term> terms_;
  std::vector<std::uint32_t> hits_;     // by term
  std::vector<std::uint32_t> failing_;  // by rule: terms that do not hold
  Row current_;
  std::optional<RowId> id_;  // of current_, until it changes
};

}  // namespace vigil::plan
