#include "engine/schema/registers.h"

#include <array>

namespace vigil::schema {
namespace {

struct Named {
  std::string_view name;
  Register part;
};

// Offsets of struct pt_regs.
constexpr Named rows[] = {
    {"r15", {0, 8}},        {"r15d", {0, 4}},     {"r15w", {0, 2}},  {"r15b", {0, 1}},
    {"r14", {8, 8}},        {"r14d", {8, 4}},     {"r14w", {8, 2}},  {"r14b", {8, 1}},
    {"r13", {16, 8}},       {"r13d", {16, 4}},    {"r13w", {16, 2}}, {"r13b", {16, 1}},
    {"r12", {24, 8}},       {"r12d", {24, 4}},    {"r12w", {24, 2}}, {"r12b", {24, 1}},
    {"rbp", {32, 8}},       {"ebp", {32, 4}},     {"bp", {32, 2}},   {"bpl", {32, 1}},
    {"rbx", {40, 8}},       {"ebx", {40, 4}},     {"bx", {40, 2}},   {"bl", {40, 1}},
    {"bh", {41, 1}},        {"r11", {48, 8}},     {"r11d", {48, 4}}, {"r11w", {48, 2}},
    {"r11b", {48, 1}},      {"r10", {56, 8}},     {"r10d", {56, 4}}, {"r10w", {56, 2}},
    {"r10b", {56, 1}},      {"r9", {64, 8}},      {"r9d", {64, 4}},  {"r9w", {64, 2}},
    {"r9b", {64, 1}},       {"r8", {72, 8}},      {"r8d", {72, 4}},  {"r8w", {72, 2}},
    {"r8b", {72, 1}},       {"rax", {80, 8}},     {"eax", {80, 4}},  {"ax", {80, 2}},
    {"al", {80, 1}},        {"ah", {81, 1}},      {"rcx", {88, 8}},  {"ecx", {88, 4}},
    {"cx", {88, 2}},        {"cl", {88, 1}},      {"ch", {89, 1}},   {"rdx", {96, 8}},
    {"edx", {96, 4}},       {"dx", {96, 2}},      {"dl", {96, 1}},   {"dh", {97, 1}},
    {"rsi", {104, 8}},      {"esi", {104, 4}},    {"si", {104, 2}},  {"sil", {104, 1}},
    {"rdi", {112, 8}},      {"edi", {112, 4}},    {"di", {112, 2}},  {"dil", {112, 1}},
    {"orig_rax", {120, 8}}, {"rip", {128, 8}},    {"eip", {128, 4}}, {"ip", {128, 2}},
    {"cs", {136, 8}},       {"eflags", {144, 8}}, {"rsp", {152, 8}}, {"esp", {152, 4}},
    {"sp", {152, 2}},       {"spl", {152, 1}},    {"ss", {160, 8}},
};

constexpr std::array<Register, argument_register_count> arguments = {
    {{112, 8}, {104, 8}, {96, 8}, {88, 8}, {72, 8}, {64, 8}}};

}  // namespace

std::optional<Register> find_register(std::string_view name) {
  for (const Named& row : rows) {
    if (row.name == name) return row.part;
  }
  return std::nullopt;
}

std::string_view name_of(const Register& part) {
  for (const Named& row : rows) {
    if (row.part == part) return row.name;
  }
  return "?";
}

Register argument_register(std::size_t index) { return arguments[index]; }
Register stack_pointer() { return {152, 8}; }
Register instruction_pointer() { return {128, 8}; }

}  // namespace vigil::schema
