// System calls of x86-64: the kernel's symbols are all made from one struct pt_regs *,
// so BTF does not tell what their arguments are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vigil::schema {

// "__x64_sys_" + the name in the table.
constexpr std::string_view syscall_prefix = "__x64_sys_";

enum class SyscallArg : char {
  integer = 'i',
  fd = 'd',
  string = 's',    // user memory, ends with a NUL
  sockaddr = 'a',  // user memory
  pointer = 'p',   // user memory or an address, anything else
};

struct Syscall {
  std::string_view name;       // as in its symbol: "newstat", not "stat"
  std::string_view arguments;  // a letter of SyscallArg each
};

std::span<const Syscall> syscalls();
const Syscall* find_syscall(std::string_view name);
std::vector<std::string_view> syscall_names();

// "openat" for "sys_openat" and "__x64_sys_openat"; empty for what is no syscall's symbol.
std::optional<std::string_view> syscall_name(std::string_view call);

}  // namespace vigil::schema
