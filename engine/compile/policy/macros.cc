#include "engine/compile/policy/macros.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "engine/compile/policy/parse.h"
#include "engine/schema/codes.h"
#include "engine/schema/similar.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;

constexpr std::string_view definitions = "selectorsMacros", uses = "macros",
                           selectors = "selectors";

const NodePtr* find(const Node& mapping, std::string_view key) {
  for (const auto& [name, value] : mapping.members) {
    if (name->text == key) return &value;
  }
  return nullptr;
}

bool has(const Node& mapping, std::string_view key) { return find(mapping, key) != nullptr; }

class Expander {
 public:
  explicit Expander(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  Node spec(const Node& spec);

 private:
  void define(const Node& macros);
  NodePtr section(const NodePtr& hooks);
  NodePtr hook(const NodePtr& hook);
  NodePtr selector(const NodePtr& selector);
  void add(Node& selector, const Node& use);
  const Node* look_up(const Node& use);
  std::string meant(std::string_view name) const;
  void warn_about_unused();

  Diagnostics& diagnostics_;
  std::map<std::string_view, NodePtr> macros_;
  std::vector<NodePtr> names_;
  std::set<std::string_view> used_;
  std::size_t values_ = 0;  // of macros, written out
};

void Expander::define(const Node& macros) {
  if (macros.kind == Node::Kind::null) return;
  if (macros.kind != Node::Kind::mapping) {
    diagnostics_.error(code::wrong_shape.code, macros.span,
                       "a mapping from names to parts of selectors is expected here");
    return;
  }
  for (const auto& [name, macro] : macros.members) {
    if (macro->kind != Node::Kind::mapping) {
      diagnostics_.error(code::wrong_shape.code, macro->span,
                         "a macro is a mapping with keys of a selector");
    } else if (const NodePtr* nested = find(*macro, uses)) {
      diagnostics_.error(code::unknown_key.code, (*nested)->span,
                         "a macro cannot be made of other macros",
                         "name them in the selector, beside this one");
    } else if (macros_.emplace(name->text, macro).second) {
      names_.push_back(name);
    } else {
      diagnostics_.error(code::duplicate_key.code, name->span,
                         fmt::format("'{}' stands twice in this mapping", name->text));
    }
  }
}

std::string Expander::meant(std::string_view name) const {
  if (diagnostics_.error_count() >= schema::max_suggested) return {};
  std::vector<std::string_view> known;
  for (const auto& [other, macro] : macros_) known.push_back(other);
  return schema::meant_or_all(name, known);
}

const Node* Expander::look_up(const Node& use) {
  const auto found = macros_.find(use.text);
  if (use.kind == Node::Kind::scalar && found != macros_.end()) {
    used_.insert(found->first);
    values_ += found->second->values;
    if (values_ <= max_values) return found->second.get();
    diagnostics_.error(code::too_large.code, use.span,
                       fmt::format("macros written out have more than {} values", max_values));
    return nullptr;
  }
  diagnostics_.error(code::unknown_key.code, use.span,
                     fmt::format("'selectorsMacros' has no '{}'", use.text), meant(use.text));
  return nullptr;
}

void Expander::add(Node& selector, const Node& use) {
  const Node* macro = look_up(use);
  if (macro == nullptr) return;
  for (const auto& [key, value] : macro->members) {
    if (has(selector, key->text)) {
      diagnostics_.error(
          code::duplicate_key.code, use.span,
          fmt::format("macro '{}' has '{}', which the selector has already", use.text, key->text),
          "one of them can have it");
    } else {
      selector.members.emplace_back(key, value);
    }
  }
  selector.values += macro->values;
  selector.text_bytes += macro->text_bytes;
}

NodePtr Expander::selector(const NodePtr& written) {
  if (written->kind != Node::Kind::mapping) return written;
  const NodePtr* names = find(*written, uses);
  if (names == nullptr || (*names)->kind == Node::Kind::null) return written;
  if ((*names)->kind != Node::Kind::sequence) {
    diagnostics_.error(code::wrong_shape.code, (*names)->span,
                       "a list of names of 'selectorsMacros' is expected here");
    return written;
  }
  auto expanded = std::make_shared<Node>(*written);
  std::erase_if(expanded->members, [](const auto& member) { return member.first->text == uses; });
  for (const NodePtr& use : (*names)->items) add(*expanded, *use);
  return expanded;
}

NodePtr Expander::hook(const NodePtr& written) {
  if (written->kind != Node::Kind::mapping) return written;
  auto expanded = std::make_shared<Node>(*written);
  for (auto& [key, value] : expanded->members) {
    if (key->text != selectors || value->kind != Node::Kind::sequence) continue;
    auto list = std::make_shared<Node>(*value);
    for (NodePtr& each : list->items) each = selector(each);
    value = std::move(list);
  }
  return expanded;
}

NodePtr Expander::section(const NodePtr& hooks) {
  if (hooks->kind != Node::Kind::sequence) return hooks;
  auto expanded = std::make_shared<Node>(*hooks);
  for (NodePtr& each : expanded->items) each = hook(each);
  return expanded;
}

void Expander::warn_about_unused() {
  for (const NodePtr& name : names_) {
    if (used_.contains(name->text)) continue;
    diagnostics_.warning(code::pointless.code, name->span,
                         fmt::format("no selector uses the macro '{}'", name->text),
                         "name it under 'macros' of a selector, or remove it");
  }
}

Node Expander::spec(const Node& spec) {
  if (spec.kind != Node::Kind::mapping) return spec;
  if (const NodePtr* macros = find(spec, definitions)) define(**macros);
  Node expanded = spec;
  for (auto& [key, value] : expanded.members) {
    if (key->text != definitions) value = section(value);
  }
  warn_about_unused();
  return expanded;
}

}  // namespace

Node expand_macros(const Node& spec, Diagnostics& diagnostics) {
  return Expander(diagnostics).spec(spec);
}

}  // namespace vigil::policy
