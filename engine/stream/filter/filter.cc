#include "engine/stream/filter/filter.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <re2/re2.h>

namespace vigil::filter {
namespace {

template <typename T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::ranges::find(values, value) != values.end();
}

// Any of them matches.
class Expressions {
 public:
  static Result<Expressions> make(std::string_view field, const std::vector<std::string>& texts) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    Expressions expressions;
    for (const auto& text : texts) {
      auto compiled = std::make_unique<re2::RE2>(text, options);
      if (!compiled->ok()) return Error(fmt::format("{} '{}': {}", field, text, compiled->error()));
      expressions.all_.push_back(std::move(compiled));
    }
    return expressions;
  }

  bool empty() const { return all_.empty(); }
  bool match(std::string_view text) const {
    return std::ranges::any_of(all_,
                               [&](const auto& one) { return re2::RE2::PartialMatch(text, *one); });
  }

 private:
  std::vector<std::unique_ptr<re2::RE2>> all_;
};

// Who an event is about.
struct Subject {
  const event::Process* process = nullptr;
  const event::Process* parent = nullptr;
  const event::HookInfo* hook = nullptr;
};

Subject subject_of(const event::Event& event) {
  struct Visitor {
    Subject operator()(const event::ProcessExec& e) const {
      return {e.process.get(), e.parent.get(), nullptr};
    }
    Subject operator()(const event::ProcessExit& e) const {
      return {e.process.get(), e.parent.get(), nullptr};
    }
    Subject operator()(const event::ProcessHook& e) const {
      return {e.process.get(), e.parent.get(), e.info.get()};
    }
    Subject operator()(const event::Loss&) const { return {}; }
  };
  return std::visit(Visitor{}, event.body);
}

// Calls `use` with each ancestor, nearest first, until it says true.
template <typename Use>
bool any_ancestor(const event::Process& process, const ProcessLookup& lookup, Use use) {
  constexpr int max_depth = 4096;
  event::ExecKey key = process.parent_key;
  for (int depth = 0; depth < max_depth; ++depth) {
    const event::ProcessPtr ancestor = lookup(key);
    if (ancestor == nullptr) return false;
    if (use(*ancestor)) return true;
    if (ancestor->parent_key == key) return false;
    key = ancestor->parent_key;
  }
  return false;
}

}  // namespace

EventKind kind_of(const event::Event& event) {
  struct Visitor {
    EventKind operator()(const event::ProcessExec&) const { return EventKind::process_exec; }
    EventKind operator()(const event::ProcessExit&) const { return EventKind::process_exit; }
    EventKind operator()(const event::ProcessHook& hook) const {
      switch (hook.info->section) {
        case schema::Section::kprobes:
        case schema::Section::fentries: return EventKind::process_kprobe;
        case schema::Section::tracepoints: return EventKind::process_tracepoint;
        case schema::Section::lsmhooks: return EventKind::process_lsm;
        case schema::Section::uprobes: return EventKind::process_uprobe;
        case schema::Section::usdts: return EventKind::process_usdt;
      }
      __builtin_unreachable();
    }
    EventKind operator()(const event::Loss&) const { return EventKind::rate_limit_info; }
  };
  return std::visit(Visitor{}, event.body);
}

// One FilterSpec, ready to be used.
class Filter::Rule {
 public:
  static Result<Rule> make(const FilterSpec& spec);

  bool matches(const event::Event& event, const ProcessLookup& lookup) const {
    if (std::holds_alternative<event::Loss>(event.body)) return matches_kind(event);
    const Subject subject = subject_of(event);
    return matches_kind(event) && matches_process(*subject.process) &&
           matches_parent(subject.parent) && matches_policy(subject.hook) &&
           matches_family(*subject.process, lookup);
  }
  bool names_kinds() const { return !spec_.event_set.empty(); }

 private:
  bool matches_kind(const event::Event& event) const {
    return spec_.event_set.empty() || contains(spec_.event_set, kind_of(event));
  }
  bool matches_process(const event::Process& process) const;
  bool matches_parent(const event::Process* parent) const;
  bool matches_policy(const event::HookInfo* hook) const {
    return spec_.policy_names.empty() ||
           (hook != nullptr && contains(spec_.policy_names, hook->policy));
  }
  bool matches_family(const event::Process& process, const ProcessLookup& lookup) const;

  FilterSpec spec_;
  Expressions binary_, arguments_, parent_binary_, parent_arguments_, ancestor_binary_, container_;
};

Result<Filter::Rule> Filter::Rule::make(const FilterSpec& spec) {
  if (!spec.unsupported.empty())
    return Error(fmt::format("{}: not supported yet", fmt::join(spec.unsupported, ", ")));
  Rule rule;
  rule.spec_ = spec;
  const std::pair<Expressions*, std::pair<const char*, const std::vector<std::string>*>> all[] = {
      {&rule.binary_, {"binary_regex", &spec.binary_regex}},
      {&rule.arguments_, {"arguments_regex", &spec.arguments_regex}},
      {&rule.parent_binary_, {"parent_binary_regex", &spec.parent_binary_regex}},
      {&rule.parent_arguments_, {"parent_arguments_regex", &spec.parent_arguments_regex}},
      {&rule.ancestor_binary_, {"ancestor_binary_regex", &spec.ancestor_binary_regex}},
      {&rule.container_, {"container_id", &spec.container_id}},
  };
  for (const auto& [compiled, source] : all) {
    TRY(*compiled, Expressions::make(source.first, *source.second));
  }
  return rule;
}

bool Filter::Rule::matches_process(const event::Process& process) const {
  if (!binary_.empty() && !binary_.match(process.binary)) return false;
  if (!arguments_.empty() && !arguments_.match(process.arguments)) return false;
  if (!container_.empty() && !container_.match(process.docker)) return false;
  if (!spec_.pid.empty() && !contains(spec_.pid, process.pid)) return false;
  if (spec_.in_init_tree && *spec_.in_init_tree != process.in_init_tree) return false;
  // No process is known to be of a pod, so all are the host's and none is a health check.
  if (!spec_.namespaces.empty() && !contains(spec_.namespaces, std::string())) return false;
  return !spec_.health_check.value_or(false);
}

bool Filter::Rule::matches_parent(const event::Process* parent) const {
  if (parent == nullptr) return parent_binary_.empty() && parent_arguments_.empty();
  if (!parent_binary_.empty() && !parent_binary_.match(parent->binary)) return false;
  return parent_arguments_.empty() || parent_arguments_.match(parent->arguments);
}

bool Filter::Rule::matches_family(const event::Process& process,
                                  const ProcessLookup& lookup) const {
  if (!ancestor_binary_.empty() && !any_ancestor(process, lookup, [&](const auto& p) {
        return ancestor_binary_.match(p.binary);
      }))
    return false;
  if (spec_.pid_set.empty() || contains(spec_.pid_set, process.pid)) return true;
  return any_ancestor(process, lookup,
                      [&](const auto& p) { return contains(spec_.pid_set, p.pid); });
}

Filter::Filter() = default;
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

Result<Filter::Rules> Filter::make_rules(const char* list, const std::vector<FilterSpec>& specs) {
  Rules rules;
  for (const auto& spec : specs) {
    auto rule = Rule::make(spec);
    if (!rule) return rule.error().in(fmt::format("{} filter {}", list, rules.size() + 1));
    rules.push_back(std::move(*rule));
  }
  return rules;
}

Result<Filter> Filter::make(const FilterLists& lists, ProcessLookup lookup) {
  Filter filter;
  filter.lookup_ = std::move(lookup);
  TRY(filter.allow_, make_rules("allow", lists.allow));
  TRY(filter.deny_, make_rules("deny", lists.deny));
  return filter;
}

bool Filter::passes(const event::Event& event) const {
  auto matches = [&](const Rule& rule) { return rule.matches(event, lookup_); };
  if (!allow_.empty() && std::ranges::none_of(allow_, matches)) return false;
  if (!std::holds_alternative<event::Loss>(event.body)) return std::ranges::none_of(deny_, matches);
  return std::ranges::none_of(
      deny_, [&](const Rule& rule) { return rule.names_kinds() && matches(rule); });
}

}  // namespace vigil::filter
