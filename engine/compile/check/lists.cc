#include "engine/compile/check/lists.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "engine/compile/check/words.h"
#include "engine/schema/actions.h"
#include "engine/schema/syscalls.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::ListType;

void bad_list(const Span& span, std::string message, std::string help, Diagnostics& diagnostics) {
  diagnostics.error(code::bad_list.code, span, std::move(message), std::move(help));
}

bool is_generated(ListType type) {
  return type == ListType::generated_syscalls || type == ListType::generated_ftrace;
}

void check_values(const policy::List& list, ListType type, FunctionList& out,
                  Diagnostics& diagnostics) {
  if (is_generated(type)) {
    if (!list.values.empty() && list.values.front().readable)
      bad_list(list.values.front().span,
               fmt::format("a list of type '{}' takes no values: they are found in the kernel",
                           list.type->value),
               "remove 'values'", diagnostics);
    return;
  }
  if (list.values.empty())
    bad_list(list.span, fmt::format("list '{}' is empty", list.name.value), "", diagnostics);
  for (const policy::Text& value : list.values) {
    if (!value.readable) continue;
    if (type == ListType::syscalls && !schema::syscall_call(value.value)) {
      bad_list(value.span, fmt::format("'{}' is not the name of a system call", value.value),
               "write sys_openat, or i386/sys_openat for programs of 32 bits", diagnostics);
      continue;
    }
    const bool doubled = std::ranges::any_of(
        out.functions, [&](const policy::Text& other) { return other.value == value.value; });
    if (!doubled) out.functions.push_back(value);
  }
}

void add(std::string name, const Span& span, FunctionList& out) {
  out.functions.push_back({.value = std::move(name), .span = span});
}

// What the kernel's types show, and those without arguments, which they leave out.
void add_all_syscalls(const Span& span, const KernelTypes& kernel, FunctionList& out) {
  std::vector<std::string> names;
  for (std::string_view symbol : kernel.function_names(schema::syscall_prefix))
    names.emplace_back(symbol);
  for (const schema::Syscall& row : schema::syscalls())
    if (row.arguments.empty())
      names.push_back(std::string(schema::syscall_prefix) + std::string(row.name));
  std::ranges::sort(names);
  const auto traceable = kernel.traceable_functions();
  for (std::string& name : names) {
    if (!traceable || std::ranges::binary_search(*traceable, name)) add(std::move(name), span, out);
  }
}

// Without tracefs: what has types, which is nearly all.
std::vector<std::string> all_functions(const KernelTypes& kernel) {
  if (auto traceable = kernel.traceable_functions()) return std::move(*traceable);
  std::vector<std::string> names;
  for (std::string_view name : kernel.function_names("")) names.emplace_back(name);
  std::ranges::sort(names);
  return names;
}

void add_matching(const policy::List& list, const KernelTypes& kernel, FunctionList& out,
                  Diagnostics& diagnostics) {
  if (!list.pattern || list.pattern->value.empty()) {
    bad_list(list.span, "a list of type 'generated_ftrace' needs 'pattern'",
             "a regular expression for names of functions", diagnostics);
    return;
  }
  if (!list.pattern->readable) return;
  re2::RE2::Options options;
  options.set_log_errors(false);
  const re2::RE2 pattern(list.pattern->value, options);
  if (!pattern.ok()) {
    bad_list(
        list.pattern->span,
        fmt::format("'{}' is not a regular expression: {}", list.pattern->value, pattern.error()),
        "", diagnostics);
    return;
  }
  for (std::string& name : all_functions(kernel))
    if (re2::RE2::PartialMatch(name, pattern)) add(std::move(name), list.pattern->span, out);
  if (out.functions.empty())
    bad_list(list.pattern->span,
             fmt::format("the kernel has no function like '{}'", list.pattern->value), "",
             diagnostics);
}

FunctionList read(const policy::List& list, const KernelTypes& kernel, Diagnostics& diagnostics) {
  FunctionList out;
  const std::size_t errors = diagnostics.error_count();
  if (list.type) {
    const auto type = look_up(schema::list_type_words(), *list.type, "a type of lists",
                              code::bad_list, diagnostics);
    out.type = type.value_or(ListType::functions);
    if (!type) out.readable = false;
  }
  if (!out.readable) return out;
  check_values(list, out.type, out, diagnostics);
  if (out.type == ListType::generated_syscalls) add_all_syscalls(list.span, kernel, out);
  if (out.type == ListType::generated_ftrace) add_matching(list, kernel, out, diagnostics);
  if (list.pattern && list.pattern->readable && out.type != ListType::generated_ftrace)
    diagnostics.warning(code::pointless.code, list.pattern->span,
                        "only lists of type 'generated_ftrace' have a use for 'pattern'",
                        "remove it");
  out.trusted = out.type == ListType::generated_ftrace || (list.validated && list.validated->value);
  out.readable = diagnostics.error_count() == errors;
  return out;
}

}  // namespace

Lists::Lists(const std::vector<policy::List>& written, const KernelTypes& kernel,
             Diagnostics& diagnostics) {
  for (const policy::List& list : written) {
    if (!list.name.readable) continue;
    if (lists_.contains(list.name.value)) {
      bad_list(list.name.span, fmt::format("there are two lists '{}'", list.name.value), "",
               diagnostics);
      continue;
    }
    lists_.emplace(list.name.value, read(list, kernel, diagnostics));
  }
}

const FunctionList* Lists::find(const policy::Text& reference, Diagnostics& diagnostics) const {
  const std::string_view name = std::string_view(reference.value).substr(list_prefix.size());
  const auto found = lists_.find(name);
  if (found != lists_.end()) return &found->second;
  std::string help;
  if (diagnostics.error_count() < schema::max_suggested) {
    std::vector<std::string_view> names;
    for (const auto& [other, list] : lists_) names.push_back(other);
    help = schema::meant_or_all(name, names);
  }
  bad_list(reference.span, fmt::format("the policy has no list '{}'", name), help, diagnostics);
  return nullptr;
}

std::vector<std::uint64_t> Lists::numbers(const policy::Text& reference,
                                          Diagnostics& diagnostics) const {
  std::vector<std::uint64_t> numbers;
  const FunctionList* list = find(reference, diagnostics);
  if (list == nullptr || !list->readable) return numbers;
  if (list->type != ListType::syscalls && list->type != ListType::generated_syscalls) {
    bad_list(reference.span, "only lists of system calls can be compared with", "", diagnostics);
    return numbers;
  }
  for (const policy::Text& function : list->functions) {
    const auto call = schema::syscall_call(function.value);
    const auto number = call ? schema::syscall_number(call->abi, call->name) : std::nullopt;
    if (number) {
      numbers.push_back(call->abi == schema::Abi::i386 ? *number | schema::i386_bit : *number);
    } else if (list->type == ListType::syscalls) {
      bad_list(function.span, fmt::format("'{}' has no number", function.value), "", diagnostics);
    }
  }
  return numbers;
}

}  // namespace vigil::check
