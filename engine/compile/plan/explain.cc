#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "engine/compile/plan/describe.h"
#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/plan.h"

namespace vigil::plan {
namespace {

std::size_t classes_of(const HookPlan& plan, const Dimension& dimension) {
  std::set<RowId> rows;
  const auto add = [&](const auto& bounds) {
    for (const auto& bound : bounds) rows.insert(bound.row);
  };
  if (const auto* trie = std::get_if<TrieClassifier>(&dimension.classifier)) {
    for (const TrieClassifier::Node& node : trie->nodes)
      rows.insert({node.row_prefix, node.row_exact});
  } else if (const auto* ranges = std::get_if<RangeClassifier>(&dimension.classifier)) {
    add(ranges->bounds);
  } else if (const auto* addresses = std::get_if<AddressClassifier>(&dimension.classifier)) {
    add(addresses->ipv4);
    add(addresses->ipv6);
  } else if (const auto* texts = std::get_if<SubstringClassifier>(&dimension.classifier)) {
    for (const TrieClassifier::Node& node : texts->nodes) rows.insert(node.row_exact);
  } else {
    const auto& bits = std::get<BitClassifier>(dimension.classifier);
    const auto less = [&](RowId a, RowId b) {
      return std::ranges::lexicographical_compare(plan.rows[a].words(), plan.rows[b].words());
    };
    std::set<RowId, decltype(less)> distinct(less);
    distinct.insert(bits.rows.begin(), bits.rows.end());
    return distinct.size();
  }
  return rows.size();
}

struct TableSize {
  std::string operator()(const TrieClassifier& trie) const {
    return fmt::format("trie of {} nodes", trie.nodes.size());
  }
  std::string operator()(const RangeClassifier& ranges) const {
    return fmt::format("{} {}ranges", ranges.bounds.size(), ranges.is_signed ? "signed " : "");
  }
  std::string operator()(const AddressClassifier& addresses) const {
    return fmt::format("{} IPv4 and {} IPv6 ranges", addresses.ipv4.size(), addresses.ipv6.size());
  }
  std::string operator()(const SubstringClassifier& texts) const {
    return fmt::format("automaton of {} nodes", texts.nodes.size());
  }
  std::string operator()(const BitClassifier& bits) const {
    return fmt::format("{} bits", bits.rows.size());
  }
};

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::size_t policies_of(const HookPlan& plan) {
  std::set<std::uint32_t> ids;
  for (const Placement& placement : plan.placements) ids.insert(placement.policy_id);
  return ids.size();
}

std::string explain_placements(const HookPlan& plan) {
  std::string text = "  placed here\n";
  for (const Placement& placement : plan.placements) {
    text += fmt::format("    {} hook {} ({}): {}\n", placement.policy, placement.hook_index,
                        place(placement.span), placement.reason);
  }
  return text;
}

std::string explain_dimension(const HookPlan& plan, const Dimension& dimension) {
  const std::size_t lookers = plan.rules.size() - plan.rows[dimension.row_none].count();
  return fmt::format("match {}: {}, {} classes, {} of {} rules look ({})\n",
                     describe(plan, dimension), std::visit(TableSize{}, dimension.classifier),
                     classes_of(plan, dimension), lookers, plan.rules.size(),
                     place(dimension.span));
}

bool is_of_slot(const Dimension& dimension, std::size_t slot) {
  return dimension.field < Field::tgid && dimension.slot == slot;
}

std::size_t reporters_of(const HookPlan& plan, std::size_t slot) {
  return static_cast<std::size_t>(std::ranges::count_if(
      plan.rules, [&](const Rule& rule) { return (rule.shown_slots() >> slot & 1) != 0; }));
}

std::string explain_read(const HookPlan& plan, std::size_t slot) {
  return fmt::format("read value {}: {}, reported by {} of {} rules ({})\n", slot,
                     describe(plan.slots[slot]), reporters_of(plan, slot), plan.rules.size(),
                     place(plan.slots[slot].span));
}

// In the order in which things happen; nothing more happens once no rule is left.
std::string explain_steps(const HookPlan& plan) {
  std::string text = "  steps, until no rule is left\n";
  if (plan.number_gate) {
    text += fmt::format("    gate of value {}: it is a number that a rule can match\n",
                        plan.number_gate->slot);
  }
  if (plan.name_gate) {
    text += fmt::format("    gate of value {}: its name ends like one of {}\n",
                        plan.name_gate->slot, counted(plan.name_gate->ends, "value", "values"));
  }
  std::vector<bool> read(plan.slots.size());
  for (const Dimension& dimension : plan.dimensions) {
    if (is_of_slot(dimension, dimension.slot) && !read[dimension.slot]) {
      read[dimension.slot] = true;
      text += "    " + explain_read(plan, dimension.slot);
    }
    text += "    " + explain_dimension(plan, dimension);
  }
  for (std::size_t slot = 0; slot < plan.slots.size(); ++slot) {
    if (!read[slot] && reporters_of(plan, slot) > 0) text += "    " + explain_read(plan, slot);
  }
  return text;
}

std::string explain_expressions(const HookPlan& plan) {
  std::string text;
  for (const RuleExpression& each : plan.expressions)
    text +=
        fmt::format("    does the expression of rule {} hold? ({})\n", each.rule, place(each.span));
  return text;
}

std::string explain_rules(const HookPlan& plan) {
  std::string text = "  rules, the first of a policy's hook that matches acts\n";
  for (std::size_t i = 0; i < plan.rules.size(); ++i) {
    const Rule& rule = plan.rules[i];
    const auto placed = std::ranges::find_if(plan.placements, [&](const Placement& placement) {
      return placement.policy_id == rule.policy_id && placement.hook_index == rule.hook_index;
    });
    text += fmt::format("    {}: {} hook {} selector {} ({}): {}\n", i, placed->policy,
                        rule.hook_index, rule.selector, place(rule.span), describe(rule));
  }
  return text;
}

}  // namespace

std::string explain(const HookPlan& plan) {
  const std::string part =
      plan.parts == 1 ? "" : fmt::format(", part {} of {}", plan.part + 1, plan.parts);
  std::string text = fmt::format("{}{}: {} of {}, {}, {}, {}\n", to_string(plan.key), part,
                                 counted(plan.rules.size(), "rule", "rules"),
                                 counted(policies_of(plan), "policy", "policies"),
                                 counted(plan.slots.size(), "value", "values"),
                                 counted(plan.dimensions.size(), "dimension", "dimensions"),
                                 counted(plan.rows.size(), "row", "rows"));
  return text + explain_placements(plan) + explain_steps(plan) + explain_expressions(plan) +
         explain_rules(plan);
}

std::string explain_skipped(const check::CheckedPolicy& policy) {
  std::string text;
  for (const check::SkippedHook& hook : policy.skipped_hooks()) {
    text += fmt::format("{}: skipped\n    {} ({}): {}\n", hook.function, policy.name(),
                        place(hook.span), hook.reason);
  }
  return text;
}

}  // namespace vigil::plan
