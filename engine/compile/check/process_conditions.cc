#include "engine/compile/check/process_conditions.h"

#include <fmt/format.h>

#include "engine/compile/check/integer_condition.h"
#include "engine/compile/check/words.h"
#include "engine/schema/operators.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::Operator;
using schema::ProcessValue;
using Key = policy::ProcessFilter::Key;

using Ranges = std::vector<IntegerRange>;

std::span<const schema::Word<Operator>> operators_of(Key key) {
  switch (key) {
    case Key::namespaces:
    case Key::capabilities:
    case Key::namespace_changes:
    case Key::capability_changes: return schema::membership_words();
    case Key::credentials: return schema::credential_operator_words();
  }
  return {};
}

std::optional<ProcessValue> subject_of(const policy::ProcessFilter& filter,
                                       Diagnostics& diagnostics) {
  const auto known = [&](std::span<const schema::Word<ProcessValue>> words, std::string_view noun) {
    return look_up(words, *filter.subject, noun, code::unknown_type, diagnostics);
  };
  switch (filter.key) {
    case Key::namespaces: return known(schema::namespace_words(), "a namespace");
    case Key::capabilities:
      if (!filter.subject) return ProcessValue::effective_capabilities;
      return known(schema::capability_set_words(), "a set of capabilities");
    case Key::namespace_changes: return ProcessValue::namespace_changes;
    case Key::capability_changes:
      if (!filter.subject) return ProcessValue::effective_changes;
      return known(schema::capability_change_words(), "a set of capabilities");
    case Key::credentials: return known(schema::credential_words(), "an id of a process");
  }
  return std::nullopt;
}

NumberDomain numbers(std::string_view noun) {
  return {schema::info(schema::ArgType::uint32), std::nullopt, noun};
}

std::uint32_t host_namespace(ProcessValue value, const KernelTraits& traits) {
  if (!traits.host_namespaces) return schema::initial_namespace(value);
  return (*traits.host_namespaces)[schema::namespace_number(value)];
}

Ranges namespaces(const policy::ProcessFilter& filter, ProcessValue value,
                  const KernelTraits& traits, Diagnostics& diagnostics) {
  Ranges ranges;
  std::vector<policy::Text> others;
  for (const policy::Text& text : filter.values) {
    if (text.value != schema::host_namespace) {
      others.push_back(text);
      continue;
    }
    const std::uint32_t host = host_namespace(value, traits);
    ranges.push_back({host, host});
  }
  const auto written = integer_ranges(
      others, Operator::equal, numbers("the number of a namespace or 'host_ns'"), diagnostics);
  ranges.insert(ranges.end(), written.begin(), written.end());
  return ranges;
}

void check_existence(const policy::ProcessFilter& filter, ProcessValue value,
                     const KernelTraits& traits, Diagnostics& diagnostics) {
  if (!traits.host_namespaces || host_namespace(value, traits) != 0) return;
  diagnostics.error(code::bad_value.code, filter.subject->span,
                    fmt::format("process 1 has no {} here", schema::info(value).name));
}

MaskCondition capabilities(const policy::ProcessFilter& filter, Diagnostics& diagnostics) {
  constexpr std::uint64_t greatest = 63;
  const NumberDomain domain = domain_of(schema::info(schema::ArgType::capability));
  MaskCondition condition;
  for (const policy::Text& text : filter.values) {
    for (const auto& [capability, last] :
         integer_ranges({text}, Operator::equal, domain, diagnostics)) {
      if (capability <= greatest) {
        condition.mask |= std::uint64_t{1} << capability;
      } else {
        diagnostics.error(code::out_of_range.code, text.span,
                          fmt::format("{} is not a capability", text.value));
      }
    }
  }
  return condition;
}

MaskCondition changed_namespaces(const policy::ProcessFilter& filter, Diagnostics& diagnostics) {
  MaskCondition condition;
  for (const policy::Text& text : filter.values) {
    const auto value =
        look_up(schema::namespace_words(), text, "a namespace", code::bad_value, diagnostics);
    if (value) condition.mask |= std::uint64_t{1} << schema::namespace_number(*value);
  }
  return condition;
}

// Of a change NotIn asks for another one than those listed, not for none.
void mean_the_others(ProcessCondition& condition, std::uint64_t all) {
  if (!condition.negated) return;
  condition.negated = false;
  std::get<MaskCondition>(condition.test).mask ^= all;
}

// Only of processes that are in another user namespace than the host's.
ProcessCondition outside_of_host(const policy::ProcessFilter& filter, const KernelTraits& traits) {
  const std::uint32_t host = host_namespace(ProcessValue::user_namespace, traits);
  return {.value = ProcessValue::user_namespace,
          .negated = true,
          .test = Ranges{{host, host}},
          .span = filter.op.span};
}

void set_test(ProcessCondition& condition, const policy::ProcessFilter& filter, Operator positive,
              const KernelTraits& traits, Diagnostics& diagnostics) {
  constexpr std::uint64_t all_capabilities = ~std::uint64_t{0};
  constexpr std::uint64_t all_namespaces = (std::uint64_t{1} << schema::namespace_count) - 1;
  switch (filter.key) {
    case Key::namespaces:
      check_existence(filter, condition.value, traits, diagnostics);
      condition.test = namespaces(filter, condition.value, traits, diagnostics);
      return;
    case Key::capabilities: condition.test = capabilities(filter, diagnostics); return;
    case Key::namespace_changes:
      condition.test = changed_namespaces(filter, diagnostics);
      return mean_the_others(condition, all_namespaces);
    case Key::capability_changes:
      condition.test = capabilities(filter, diagnostics);
      return mean_the_others(condition, all_capabilities);
    case Key::credentials:
      condition.test = integer_ranges(filter.values, positive,
                                      numbers("the number of a user or group"), diagnostics);
      return;
  }
}

bool has_values(const policy::ProcessFilter& filter, Diagnostics& diagnostics) {
  if (!filter.values.empty()) return true;
  diagnostics.error(code::bad_value.code, filter.op.span,
                    fmt::format("{} needs values", name(filter.key)));
  return false;
}

}  // namespace

std::vector<ProcessCondition> check_process_filter(const policy::ProcessFilter& filter,
                                                   const KernelTraits& traits,
                                                   Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  const auto op = look_up(operators_of(filter.key), filter.op,
                          fmt::format("an operator of {}", name(filter.key)),
                          code::unknown_operator, diagnostics);
  const auto value = subject_of(filter, diagnostics);
  if (!has_values(filter, diagnostics) || !op || !value) return {};
  ProcessCondition condition{.value = *value,
                             .negated = schema::info(*op).negated(),
                             .test = Ranges{},
                             .span = filter.op.span};
  std::vector<ProcessCondition> all;
  set_test(condition, filter, schema::info(*op).positive, traits, diagnostics);
  if (filter.is_namespace_capability && filter.is_namespace_capability->value) {
    all.push_back(outside_of_host(filter, traits));
  }
  if (diagnostics.error_count() != errors) return {};
  all.push_back(std::move(condition));
  return all;
}

}  // namespace vigil::check
