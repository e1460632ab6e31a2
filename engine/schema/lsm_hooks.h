// LSM hooks and the security_* functions that call them.
#pragma once

#include <string>
#include <string_view>

namespace vigil::schema {

constexpr std::string_view security_prefix = "security_";
constexpr std::string_view bpf_lsm_prefix = "bpf_lsm_";

// "bprm_check_security" for "security_bprm_check"; empty for what is no security_* function.
std::string lsm_hook_of(std::string_view security_function);
// "security_bprm_check" for "bprm_check_security".
std::string security_function_of(std::string_view lsm_hook);

// The kernel refuses BPF programs on it (since 6.12: its value is not an error code).
bool is_closed_to_bpf(std::string_view lsm_hook);

// The hook that is asked before a system call ("openat") does what it is for, with what the kernel
// has copied or looked up; empty where there is none.
std::string_view lsm_hook_behind(std::string_view syscall);

}  // namespace vigil::schema
