#include "engine/loader/verifier_log.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/text.h"

namespace vigil::loader {
namespace {

constexpr std::size_t lines_kept = 3;

// "processed 94 insns (limit 1000000) ...", "stack depth 0+0", "verification time 79 usec",
// and the end marks that libbpf adds.
bool is_statistics(std::string_view line) {
  return line.starts_with("processed ") || line.starts_with("stack depth ") ||
         line.starts_with("verification time ") || line.find("-- END ") != line.npos;
}

// "14: (85) call pc+3" and, with its state, "14: R0=0 ...": 14.
std::optional<std::uint32_t> instruction_of(std::string_view line) {
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || !std::string_view(end, line.data() + line.size()).starts_with(": ")) {
    return std::nullopt;
  }
  return number;
}

// "14: R0_w=scalar()": the registers there, without the instruction.
bool is_state(std::string_view line) {
  std::size_t digits = line.find_first_not_of("0123456789");
  if (digits == 0 || digits == line.npos || line[digits] != ':') return false;
  return !line.substr(digits).starts_with(": (");
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

const codegen::LineEntry* line_at(const codegen::HookProgram& program, std::uint32_t instruction) {
  const codegen::LineEntry* found = nullptr;
  for (const auto& entry : program.lines) {
    if (entry.instruction <= instruction && entry.span.line > 0) found = &entry;
  }
  return found;
}

const codegen::LineEntry* first_line(const codegen::HookProgram& program) {
  auto it = std::ranges::find_if(program.lines, [](const auto& e) { return e.span.line > 0; });
  return it == program.lines.end() ? nullptr : &*it;
}

std::string place_of(const codegen::LineEntry* entry, const plan::HookKey& key) {
  if (entry == nullptr || !entry->span.file) return to_string(key);
  return fmt::format("{}:{}", printable(entry->span.file->name), entry->span.line);
}

const ImageFunction* function_at(const JoinedProgram& joined, std::uint32_t instruction) {
  auto it = std::ranges::find_if(joined.functions, [&](const ImageFunction& f) {
    return instruction >= f.start && instruction < f.start + f.size;
  });
  return it == joined.functions.end() ? nullptr : &*it;
}

}  // namespace

std::string last_lines(std::string_view log, std::size_t lines) {
  auto all = split_lines(log);
  std::erase_if(all, is_statistics);
  std::erase_if(all, is_state);
  std::size_t skipped = all.size() > lines ? all.size() - lines : 0;
  return fmt::format(
      "{}", fmt::join(all.begin() + static_cast<std::ptrdiff_t>(skipped), all.end(), "; "));
}

std::optional<std::uint32_t> last_instruction(std::string_view log) {
  auto all = split_lines(log);
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    if (auto instruction = instruction_of(*it)) return instruction;
  }
  return std::nullopt;
}

std::string place_of(const codegen::HookProgram& program) {
  return place_of(first_line(program), program.key);
}

std::string explain_refusal(std::string_view log, const codegen::HookProgram& program,
                            const JoinedProgram& joined) {
  std::uint32_t instruction = last_instruction(log).value_or(0);
  const ImageFunction* function = function_at(joined, instruction);
  bool in_main = function == nullptr || function->start == 0;
  const auto* line = in_main ? line_at(program, instruction) : first_line(program);
  return fmt::format("{}: the kernel refused this hook{}: {}", place_of(line, program.key),
                     in_main ? "" : fmt::format(" (in {})", function->name),
                     last_lines(log, lines_kept));
}

}  // namespace vigil::loader
