#include "engine/compile/policy/workloads.h"

#include <fmt/format.h>

#include "engine/schema/codes.h"
#include "engine/schema/document.h"
#include "engine/schema/similar.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;
using schema::LabelOperator;
using schema::Mapping;

bool takes_values(LabelOperator op) {
  return op == LabelOperator::in || op == LabelOperator::not_in;
}

void read_expression(const Node& node, LabelSelector& selector, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_expression, diagnostics);
  const Text key = reader.required_text("key");
  const Text op = reader.required_text("operator");
  const auto values = reader.texts("values");
  if (!op.readable) return;
  const auto words = schema::label_operator_words();
  const auto* known = schema::find_word(words, op.value);
  if (known == nullptr) {
    diagnostics.error(code::unknown_operator.code, op.span,
                      fmt::format("'{}' is not an operator of labels", op.value),
                      schema::meant_or_all(op.value, schema::spellings(words)));
  } else if (values.empty() == takes_values(*known->value)) {
    diagnostics.error(
        code::bad_value.code, op.span,
        fmt::format("'{}' {}", op.value, values.empty() ? "needs values" : "takes no values"));
  } else if (key.readable) {
    selector.requirements.push_back({.key = key, .op = *known->value, .values = values});
  }
}

void read_labels(const Node& node, LabelSelector& selector, Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::mapping) {
    diagnostics.error(code::wrong_shape.code, node.span, "a mapping of labels is expected here");
    return;
  }
  for (const auto& [key, value] : node.members) {
    const Text label = as_text(*key, diagnostics);
    selector.requirements.push_back(
        {.key = label, .op = LabelOperator::in, .values = {as_text(*value, diagnostics)}});
  }
}

LabelSelector read(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::label_selector, diagnostics);
  LabelSelector selector{.requirements = {}, .span = node.span};
  if (const Node* labels = reader.find("matchLabels")) read_labels(*labels, selector, diagnostics);
  if (const auto* expressions = reader.list("matchExpressions")) {
    for (const NodePtr& expression : *expressions)
      read_expression(*expression, selector, diagnostics);
  }
  return selector;
}

}  // namespace

std::optional<LabelSelector> read_label_selector(const Reader& reader, std::string_view key,
                                                 Diagnostics& diagnostics) {
  const Node* node = reader.find(key);
  return node == nullptr ? std::nullopt : std::optional(read(*node, diagnostics));
}

Workloads read_workloads(const Reader& reader, Diagnostics& diagnostics) {
  Workloads workloads{.pod = read_label_selector(reader, "podSelector", diagnostics),
                      .container = read_label_selector(reader, "containerSelector", diagnostics),
                      .host = read_label_selector(reader, "hostSelector", diagnostics)};
  if (workloads.host && !workloads.host->requirements.empty()) {
    diagnostics.error(code::bad_value.code, workloads.host->span,
                      "'hostSelector' selects the host as a whole", "write {}");
  }
  if (!workloads.container) return workloads;
  for (const auto& [key, op, values] : workloads.container->requirements) {
    if (!key.readable || key.value == schema::container_name_label ||
        key.value == schema::container_repo_label)
      continue;
    diagnostics.error(code::unknown_key.code, key.span,
                      fmt::format("containers have no label '{}'", key.value),
                      "they have 'name' and 'repo'");
  }
  return workloads;
}

}  // namespace vigil::policy
