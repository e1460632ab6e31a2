#include "engine/compile/check/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/schema/codes.h"
#include "engine/schema/lsm_hooks.h"
#include "engine/schema/similar.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

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

// "sys_openat" for "openat"; empty for what the kernel has no system call of.
std::string as_syscall(std::string_view name, const KernelTypes& kernel) {
  const std::string symbol = std::string(schema::syscall_prefix) + std::string(name);
  return kernel.function(symbol) ? fmt::format("sys_{}", name) : "";
}

std::string function_meant(const std::string& name, const KernelTypes& kernel,
                           const Diagnostics& diagnostics) {
  if (diagnostics.error_count() >= schema::max_suggested) return {};
  std::string prefixed = std::string(schema::security_prefix) + name;
  if (!kernel.function(prefixed)) prefixed = as_syscall(name, kernel);
  if (!prefixed.empty()) return fmt::format("did you mean '{}'?", prefixed);
  return schema::did_you_mean(name, kernel.function_names(""));
}

std::string lsm_hook_meant(const std::string& name, const KernelTypes& kernel,
                           const Diagnostics& diagnostics) {
  if (diagnostics.error_count() >= schema::max_suggested) return {};
  auto hooks = kernel.function_names(schema::bpf_lsm_prefix);
  for (std::string_view& hook : hooks) hook.remove_prefix(schema::bpf_lsm_prefix.size());
  return schema::did_you_mean(name, hooks);
}

void no_such_syscall(const policy::Text& call, const schema::SyscallCall& wanted,
                     const KernelTypes& kernel, Diagnostics& diagnostics) {
  auto near = schema::similar(wanted.name, schema::syscall_names(), 3);
  std::vector<std::string> found;
  for (std::string_view candidate : near) {
    std::string other = as_syscall(candidate, kernel);
    if (!other.empty()) found.push_back(std::move(other));
  }
  diagnostics.error(
      code::no_function.code, call.span,
      fmt::format("the kernel has no system call '{}'{}", wanted.name,
                  wanted.abi == schema::Abi::i386 ? " for programs of 32 bits" : ""),
      schema::did_you_mean(std::vector<std::string_view>(found.begin(), found.end())));
}

std::string symbol_of(const std::string& call, const schema::SyscallCall& wanted,
                      const KernelTypes& kernel) {
  if (wanted.is_symbol) return call;
  const std::string name(wanted.name);
  switch (wanted.abi) {
    case schema::Abi::x64: break;
    case schema::Abi::i386: {
      std::string translating = std::string(schema::i386_compat_prefix) + name;
      return kernel.function(translating) ? translating : std::string(schema::i386_prefix) + name;
    }
  }
  return std::string(schema::syscall_prefix) + name;
}

bool has_syscall(const std::string& symbol, std::string_view name, const KernelTypes& kernel) {
  if (kernel.function(symbol)) return true;
  // BTF leaves out the wrappers of system calls without arguments.
  const schema::Syscall* row = schema::find_syscall(name);
  return row != nullptr && row->arguments.empty();
}

Target of_function(std::string function, Prototype prototype) {
  Target target;
  target.function = std::move(function);
  target.prototype = std::move(prototype);
  return target;
}

std::optional<Target> find_syscall(const policy::Text& call, const schema::SyscallCall& wanted,
                                   const KernelTypes& kernel, Diagnostics& diagnostics) {
  std::string symbol = symbol_of(call.value, wanted, kernel);
  if (!has_syscall(symbol, wanted.name, kernel)) {
    no_such_syscall(call, wanted, kernel, diagnostics);
    return std::nullopt;
  }
  const schema::Syscall* row = schema::find_syscall(wanted.name);
  Target target = of_function(symbol, kernel.function(symbol).value_or(Prototype{}));
  target.syscall = row != nullptr ? row : &schema::unknown_syscall();
  target.abi = wanted.abi;
  return target;
}

std::optional<Target> find_function(const policy::Hook& hook, const KernelTypes& kernel,
                                    Diagnostics& diagnostics) {
  const policy::Text& call = hook.function;
  auto prototype = kernel.function(call.value);
  if (!prototype && hook.trusted) prototype = Prototype{};
  if (prototype) return of_function(call.value, std::move(*prototype));
  diagnostics.error(code::no_function.code, call.span,
                    fmt::format("the kernel has no function '{}'", call.value),
                    function_meant(call.value, kernel, diagnostics));
  return std::nullopt;
}

std::optional<Target> find_lsm_hook(const policy::Text& hook, const KernelTypes& kernel,
                                    Diagnostics& diagnostics) {
  std::string symbol = std::string(schema::bpf_lsm_prefix) + hook.value;
  auto prototype = kernel.function(symbol);
  if (prototype) return of_function(hook.value, std::move(*prototype));
  std::string as_function = schema::lsm_hook_of(hook.value);
  bool has_prefix = !as_function.empty() &&
                    kernel.function(std::string(schema::bpf_lsm_prefix) + as_function).has_value();
  std::string help = has_prefix ? fmt::format("write '{}', without the prefix", as_function)
                                : lsm_hook_meant(hook.value, kernel, diagnostics);
  diagnostics.error(code::no_lsm_hook.code, hook.span,
                    fmt::format("the kernel has no LSM hook '{}'", hook.value), std::move(help));
  return std::nullopt;
}

bool is_identifier(std::string_view name) {
  return is_symbol(name) && name.find('.') == std::string_view::npos;
}

bool names_tracepoint(const policy::Text& word, Diagnostics& diagnostics) {
  if (is_identifier(word.value)) return true;
  diagnostics.error(code::no_tracepoint.code, word.span,
                    fmt::format("'{}' cannot be part of the name of a tracepoint", word.value));
  return false;
}

void no_such_tracepoint(const policy::Hook& hook, const KernelTypes& kernel,
                        Diagnostics& diagnostics) {
  std::string help;
  if (diagnostics.error_count() < schema::max_suggested) {
    help = schema::did_you_mean(
        schema::similar(hook.function.value, kernel.raw_tracepoint_names(), 3));
  }
  diagnostics.error(code::no_tracepoint.code, hook.function.span,
                    fmt::format("the kernel has no tracepoint '{}/{}'", hook.subsystem->value,
                                hook.function.value),
                    std::move(help));
}

std::optional<Target> find_raw_tracepoint(const policy::Hook& hook, const KernelTypes& kernel,
                                          Diagnostics& diagnostics) {
  auto prototype = kernel.raw_tracepoint(hook.function.value);
  if (prototype) return of_function(hook.function.value, std::move(*prototype));
  no_such_tracepoint(hook, kernel, diagnostics);
  return std::nullopt;
}

std::optional<Target> find_record(const policy::Hook& hook, const KernelTypes& kernel,
                                  Diagnostics& diagnostics) {
  auto record = kernel.tracepoint(hook.subsystem->value, hook.function.value);
  if (!record && record.error().errno_value() == ENOENT) {
    no_such_tracepoint(hook, kernel, diagnostics);
    return std::nullopt;
  }
  if (!record) {
    diagnostics.error(code::no_tracepoint.code, hook.function.span, record.error().message());
    return std::nullopt;
  }
  Target target = of_function(hook.function.value, {});
  for (const RecordField& field : *record) target.prototype.parameters.push_back(field.shown);
  target.record = std::move(*record);
  return target;
}

std::optional<Target> find_tracepoint(const policy::Hook& hook, const KernelTypes& kernel,
                                      Diagnostics& diagnostics) {
  if (hook.raw && !hook.raw->readable) return std::nullopt;
  if (!hook.subsystem->readable) return std::nullopt;
  if (!names_tracepoint(*hook.subsystem, diagnostics) ||
      !names_tracepoint(hook.function, diagnostics)) {
    return std::nullopt;
  }
  return hook.raw && hook.raw->value ? find_raw_tracepoint(hook, kernel, diagnostics)
                                     : find_record(hook, kernel, diagnostics);
}

// What `syscall` says, or, left out, the name. The kernel's own symbol of a system call may be
// hooked as the function that it is.
std::optional<schema::SyscallCall> syscall_of(const policy::Hook& hook) {
  auto call = schema::syscall_call(hook.function.value);
  if (call && hook.syscall && !hook.syscall->value && call->is_symbol) return std::nullopt;
  return call;
}

// `syscall` and the name contradict each other.
bool is_mismatch(const policy::Hook& hook) {
  if (!hook.syscall) return false;
  return syscall_of(hook).has_value() != hook.syscall->value;
}

void syscall_mismatch(const policy::Hook& hook, const KernelTypes& kernel,
                      Diagnostics& diagnostics) {
  if (syscall_of(hook)) {
    diagnostics.error(code::syscall_mismatch.code, hook.syscall->span,
                      fmt::format("'{}' is a system call: its arguments are in the registers of "
                                  "user space",
                                  hook.function.value),
                      "write 'syscall: true'");
    return;
  }
  const std::string meant = as_syscall(hook.function.value, kernel);
  diagnostics.error(code::syscall_mismatch.code, hook.syscall->span,
                    fmt::format("'{}' is not a system call", hook.function.value),
                    meant.empty() ? "write 'syscall: false'" : fmt::format("write '{}'", meant));
}

std::optional<Target> find_kprobe(const policy::Hook& hook, const KernelTypes& kernel,
                                  Diagnostics& diagnostics) {
  const bool told = !is_unreadable(hook.syscall);
  if (told && is_mismatch(hook)) {
    syscall_mismatch(hook, kernel, diagnostics);
    return std::nullopt;
  }
  const auto call = syscall_of(hook);
  auto target = call ? find_syscall(hook.function, *call, kernel, diagnostics)
                     : find_function(hook, kernel, diagnostics);
  return told ? target : std::nullopt;
}

constexpr std::string_view other_machines[] = {"arm64/", "arm32/", "__arm64_sys_",
                                               "__arm64_compat_"};

bool is_of_other_machine(std::string_view name) {
  return std::ranges::any_of(other_machines,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

// Of a function, or of a system call with its ABI before it.
bool can_be_function(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return is_symbol(name);
  return schema::syscall_call(name) && is_symbol(name.substr(slash + 1));
}

bool is_supported_name(const policy::Text& name, Diagnostics& diagnostics) {
  if (is_of_other_machine(name.value)) {
    diagnostics.error(code::no_function.code, name.span,
                      fmt::format("'{}' is of a kernel for another machine", name.value));
    return false;
  }
  if (can_be_function(name.value)) return true;
  diagnostics.error(code::no_function.code, name.span,
                    fmt::format("'{}' cannot be the name of a function", name.value));
  return false;
}

}  // namespace

bool is_absent(const policy::Hook& hook, const KernelTypes& kernel) {
  const std::string& call = hook.function.value;
  if (hook.section == schema::Section::tracepoints) return false;
  if (!hook.function.readable || is_unreadable(hook.syscall)) return false;
  if (!can_be_function(call) || is_mismatch(hook)) return false;
  if (const auto wanted = syscall_of(hook))
    return !has_syscall(symbol_of(call, *wanted, kernel), wanted->name, kernel);
  return !hook.trusted && !kernel.function(call);
}

std::optional<Target> find_target(const policy::Hook& hook, const KernelTypes& kernel,
                                  Diagnostics& diagnostics) {
  const bool names_function = hook.section != schema::Section::tracepoints;
  if (!hook.function.readable) return std::nullopt;
  if (names_function && !is_supported_name(hook.function, diagnostics)) return std::nullopt;
  if (is_unreadable(hook.ignore_call_not_found) && is_absent(hook, kernel)) return std::nullopt;
  switch (hook.section) {
    case schema::Section::kprobes:
    case schema::Section::fentries: return find_kprobe(hook, kernel, diagnostics);
    case schema::Section::tracepoints: return find_tracepoint(hook, kernel, diagnostics);
    case schema::Section::lsmhooks: return find_lsm_hook(hook.function, kernel, diagnostics);
    // Not in the kernel: find_places().
    case schema::Section::uprobes:
    case schema::Section::usdts: break;
  }
  return std::nullopt;
}

}  // namespace vigil::check
