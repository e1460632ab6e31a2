// System calls of x86-64: the kernel's symbols are all made from one struct pt_regs *,
// so BTF does not tell what their arguments are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/schema/syscall_numbers.h"

namespace vigil::schema {

// "__x64_sys_" + the name in the table.
constexpr std::string_view syscall_prefix = "__x64_sys_";
constexpr std::string_view i386_prefix = "__ia32_sys_";
// Where a program of 32 bits needs a translation.
constexpr std::string_view i386_compat_prefix = "__ia32_compat_sys_";

enum class SyscallArg : char {
  integer = 'i',
  fd = 'd',
  string = 's',    // user memory, ends with a NUL
  sockaddr = 'a',  // user memory
  pointer = 'p',   // user memory or an address, anything else
  unknown = 'u',   // of a system call that is not in the table
};

struct Syscall {
  std::string_view name;       // as in its symbol: "newstat", not "stat"
  std::string_view arguments;  // a letter of SyscallArg each
};

std::span<const Syscall> syscalls();
const Syscall* find_syscall(std::string_view name);
std::vector<std::string_view> syscall_names();

// What stands for a system call that the table lacks: six arguments of any kind.
const Syscall& unknown_syscall();

// A system call as policies name it.
struct SyscallCall {
  Abi abi = Abi::x64;
  std::string_view name;   // "openat"
  bool is_symbol = false;  // written as the kernel's own name
};
// Of "sys_openat", "x64/sys_openat", "i386/sys_openat" and the kernel's symbols; empty for what is
// no system call's name.
std::optional<SyscallCall> syscall_call(std::string_view call);

}  // namespace vigil::schema
