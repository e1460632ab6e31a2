#include "engine/compile/plan/rows.h"

namespace vigil::plan {
namespace {

std::uint64_t hash_of(const Row& row) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::uint64_t word : row.words()) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

RowId RowTable::intern(const Row& row) {
  const std::uint64_t hash = hash_of(row);
  auto [first, last] = by_hash_.equal_range(hash);
  for (; first != last; ++first) {
    if (rows_[first->second] == row) return first->second;
  }
  const RowId id = append({&row, 1});
  by_hash_.emplace(hash, id);
  return id;
}

Row RowTable::either(RowId id, const Row& other) const {
  Row both = other;
  if (overflowed_) return both;
  for (std::size_t rule = 0; rule < rules_; ++rule) {
    if (rows_[id].test(rule)) both.set(rule);
  }
  return both;
}

RowId RowTable::append(std::span<const Row> rows) {
  const RowId first = static_cast<RowId>(rows_.size());
  if (rows_.size() + rows.size() > most_rows_) {
    overflowed_ = true;
    return 0;
  }
  rows_.insert(rows_.end(), rows.begin(), rows.end());
  return first;
}

Row indifferent_rules(std::size_t rules, std::span<const Term> terms) {
  Row row = Row::all(rules);
  for (const Term& term : terms) row.clear(term.rule);
  return row;
}

RowSweep::RowSweep(RowTable& table, std::span<const Term> terms)
    : table_(table),
      terms_(terms.begin(), terms.end()),
      hits_(terms.size()),
      failing_(table.rules()),
      current_(Row::all(table.rules())) {
  for (const Term& term : terms) {
    if (term.sense == Sense::negated) continue;
    ++failing_[term.rule];
    current_.clear(term.rule);
  }
}

void RowSweep::enter(std::uint32_t term) {
  if (hits_[term]++ != 0) return;
  const auto [rule, sense] = terms_[term];
  sense == Sense::plain ? satisfy(rule) : fail(rule);
}

void RowSweep::leave(std::uint32_t term) {
  if (--hits_[term] != 0) return;
  const auto [rule, sense] = terms_[term];
  sense == Sense::plain ? fail(rule) : satisfy(rule);
}

void RowSweep::satisfy(std::uint32_t rule) {
  if (--failing_[rule] == 0) flip(rule);
}

void RowSweep::fail(std::uint32_t rule) {
  if (failing_[rule]++ == 0) flip(rule);
}

void RowSweep::flip(std::uint32_t rule) {
  current_.flip(rule);
  id_.reset();
}

RowId RowSweep::row() {
  if (!id_) id_ = table_.intern(current_);
  return *id_;
}

}  // namespace vigil::plan
