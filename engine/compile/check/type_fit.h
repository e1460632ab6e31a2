// Which argument types fit what the kernel passes.
#pragma once

#include <optional>
#include <string>

#include "engine/compile/check/kernel_types.h"
#include "engine/schema/syscalls.h"
#include "engine/schema/types.h"

namespace vigil::check {

bool fits(schema::ArgType type, const CType& kernel_type);
// An argument of a system call: user memory behind every pointer.
bool fits(schema::ArgType type, schema::SyscallArg argument);

// What a program has in its registers and memory, of which nothing is known.
struct UserSpace {};
bool fits(schema::ArgType type, UserSpace);

// What 'auto' stands for.
std::optional<schema::ArgType> type_of(const CType& kernel_type);
std::optional<schema::ArgType> type_of(schema::SyscallArg argument);

// "'file', 'uint64'": for a help line.
std::string fitting_types(const CType& kernel_type);
std::string fitting_types(schema::SyscallArg argument);
std::string fitting_types(UserSpace);

std::string_view describe(schema::SyscallArg argument);

}  // namespace vigil::check
