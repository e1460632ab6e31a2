#include "engine/compile/check/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/compile/check/resolve.h"
#include "engine/compile/check/return_copies.h"
#include "engine/compile/check/type_fit.h"
#include "engine/compile/check/words.h"
#include "engine/schema/arg_types.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::ArgType;

// As VG_MAX_RAW and VG_MAX_SLOTS of the runtime.
constexpr std::int64_t max_parameters = 12;
constexpr std::size_t max_arguments = 32;

std::size_t parameter_count(const Target& target) {
  if (target.user) return target.user->arguments ? target.user->arguments->size() : SIZE_MAX;
  return target.syscall != nullptr ? target.syscall->arguments.size()
                                   : target.prototype.parameters.size();
}

std::string count_text(std::size_t count) {
  if (count == 0) return "no arguments";
  return count == 1 ? "1 argument, index 0"
                    : fmt::format("{} arguments, index 0 to {}", count, count - 1);
}

// How the kernel declares the function, where it tells anything.
std::string declaration(const Target& target) {
  if (target.syscall != nullptr || target.user || !target.record.empty()) return {};
  return to_string(target.function, target.prototype);
}

// The kernel puts something of its own there for BPF programs.
bool is_closed(const RecordField& field, const policy::Number& index, Diagnostics& diagnostics) {
  constexpr std::uint32_t readable_from_bytes = 8;
  if (field.offset_bytes >= readable_from_bytes) return false;
  diagnostics.error(code::bad_index.code, index.span,
                    fmt::format("'{}' is not shown to BPF programs", field.shown.name));
  return true;
}

RecordPlace place_of(const RecordField& field) {
  const CType& type = field.shown.type;
  RecordPlace place{.offset_bytes = field.offset_bytes,
                    .size_bytes = type.size_bytes,
                    .is_signed = type.is_signed};
  const bool is_relative = type.text.starts_with("__rel_loc");
  switch (type.kind) {
    case CType::Kind::array:
    case CType::Kind::record:
    case CType::Kind::other: place.form = RecordPlace::Form::inside; break;
    case CType::Kind::dynamic:
      place.form = is_relative ? RecordPlace::Form::relative : RecordPlace::Form::dynamic;
      break;
    case CType::Kind::nothing:
    case CType::Kind::integer:
    case CType::Kind::boolean:
    case CType::Kind::enumeration:
    case CType::Kind::pointer: break;
  }
  return place;
}

std::optional<std::uint32_t> check_index(const policy::Number& index, const Target* target,
                                         Diagnostics& diagnostics) {
  constexpr std::size_t any = INT64_MAX;
  const auto count =
      static_cast<std::int64_t>(target != nullptr ? std::min(parameter_count(*target), any) : any);
  const bool is_record = target != nullptr && !target->record.empty();
  if (index.value >= 0 && index.value < count && (is_record || index.value < max_parameters)) {
    const auto checked = static_cast<std::uint32_t>(index.value);
    if (is_record && is_closed(target->record[checked], index, diagnostics)) return std::nullopt;
    return checked;
  }
  if (index.value >= 0 && index.value < count) {
    diagnostics.error(code::not_supported.code, index.span,
                      fmt::format("arguments past the {}th are not supported yet", max_parameters));
  } else if (target == nullptr) {
    diagnostics.error(code::bad_index.code, index.span,
                      fmt::format("no function has an argument {}", index.value),
                      "index counts from 0");
  } else {
    diagnostics.error(code::bad_index.code, index.span,
                      fmt::format("'{}' has no argument {}: it has {}", target->function,
                                  index.value, count_text(parameter_count(*target))),
                      declaration(*target));
  }
  return std::nullopt;
}

void wrong_type(const policy::Text& type, std::string_view what, const std::string& fitting,
                Diagnostics& diagnostics) {
  diagnostics.error(code::wrong_type.code, type.span,
                    fmt::format("'{}' does not fit: the kernel passes {}", type.value, what),
                    fitting.empty() ? "no type for it is supported yet, 'nop' leaves it out"
                                    : fmt::format("types that fit: {}", fitting));
}

void check_type(const policy::Text& text, ArgType type, std::uint32_t index, const Target& target,
                Diagnostics& diagnostics) {
  if (target.user) {
    if (fits(type, UserSpace{})) return;
    diagnostics.error(
        code::wrong_type.code, text.span,
        fmt::format("'{}' is an object of the kernel: no program has one", text.value),
        fmt::format("types that fit: {}", fitting_types(UserSpace{})));
    return;
  }
  if (target.syscall != nullptr) {
    auto argument = static_cast<schema::SyscallArg>(target.syscall->arguments[index]);
    if (fits(type, argument)) return;
    wrong_type(text, describe(argument), fitting_types(argument), diagnostics);
    return;
  }
  const CType& kernel_type = target.prototype.parameters[index].type;
  if (fits(type, kernel_type)) return;
  wrong_type(text, fmt::format("'{}'", kernel_type.text), fitting_types(kernel_type), diagnostics);
}

// The type of what `resolve` and `btfType` begin with: of an argument, or of what comes back.
std::optional<CType> root_type(const policy::Argument& argument, const Target& target,
                               std::uint32_t index, const KernelTypes& kernel,
                               Diagnostics& diagnostics) {
  if (target.user) {
    const policy::Text& asked = argument.resolve ? *argument.resolve : *argument.btf_type;
    diagnostics.error(code::not_supported.code, asked.span,
                      "ways through a program's own structures are not supported yet",
                      "remove 'resolve' and 'btfType'");
    return std::nullopt;
  }
  if (argument.btf_type)
    return pointer_to_record(*argument.btf_type, argument.btf_type_module, kernel, diagnostics);
  if (index == return_index && target.syscall == nullptr) return target.prototype.result;
  if (target.syscall == nullptr) return target.prototype.parameters[index].type;
  diagnostics.error(code::bad_resolve.code, argument.resolve->span,
                    "the kernel does not tell what the arguments of a system call point to",
                    "name the structure with 'btfType'");
  return std::nullopt;
}

bool is_auto(const policy::Text& type) { return type.readable && type.value == schema::auto_type; }

// What the kernel's type tells counts; where it tells little, or both tell of an object, what is
// written does.
ArgType settle(const policy::Text& written, ArgType type, const CType& kernel_type,
               Diagnostics& diagnostics) {
  const auto told = type_of(kernel_type);
  if (is_auto(written)) return told.value_or(ArgType::uint64);
  const bool is_address = kernel_type.kind == CType::Kind::pointer && told == ArgType::uint64;
  const bool says_more = schema::info(type).category != schema::Category::integer;
  const bool is_fit = fits(type, kernel_type);
  if (told && !is_address && !(is_fit && says_more)) return *told;
  if (!is_fit)
    wrong_type(written, fmt::format("'{}'", kernel_type.text), fitting_types(kernel_type),
               diagnostics);
  return type;
}

bool takes_a_way(const policy::Argument& argument) { return argument.resolve || argument.btf_type; }

// Fills in the way and the type at its end.
void follow_way(const policy::Argument& argument, const CType& root, Way::From from,
                const KernelTypes& kernel, Argument& out, Diagnostics& diagnostics) {
  if (!argument.resolve) {
    out.type = settle(argument.type, out.type, root, diagnostics);
    return;
  }
  if (!argument.resolve->readable) return;
  auto resolved = resolve(*argument.resolve, root, kernel, diagnostics);
  if (!resolved) return;
  resolved->way.from = from;
  out.type = settle(argument.type, out.type, resolved->type, diagnostics);
  out.way = std::move(resolved->way);
}

bool is_number(std::uint32_t index, const Target& target) {
  if (target.user) return true;
  return target.syscall != nullptr
             ? fits(ArgType::uint32,
                    static_cast<schema::SyscallArg>(target.syscall->arguments[index]))
             : fits(ArgType::uint32, target.prototype.parameters[index].type);
}

std::optional<std::uint32_t> refuse_size_index(const policy::Number& number, std::string message,
                                               Diagnostics& diagnostics) {
  diagnostics.error(code::bad_index.code, number.span, std::move(message),
                    "sizeArgIndex counts from 1, index from 0");
  return std::nullopt;
}

std::optional<std::uint32_t> check_buffer_size(const policy::Number& number, const Target* target,
                                               Diagnostics& diagnostics) {
  auto index = number.value - 1;
  bool exists = index >= 0 && (index < max_parameters || (target && !target->record.empty()));
  if (target == nullptr) {
    if (exists) return static_cast<std::uint32_t>(index);
    return refuse_size_index(number, fmt::format("there is no argument number {}", number.value),
                             diagnostics);
  }
  exists = exists && static_cast<std::size_t>(index) < parameter_count(*target);
  if (exists && is_number(static_cast<std::uint32_t>(index), *target)) {
    return static_cast<std::uint32_t>(index);
  }
  return refuse_size_index(
      number,
      exists ? fmt::format("argument number {} is not a size", number.value)
             : fmt::format("'{}' has no argument number {}: it has {}", target->function,
                           number.value, parameter_count(*target)),
      diagnostics);
}

bool has_size(ArgType type) {
  return type == ArgType::char_buf || type == ArgType::char_iovec || type == ArgType::sockaddr_un;
}

// Functions that take an address take its size next.
std::optional<std::uint32_t> size_behind(const std::optional<std::uint32_t>& index,
                                         const Target* target) {
  if (!index || target == nullptr || target->user) return std::nullopt;
  const std::uint32_t next = *index + 1;
  const bool exists = next < parameter_count(*target) && next < max_parameters;
  return exists && is_number(next, *target) ? std::optional(next) : std::nullopt;
}

std::optional<std::uint32_t> check_size_index(const policy::Argument& argument, ArgType type,
                                              const std::optional<std::uint32_t>& index,
                                              const Target* target, Diagnostics& diagnostics) {
  const std::optional<policy::Number>& number = argument.size_arg_index;
  if (number && !number->readable) return std::nullopt;
  if (type == ArgType::sockaddr_un && !number) return size_behind(index, target);
  if (!has_size(type)) {
    if (number) {
      diagnostics.warning(
          code::pointless.code, number->span,
          fmt::format("type '{}' has no use for 'sizeArgIndex'", argument.type.value), "remove it");
    }
    return std::nullopt;
  }
  if (number) return check_buffer_size(*number, target, diagnostics);
  // What the call returns says how much is in it.
  if (is_copied_at_return(argument) && type == ArgType::char_buf) return std::nullopt;
  diagnostics.error(code::bad_index.code, argument.type.span,
                    fmt::format("'{}' needs 'sizeArgIndex'", argument.type.value),
                    "the number of the argument with the buffer's size, counted from 1");
  return std::nullopt;
}

std::optional<ArgType> declared_type(const policy::Argument& argument,
                                     const std::optional<std::uint32_t>& index,
                                     const Target* target, Diagnostics& diagnostics) {
  if (!index || target == nullptr) return std::nullopt;
  if (target->user) {
    diagnostics.error(code::wrong_type.code, argument.type.span,
                      "a program does not tell what its arguments are",
                      fmt::format("types that fit: {}", fitting_types(UserSpace{})));
    return std::nullopt;
  }
  auto type = target->syscall != nullptr
                  ? type_of(static_cast<schema::SyscallArg>(target->syscall->arguments[*index]))
                  : type_of(target->prototype.parameters[*index].type);
  if (!type) {
    diagnostics.error(code::wrong_type.code, argument.type.span,
                      fmt::format("no type fits what the kernel passes: '{}'",
                                  target->prototype.parameters[*index].type.text),
                      "'nop' leaves it out");
  }
  return type;
}

// The type as far as it is sure.
std::optional<ArgType> check_argument_type(const policy::Argument& argument,
                                           const std::optional<std::uint32_t>& index,
                                           const Target* target, Diagnostics& diagnostics) {
  if (is_auto(argument.type)) {
    if (takes_a_way(argument)) return ArgType::nop;  // what it leads to tells
    return declared_type(argument, index, target, diagnostics);
  }
  auto type = look_up(schema::arg_type_words(), argument.type, "an argument type",
                      code::unknown_type, diagnostics);
  if (!type || !index || target == nullptr || takes_a_way(argument)) return type;
  std::size_t errors = diagnostics.error_count();
  check_type(argument.type, *type, *index, *target, diagnostics);
  return diagnostics.error_count() == errors ? type : std::nullopt;
}

void warn_about_module(const policy::Argument& argument, Diagnostics& diagnostics) {
  if (!argument.btf_type_module || argument.btf_type) return;
  diagnostics.warning(code::pointless.code, argument.btf_type_module->span,
                      "'btfTypeModule' without 'btfType' has no effect",
                      "name the struct with 'btfType'");
}

bool is_whole(const policy::Argument& argument, ArgType type, Diagnostics& diagnostics) {
  const std::optional<policy::Flag>& asked = argument.max_data;
  if (!asked || !asked->readable || !asked->value) return false;
  if (is_copied_at_return(argument)) {
    diagnostics.error(code::bad_return.code, asked->span,
                      "'maxData' does not go together with 'returnCopy'", "keep one of them");
    return false;
  }
  if (type == ArgType::char_buf || type == ArgType::char_iovec || type == ArgType::iov_iter)
    return true;
  diagnostics.warning(code::pointless.code, asked->span,
                      fmt::format("type '{}' has no use for 'maxData'", argument.type.value),
                      "remove it");
  return false;
}

void place(const RecordField& field, const RecordField& size, Argument& out) {
  out.place = place_of(field);
  if (out.size_index.has_value()) out.size_place = place_of(size);
  if (out.type == ArgType::const_buf) out.fixed_size = out.place->size_bytes;
}

// An array of numbers, of which the policy does not say how to see it, is shown number by number.
bool is_spread(const policy::Argument& argument, const CType& type) {
  return is_auto(argument.type) && type.kind == CType::Kind::array &&
         type.target == CType::Target::number && type.element_bytes != 0;
}

void spread(const Argument& array, const RecordField& field, std::int64_t index,
            CheckedArguments& checked) {
  const CType& type = field.shown.type;
  CType element{
      .kind = CType::Kind::integer, .size_bytes = type.element_bytes, .is_signed = type.is_signed};
  for (std::uint32_t at = 0; at < type.size_bytes; at += type.element_bytes) {
    Argument out = array;
    out.type = type_of(element).value_or(ArgType::uint64);
    out.place = RecordPlace{.offset_bytes = field.offset_bytes + at,
                            .size_bytes = type.element_bytes,
                            .is_signed = type.is_signed};
    checked.all.push_back(std::move(out));
    checked.typed.push_back(true);
    checked.indices.push_back(index);
  }
}

void check_argument(const policy::Argument& argument, const Target* target,
                    const KernelTypes& kernel, CheckedArguments& checked,
                    Diagnostics& diagnostics) {
  const bool has_index = argument.index && argument.index->readable;
  std::optional<std::uint32_t> index;
  if (has_index) index = check_index(*argument.index, target, diagnostics);
  auto type = check_argument_type(argument, index, target, diagnostics);
  Argument out;
  out.span = argument.span;
  out.label = argument.label ? argument.label->value : std::string{};
  out.type = type.value_or(ArgType::nop);
  out.index = index.value_or(0);
  out.at_return = is_copied_at_return(argument);
  warn_about_module(argument, diagnostics);
  if (type) out.whole = is_whole(argument, *type, diagnostics);
  const std::size_t errors = diagnostics.error_count();
  if (type && index && target != nullptr && takes_a_way(argument)) {
    if (auto root = root_type(argument, *target, *index, kernel, diagnostics))
      follow_way(argument, *root, Way::From::value, kernel, out, diagnostics);
    type = diagnostics.error_count() == errors ? std::optional(out.type) : std::nullopt;
  }
  if (type) out.size_index = check_size_index(argument, *type, index, target, diagnostics);
  if (target != nullptr && !target->record.empty() && index) {
    const RecordField& field = target->record[out.index];
    place(field, target->record[out.size_index.value_or(0)], out);
    if (is_spread(argument, field.shown.type))
      return spread(out, field, argument.index->value, checked);
  }
  checked.all.push_back(std::move(out));
  checked.typed.push_back(type.has_value());
  checked.indices.push_back(has_index ? argument.index->value : -1);
  checked.indexed = checked.indexed && has_index;
}

bool returns_something(const Target& target) {
  if (target.user) return true;
  return target.syscall != nullptr || target.prototype.result.kind != CType::Kind::nothing;
}

// Whether a value is all there by what a function gives back.
bool fits_register(ArgType type) {
  const bool needs_size = type == ArgType::char_buf || type == ArgType::char_iovec;
  const bool is_array = type == ArgType::const_buf || type == ArgType::data_loc;
  return !needs_size && !is_array && type != ArgType::nop;
}

void check_return_type(const policy::Argument& argument, ArgType type, const Target* target,
                       Diagnostics& diagnostics) {
  if (target != nullptr && !returns_something(*target)) {
    diagnostics.error(code::bad_return.code, argument.type.span,
                      fmt::format("'{}' returns nothing", target->function), declaration(*target));
  } else if (!fits_register(type)) {
    diagnostics.error(code::not_supported.code, argument.type.span,
                      fmt::format("'{}' as the type of a return value is not supported yet",
                                  argument.type.value));
  } else if (target == nullptr || target->user) {
    return;
  } else if (target->syscall != nullptr) {
    if (!fits(type, schema::SyscallArg::integer))
      wrong_type(argument.type, "back a number", fitting_types(schema::SyscallArg::integer),
                 diagnostics);
  } else if (!fits(type, target->prototype.result)) {
    wrong_type(argument.type, fmt::format("back '{}'", target->prototype.result.text),
               fitting_types(target->prototype.result), diagnostics);
  }
}

// Functions that end the thread that calls them; a kretprobe there would never fire.
constexpr std::string_view ends_of_threads[] = {
    "__module_put_and_kthread_exit",
    "__x64_sys_exit",
    "__x64_sys_exit_group",
    "do_exit",
    "do_group_exit",
    "do_task_dead",
    "kthread_complete_and_exit",
    "kthread_exit",
    "make_task_dead",
    "panic",
    "rewind_stack_and_make_dead",
};

bool can_return(const policy::Hook& hook, const Target& target, Diagnostics& diagnostics) {
  if (std::ranges::find(ends_of_threads, target.function) == std::end(ends_of_threads)) return true;
  diagnostics.error(code::bad_return.code, hook.returns->span,
                    fmt::format("'{}' never returns", hook.function.value),
                    "remove 'return' and 'returnArg'");
  return false;
}

// Whether an fexit program may load the whole register: no pointer to a function or to a pointer.
bool is_readable_register(const CType& type) {
  if (type.kind != CType::Kind::pointer) return type.is_number() && type.size_bytes == 8;
  return type.target == CType::Target::record || type.target == CType::Target::nothing ||
         type.target == CType::Target::character;
}

// One value that is no argument.
void fill_data(const policy::Argument& entry, const KernelTypes& kernel, Argument& out,
               Diagnostics& diagnostics) {
  if (!entry.source->readable) return;
  const std::string& source = entry.source->value;
  const bool of_task = source == "current_task";
  if (!of_task && source != "pt_regs") {
    diagnostics.error(code::bad_value.code, entry.source->span,
                      fmt::format("'{}' is no source of data", source),
                      "'current_task' and 'pt_regs' are");
    return;
  }
  if (!entry.resolve) {
    diagnostics.error(code::missing_key.code, entry.span, "a data entry needs 'resolve'",
                      of_task ? "the way from struct task_struct, such as mm.owner.comm"
                              : "the name of a register, such as rip");
    return;
  }
  if (!entry.resolve->readable) return;
  if (of_task) {
    CType root{.kind = CType::Kind::pointer, .text = "struct task_struct *"};
    root.id = kernel.record("task_struct").value_or(0);
    return follow_way(entry, root, Way::From::current_task, kernel, out, diagnostics);
  }
  const auto offset = register_offset(entry.resolve->value);
  if (!offset) {
    diagnostics.error(code::bad_resolve.code, entry.resolve->span,
                      fmt::format("'{}' is no register", entry.resolve->value),
                      "registers are rax, rip and so on");
    return;
  }
  if (is_auto(entry.type)) out.type = ArgType::uint64;
  out.way = Way{.from = Way::From::registers, .offset = *offset, .text = entry.resolve->value};
}

}  // namespace

CheckedArguments check_arguments(const policy::Hook& hook, const Target* target,
                                 const KernelTypes& kernel, Diagnostics& diagnostics) {
  CheckedArguments checked;
  checked.indexed = hook.arguments_readable;
  checked.by_position = target != nullptr && !target->record.empty();
  if (hook.arguments.size() > max_arguments) {
    diagnostics.error(code::out_of_range.code, hook.arguments[max_arguments].span,
                      fmt::format("a hook reports at most {} arguments", max_arguments));
    checked.indexed = false;
  }
  for (const policy::Argument& argument : hook.arguments) {
    if (checked.all.size() == max_arguments) break;
    check_argument(argument, target, kernel, checked, diagnostics);
  }
  return checked;
}

CheckedArguments check_data(const policy::Hook& hook, const KernelTypes& kernel,
                            Diagnostics& diagnostics) {
  CheckedArguments checked;
  for (const policy::Argument& entry : hook.data) {
    const std::size_t errors = diagnostics.error_count();
    const auto type = check_argument_type(entry, std::nullopt, nullptr, diagnostics);
    Argument out;
    out.span = entry.span;
    out.label = entry.label ? entry.label->value : std::string{};
    out.type = type.value_or(ArgType::nop);
    if (type && entry.source) fill_data(entry, kernel, out, diagnostics);
    checked.typed.push_back(type && diagnostics.error_count() == errors);
    checked.indices.push_back(static_cast<std::int64_t>(checked.all.size()));
    checked.all.push_back(std::move(out));
  }
  return checked;
}

void find_operands(std::vector<Argument>& arguments, const UserTarget& target,
                   Diagnostics& diagnostics) {
  const auto find = [&](std::uint32_t index, const Span& span) -> std::optional<Operand> {
    if (!target.arguments) return function_argument(index);
    // Where a probe stands more than once, each place has arguments of its own.
    const auto operand =
        index < target.arguments->size() ? (*target.arguments)[index] : std::nullopt;
    if (!operand) {
      diagnostics.error(code::not_supported.code, span,
                        fmt::format("argument {} of this probe is where it cannot be read", index));
    }
    return operand;
  };
  for (Argument& argument : arguments) {
    if (argument.type != ArgType::nop) argument.operand = find(argument.index, argument.span);
    if (argument.size_index) argument.size_operand = find(*argument.size_index, argument.span);
  }
}

CheckedReturn check_return(const policy::Hook& hook, const Target* target,
                           const KernelTypes& kernel, Diagnostics& diagnostics) {
  CheckedReturn checked;
  const bool told = !hook.returns || hook.returns->readable;
  const bool wanted = hook.returns && hook.returns->value;
  checked.value.indexed = told;
  if (wanted && target != nullptr && !can_return(hook, *target, diagnostics)) {
    checked.value.indexed = false;
    return checked;
  }
  if (wanted && !hook.return_argument) {
    diagnostics.error(code::bad_return.code, hook.returns->span, "'return: true' needs 'returnArg'",
                      "write returnArg: {index: 0, type: int}");
    checked.value.indexed = false;
  }
  if (told && !wanted && hook.return_argument) {
    diagnostics.warning(code::bad_return.code, hook.return_argument->span,
                        "'returnArg' without 'return: true' has no effect", "write 'return: true'");
  }
  if ((told && !wanted) || !hook.return_argument) return checked;
  const policy::Argument& argument = *hook.return_argument;
  std::size_t errors = diagnostics.error_count();
  auto type = look_up(schema::arg_type_words(), argument.type, "an argument type",
                      code::unknown_type, diagnostics);
  if (type && !takes_a_way(argument)) check_return_type(argument, *type, target, diagnostics);
  Argument out;
  out.type = type.value_or(ArgType::nop);
  if (type && target != nullptr && takes_a_way(argument)) {
    if (auto root = root_type(argument, *target, return_index, kernel, diagnostics))
      follow_way(argument, *root, Way::From::value, kernel, out, diagnostics);
  }
  out.index = return_index;
  out.label = argument.label ? argument.label->value : std::string{};
  out.span = argument.span;
  checked.wanted = true;
  checked.value.all.push_back(std::move(out));
  checked.value.typed.push_back(type && diagnostics.error_count() == errors);
  checked.value.indices.push_back(0);
  return checked;
}

ReturnHalf return_half_of(schema::Section section, const Target& target) {
  constexpr std::size_t registers = 6;
  const auto& parameters = target.prototype.parameters;
  const auto is_plain = [](const CType& type) {
    return type.is_number() || type.kind == CType::Kind::pointer;
  };
  const bool fits_trampoline =
      parameters.size() <= registers && !target.prototype.is_variadic &&
      (is_plain(target.prototype.result) || target.prototype.result.kind == CType::Kind::nothing) &&
      std::ranges::all_of(parameters, is_plain, [](const Parameter& each) { return each.type; });
  if (!fits_trampoline) {
    const bool by_fentry = section == schema::Section::fentries;
    return {.mechanism = by_fentry ? schema::Mechanism::fexit : schema::Mechanism::kretprobe,
            .telling_parameters = 0};
  }
  ReturnHalf half{.mechanism = schema::Mechanism::fexit, .telling_parameters = 0};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (is_readable_register(parameters[i].type))
      half.telling_parameters |= static_cast<std::uint8_t>(1u << i);
  }
  return half;
}

}  // namespace vigil::check
