#include "engine/compile/check/return_copies.h"

#include <fmt/format.h>

#include "engine/schema/arg_types.h"
#include "engine/schema/codes.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::ArgType;

void refuse(const policy::Argument& written, std::string message, std::string help,
            Diagnostics& diagnostics) {
  diagnostics.error(code::bad_return.code, written.return_copy->span, std::move(message),
                    std::move(help));
}

// A kretprobe sees what is returned and no argument any more; trampolines are made for one
// function of the kernel.
bool shows_arguments_at_return(const policy::Hook& hook, const Target& target) {
  if (target.user) return false;
  return return_half_of(hook.section, target).mechanism == schema::Mechanism::fexit;
}

bool tells_size(const CheckedReturn& returned) {
  const ArgType type = returned.value.all.front().type;
  return !returned.value.typed.front() || schema::info(type).category == schema::Category::integer;
}

void check_return_copy(const policy::Hook& hook, const policy::Argument& written,
                       const Argument& argument, const CheckedReturn& returned,
                       const Target* target, Diagnostics& diagnostics) {
  if (argument.type != ArgType::char_buf && argument.type != ArgType::char_iovec) {
    return refuse(
        written,
        fmt::format("'returnCopy' reads buffers, not a '{}'", schema::info(argument.type).name),
        "remove it, or write 'char_buf' or 'char_iovec'", diagnostics);
  }
  if (!returned.wanted) {
    return refuse(written, "'returnCopy' on a hook that does not look at the return of its calls",
                  "write 'return: true' and 'returnArg' on a kprobe or fentry", diagnostics);
  }
  if (target != nullptr && !shows_arguments_at_return(hook, *target)) {
    return refuse(
        written, fmt::format("the arguments of '{}' are gone when it returns", hook.function.value),
        "hook one function of the kernel, with at most six arguments", diagnostics);
  }
  if (!argument.size_index && !tells_size(returned)) {
    refuse(written, "nothing tells how much is in the buffer: what is returned is no number",
           "write 'sizeArgIndex'", diagnostics);
  }
}

}  // namespace

bool is_copied_at_return(const policy::Argument& argument) {
  return argument.return_copy && argument.return_copy->readable && argument.return_copy->value;
}

void check_return_copies(const policy::Hook& hook, const CheckedArguments& arguments,
                         const CheckedReturn& returned, const Target* target,
                         Diagnostics& diagnostics) {
  std::size_t position = 0;
  for (const policy::Argument& written : hook.arguments) {
    if (position == arguments.all.size()) return;
    // One that was written can stand for several only in a tracepoint's record.
    if (is_copied_at_return(written) && arguments.typed[position])
      check_return_copy(hook, written, arguments.all[position], returned, target, diagnostics);
    ++position;
  }
}

}  // namespace vigil::check
