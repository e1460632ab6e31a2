#include "engine/compile/check/list_hooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "engine/compile/check/hook.h"
#include "engine/compile/check/target.h"
#include "engine/schema/actions.h"
#include "engine/schema/codes.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

// Tells sets of functions apart, and calls the same set the same in every policy.
std::uint64_t hash_of(const std::vector<std::string>& functions) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::string& function : functions) {
    for (char c : function) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ 0xff) * 0x100000001b3;
  }
  return hash;
}

std::string name_of(const std::vector<std::string>& functions) {
  return fmt::format("{} and {} more ({:016x})", functions.front(), functions.size() - 1,
                     hash_of(functions));
}

policy::Hook of_one(const policy::Hook& hook, const policy::Text& function,
                    const FunctionList& list) {
  policy::Hook one = hook;
  one.function = {.value = function.value, .span = hook.function.span};
  one.trusted = list.trusted;
  // `syscall` is about the kind of the list.
  one.syscall.reset();
  return one;
}

// The function's own types decide where a way leads, and what type that is.
bool is_read_alike(const Argument& a, const Argument& b) {
  const bool same_way =
      a.way.has_value() == b.way.has_value() && (!a.way || a.way->leads_where(*b.way));
  return a.type == b.type && a.size_index == b.size_index && same_way;
}

bool are_read_alike(const Hook& a, const Hook& b) {
  const bool same_result =
      !a.return_argument || is_read_alike(*a.return_argument, *b.return_argument);
  return std::ranges::equal(a.arguments, b.arguments, is_read_alike) && same_result;
}

// One program serves all that are read alike and decided in the same way.
bool go_together(const Hook& a, const Hook& b) {
  if (a.section != schema::Section::kprobes) return false;
  if (!are_read_alike(a, b)) return false;
  // At the return of several functions their arguments are gone.
  if (std::ranges::any_of(a.arguments, &Argument::at_return)) return false;
  return a.syscall == b.syscall && a.abi == b.abi && !a.enforcement && !b.enforcement;
}

bool asks_to_refuse(const policy::Hook& hook) {
  return std::ranges::any_of(hook.selectors, [](const policy::Selector& selector) {
    return std::ranges::any_of(selector.actions, [](const policy::Action& action) {
      const auto* word = schema::find_word(schema::action_words(), action.name.value);
      return word != nullptr && (word->value == schema::ActionKind::override ||
                                 word->value == schema::ActionKind::sigkill);
    });
  });
}

std::vector<Hook> merge(std::vector<Hook> all) {
  std::vector<Hook> merged;
  for (Hook& hook : all) {
    const auto same =
        std::ranges::find_if(merged, [&](const Hook& other) { return go_together(hook, other); });
    if (same == merged.end()) {
      hook.functions = {hook.function};
      merged.push_back(std::move(hook));
    } else {
      same->functions.push_back(std::move(hook.function));
    }
  }
  for (Hook& hook : merged) {
    std::ranges::sort(hook.functions);
    const auto doubled = std::ranges::unique(hook.functions);
    hook.functions.erase(doubled.begin(), doubled.end());
    if (hook.functions.size() > 1) {
      hook.function = name_of(hook.functions);
      hook.return_half = {};  // trampolines are made for one function
    } else {
      hook.functions.clear();
    }
  }
  return merged;
}

// The first of its mistakes: the others are the same on every function.
void report_first(const Diagnostics& found, const policy::Text& function,
                  Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : found.all()) {
    if (diagnostic.severity != Severity::error) continue;
    diagnostics.error(diagnostic.code, diagnostic.span,
                      fmt::format("on '{}': {}", function.value, diagnostic.message),
                      diagnostic.help);
    return;
  }
}

class ListChecker {
 public:
  ListChecker(const policy::Hook& hook, const FunctionList& list, const KernelTypes& kernel,
              const KernelTraits& traits, Diagnostics& diagnostics)
      : hook_(hook), list_(list), kernel_(kernel), traits_(traits), diagnostics_(diagnostics) {}

  ListHooks run() {
    const bool needs_refusal = asks_to_refuse(hook_);
    for (const policy::Text& function : list_.functions) {
      const policy::Hook one = of_one(hook_, function, list_);
      if (is_absent(one, kernel_) && may_be_absent()) {
        out_.absent.push_back(function);
        continue;
      }
      auto checked = check_one(one, function);
      if (!checked) return {};
      // Where nothing is to be refused it does not matter where it could be.
      if (!needs_refusal) checked->enforcement.reset();
      out_.hooks.push_back(std::move(*checked));
    }
    out_.hooks = merge(std::move(out_.hooks));
    return std::move(out_);
  }

 private:
  bool may_be_absent() const {
    return hook_.ignore_call_not_found && hook_.ignore_call_not_found->value;
  }

  std::optional<Hook> check_one(const policy::Hook& one, const policy::Text& function) {
    Diagnostics found;
    const bool is_first = out_.hooks.empty();
    auto checked = check_hook(one, kernel_, traits_, is_first ? diagnostics_ : found);
    if (!checked && !is_first) report_first(found, function, diagnostics_);
    return checked;
  }

  const policy::Hook& hook_;
  const FunctionList& list_;
  const KernelTypes& kernel_;
  const KernelTraits& traits_;
  Diagnostics& diagnostics_;
  ListHooks out_;
};

}  // namespace

bool names_list(const policy::Hook& hook) {
  const bool by_function =
      hook.section == schema::Section::kprobes || hook.section == schema::Section::fentries;
  return by_function && hook.function.readable && hook.function.value.starts_with(list_prefix);
}

ListHooks check_list_hook(const policy::Hook& hook, const Lists& lists, const KernelTypes& kernel,
                          const KernelTraits& traits, Diagnostics& diagnostics) {
  const FunctionList* list = lists.find(hook.function, diagnostics);
  if (list == nullptr || !list->readable) {
    check_without_function(hook, kernel, traits, diagnostics);
    return {};
  }
  return ListChecker(hook, *list, kernel, traits, diagnostics).run();
}

}  // namespace vigil::check
