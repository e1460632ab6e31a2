// Walks a program's tables as the kernel side does, from their bytes alone.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "engine/compile/codegen/hook_program.h"
#include "kernel/include/runtime_abi.h"
#include "tests/support/reference.h"

namespace vigil::testing {

template <typename Element>
std::vector<Element> elements(const codegen::HookProgram& program, std::string_view table) {
  for (const codegen::Table& each : program.tables) {
    if (each.name != table) continue;
    std::vector<Element> elements(each.bytes.size() / sizeof(Element));
    std::memcpy(elements.data(), each.bytes.data(), each.bytes.size());
    return elements;
  }
  return {};
}

class TableWalk {
 public:
  explicit TableWalk(const codegen::HookProgram& program);

  const vg_conf& conf() const { return conf_; }
  // The row of a dimension for what it looks at: `row_words` words of rules, exact.
  std::vector<std::uint64_t> row(std::uint32_t dimension, const Looked& looked) const;
  // The same of one that is an automaton.
  std::vector<std::uint64_t> workload_row(std::uint32_t dimension, const Looked& looked) const;
  std::vector<std::uint64_t> substring_row(std::uint32_t dimension, const Looked& looked) const;
  // The summary of a row in the table.
  std::uint64_t summary(std::uint32_t row) const;
  // The name gate's answer.
  bool name_may_match(std::string_view name) const;
  // Whether every row's summary says what its words say.
  bool summaries_agree() const;

 private:
  std::vector<std::uint64_t> words(std::uint32_t row) const;
  std::uint32_t trie_row(const vg_dimension& dimension, std::string_view text) const;
  std::uint32_t range_row(const vg_dimension& dimension, std::uint64_t value) const;
  std::uint32_t address_row(const vg_dimension& dimension, const IpAddress& address) const;
  std::vector<std::uint64_t> bits_row(const vg_dimension& dimension, const Looked& looked) const;

  vg_conf conf_;
  std::vector<vg_slot> slots_;
  std::vector<vg_dimension> dimensions_;
  std::vector<vg_trie_node> trie_;
  std::vector<vg_bound> bounds_;
  std::vector<vg_bound6> bounds6_;
  std::vector<std::uint64_t> rows_;
};

}  // namespace vigil::testing
