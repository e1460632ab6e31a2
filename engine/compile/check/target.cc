#include "engine/compile/check/target.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/schema/codes.h"
#include "engine/schema/lsm_hooks.h"
#include "engine/schema/similar.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

constexpr std::string_view list_prefix = "list:";
constexpr std::string_view other_abi_prefix = "__ia32_sys_";
// Searching all functions for similar ones takes a while: not for file after file of nonsense.
constexpr std::size_t max_suggested = 20;

template <typename T>
bool is_unreadable(const std::optional<policy::Located<T>>& word) {
  return word && !word->readable;
}

bool is_symbol(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
}

std::vector<std::string> suggestions(std::string_view name, std::string_view prefix,
                                     const KernelTypes& kernel, const Diagnostics& diagnostics) {
  if (diagnostics.error_count() >= max_suggested) return {};
  std::vector<std::string> found;
  std::string security = std::string(schema::security_prefix) + std::string(name);
  if (prefix.empty() && kernel.function(security)) found.push_back(security);
  for (std::string_view similar : schema::similar(name, kernel.function_names(prefix), 3)) {
    found.emplace_back(similar);
  }
  return found;
}

std::string did_you_mean(const std::vector<std::string>& found, std::size_t prefix_bytes) {
  std::vector<std::string_view> shown;
  shown.reserve(found.size());
  for (const std::string& name : found)
    shown.push_back(std::string_view(name).substr(prefix_bytes));
  return schema::did_you_mean(shown);
}

void no_such_syscall(const policy::Text& call, std::string_view name, const KernelTypes& kernel,
                     Diagnostics& diagnostics) {
  auto near = schema::similar(name, schema::syscall_names(), 3);
  std::vector<std::string> found;
  for (std::string_view candidate : near) {
    std::string symbol = std::string(schema::syscall_prefix) + std::string(candidate);
    if (kernel.function(symbol)) found.push_back("sys_" + std::string(candidate));
  }
  diagnostics.error(code::no_function.code, call.span,
                    fmt::format("the kernel has no system call '{}'", name),
                    did_you_mean(found, 0));
}

std::string syscall_symbol(std::string_view name) {
  return std::string(schema::syscall_prefix) + std::string(name);
}

bool has_syscall(std::string_view name, const KernelTypes& kernel) {
  if (kernel.function(syscall_symbol(name))) return true;
  // BTF leaves out the wrappers of system calls without arguments.
  const schema::Syscall* row = schema::find_syscall(name);
  return row != nullptr && row->arguments.empty();
}

std::optional<Target> find_syscall(const policy::Text& call, std::string_view name,
                                   const KernelTypes& kernel, Diagnostics& diagnostics) {
  if (!has_syscall(name, kernel)) {
    no_such_syscall(call, name, kernel, diagnostics);
    return std::nullopt;
  }
  const schema::Syscall* row = schema::find_syscall(name);
  if (row == nullptr) {
    diagnostics.error(code::not_supported.code, call.span,
                      fmt::format("the arguments of system call '{}' are not known yet", name),
                      "hook the function behind it with 'syscall: false'");
    return std::nullopt;
  }
  std::string symbol = syscall_symbol(name);
  return Target{symbol, kernel.function(symbol).value_or(Prototype{}), row};
}

std::optional<Target> find_function(const policy::Text& call, const KernelTypes& kernel,
                                    Diagnostics& diagnostics) {
  auto prototype = kernel.function(call.value);
  if (prototype) return Target{call.value, std::move(*prototype), nullptr};
  diagnostics.error(code::no_function.code, call.span,
                    fmt::format("the kernel has no function '{}'", call.value),
                    did_you_mean(suggestions(call.value, "", kernel, diagnostics), 0));
  return std::nullopt;
}

std::optional<Target> find_lsm_hook(const policy::Text& hook, const KernelTypes& kernel,
                                    Diagnostics& diagnostics) {
  std::string symbol = std::string(schema::bpf_lsm_prefix) + hook.value;
  auto prototype = kernel.function(symbol);
  if (prototype) return Target{hook.value, std::move(*prototype), nullptr};
  std::string as_function = schema::lsm_hook_of(hook.value);
  bool has_prefix = !as_function.empty() &&
                    kernel.function(std::string(schema::bpf_lsm_prefix) + as_function).has_value();
  std::string help =
      has_prefix ? fmt::format("write '{}', without the prefix", as_function)
                 : did_you_mean(suggestions(symbol, schema::bpf_lsm_prefix, kernel, diagnostics),
                                schema::bpf_lsm_prefix.size());
  diagnostics.error(code::no_lsm_hook.code, hook.span,
                    fmt::format("the kernel has no LSM hook '{}'", hook.value), std::move(help));
  return std::nullopt;
}

void syscall_mismatch(const policy::Hook& hook, bool is_syscall, Diagnostics& diagnostics) {
  const Span& span = hook.syscall ? hook.syscall->span : hook.function.span;
  if (is_syscall) {
    diagnostics.error(code::syscall_mismatch.code, span,
                      fmt::format("'{}' is a system call: its arguments are in the registers of "
                                  "user space",
                                  hook.function.value),
                      "write 'syscall: true'");
    return;
  }
  diagnostics.error(code::syscall_mismatch.code, span,
                    hook.syscall
                        ? fmt::format("'{}' is not a system call", hook.function.value)
                        : fmt::format("'syscall' is true unless written, and '{}' is not a system "
                                      "call",
                                      hook.function.value),
                    "write 'syscall: false'");
}

bool wants_syscall(const policy::Hook& hook) { return !hook.syscall || hook.syscall->value; }

std::optional<Target> find_kprobe(const policy::Hook& hook, const KernelTypes& kernel,
                                  Diagnostics& diagnostics) {
  auto name = schema::syscall_name(hook.function.value);
  // sys_* names no function of the kernel, only a system call.
  bool is_syscall = name.has_value();
  bool told = !is_unreadable(hook.syscall);
  if (told && is_syscall != wants_syscall(hook)) {
    syscall_mismatch(hook, is_syscall, diagnostics);
    return std::nullopt;
  }
  auto target = is_syscall ? find_syscall(hook.function, *name, kernel, diagnostics)
                           : find_function(hook.function, kernel, diagnostics);
  return told ? target : std::nullopt;
}

bool is_other_kind(std::string_view name) {
  return name.starts_with(list_prefix) || name.starts_with(other_abi_prefix);
}

bool is_supported_name(const policy::Text& name, Diagnostics& diagnostics) {
  if (is_other_kind(name.value)) {
    diagnostics.error(code::not_supported.code, name.span,
                      fmt::format("'{}' is not supported yet", name.value));
  } else if (!is_symbol(name.value)) {
    diagnostics.error(code::no_function.code, name.span,
                      fmt::format("'{}' cannot be the name of a function", name.value));
  }
  return !is_other_kind(name.value) && is_symbol(name.value);
}

}  // namespace

bool is_absent(const policy::Hook& hook, const KernelTypes& kernel) {
  const std::string& call = hook.function.value;
  if (!hook.function.readable || is_unreadable(hook.syscall)) return false;
  if (is_other_kind(call) || !is_symbol(call)) return false;
  auto name = schema::syscall_name(call);
  if (name.has_value() != wants_syscall(hook)) return false;
  return name ? !has_syscall(*name, kernel) : !kernel.function(call);
}

std::optional<Target> find_target(const policy::Hook& hook, const KernelTypes& kernel,
                                  Diagnostics& diagnostics) {
  if (!hook.function.readable || !is_supported_name(hook.function, diagnostics))
    return std::nullopt;
  if (is_unreadable(hook.ignore_call_not_found) && is_absent(hook, kernel)) return std::nullopt;
  switch (hook.section) {
    case schema::Section::kprobes: return find_kprobe(hook, kernel, diagnostics);
    case schema::Section::lsmhooks: return find_lsm_hook(hook.function, kernel, diagnostics);
  }
  return std::nullopt;
}

}  // namespace vigil::check
