#include "engine/btf/trace_format.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "engine/base/file.h"
#include "engine/base/number.h"

namespace vigil::btf {
namespace {

using check::CType;

constexpr std::size_t max_format_bytes = 1 << 20;
constexpr std::size_t max_functions_bytes = 64 << 20;
constexpr std::string_view dynamic_prefixes[] = {"__data_loc ", "__rel_loc "};

// "field:const char * name;	offset:16;	size:8;	signed:0;"
std::string_view part(std::string_view line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + name.size());
  return line.substr(0, line.find(';'));
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

void trim(std::string_view& text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
}

// "char [16]" and "comm" of "char comm[16]".
struct Declaration {
  std::string type;
  std::string_view name;
};

Declaration take_apart(std::string_view text) {
  trim(text);
  std::string_view array;
  if (text.ends_with(']')) {
    const std::size_t open = text.rfind('[');
    if (open != std::string_view::npos) {
      array = text.substr(open);
      text = text.substr(0, open);
    }
  }
  std::size_t name = text.size();
  while (name > 0 && is_word(text[name - 1])) --name;
  std::string_view type = text.substr(0, name);
  trim(type);
  return {array.empty() ? std::string(type) : fmt::format("{} {}", type, array), text.substr(name)};
}

bool is_dynamic(std::string_view type) {
  return std::ranges::any_of(dynamic_prefixes,
                             [&](std::string_view prefix) { return type.starts_with(prefix); });
}

// Of the C types that the kernel's own tracepoints make arrays of.
struct Element {
  std::string_view name;
  CType::Target target;
  std::uint32_t size_bytes;
};
constexpr Element elements[] = {
    {"char", CType::Target::character, 1},        {"unsigned char", CType::Target::character, 1},
    {"u8", CType::Target::character, 1},          {"__u8", CType::Target::character, 1},
    {"uint8_t", CType::Target::character, 1},     {"unsigned long", CType::Target::number, 8},
    {"long", CType::Target::number, 8},           {"u64", CType::Target::number, 8},
    {"__u64", CType::Target::number, 8},          {"u32", CType::Target::number, 4},
    {"__u32", CType::Target::number, 4},          {"int", CType::Target::number, 4},
    {"unsigned int", CType::Target::number, 4},   {"u16", CType::Target::number, 2},
    {"unsigned short", CType::Target::number, 2},
};

void fill_element(CType& type) {
  std::string_view text = type.text;
  for (std::string_view prefix : dynamic_prefixes)
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  text = text.substr(0, text.find('['));
  trim(text);
  type.target = CType::Target::other;
  for (const Element& element : elements) {
    if (element.name != text) continue;
    type.target = element.target;
    type.element_bytes = element.size_bytes;
  }
}

bool fits_a_word(std::uint32_t size_bytes) {
  return size_bytes == 1 || size_bytes == 2 || size_bytes == 4 || size_bytes == 8;
}

void fill_pointer(CType& type) {
  const bool is_text = type.text.find("char *") != std::string::npos;
  type.kind = CType::Kind::pointer;
  type.target = is_text ? CType::Target::character : CType::Target::other;
  const std::size_t record = type.text.find("struct ");
  if (record == std::string::npos) return;
  std::string_view name = std::string_view(type.text).substr(record + 7);
  type.target = CType::Target::record;
  type.record = name.substr(0, name.find(' '));
}

CType type_of(std::string text, std::uint32_t size_bytes, bool is_signed) {
  CType type;
  type.text = std::move(text);
  type.size_bytes = size_bytes;
  type.is_signed = is_signed;
  if (is_dynamic(type.text)) {
    type.kind = CType::Kind::dynamic;
    fill_element(type);
  } else if (type.text.ends_with(']')) {
    type.kind = CType::Kind::array;
    fill_element(type);
  } else if (type.text.ends_with('*')) {
    fill_pointer(type);
  } else {
    type.kind = fits_a_word(size_bytes) ? CType::Kind::integer : CType::Kind::other;
  }
  return type;
}

std::optional<check::RecordField> field_of(std::string_view line) {
  const auto offset = whole_number<std::uint32_t>(part(line, "offset:"));
  const auto size = whole_number<std::uint32_t>(part(line, "size:"));
  const Declaration declared = take_apart(part(line, "field:"));
  if (!offset || !size || declared.name.empty()) return std::nullopt;
  return check::RecordField{.shown = {std::string(declared.name),
                                      type_of(declared.type, *size, part(line, "signed:") == "1")},
                            .offset_bytes = *offset};
}

}  // namespace

Result<std::vector<check::RecordField>> parse_trace_format(std::string_view text) {
  std::vector<check::RecordField> fields;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with("print fmt:")) break;
    if (line.find("field:") == std::string_view::npos) continue;
    auto field = field_of(line);
    if (!field) return Error(fmt::format("a line of its format is not understood: {}", line));
    fields.push_back(std::move(*field));
  }
  if (fields.empty()) return Error("its format lists no fields");
  return fields;
}

// "name [module]", a line each; what was thrown away after the start has no name any more.
Result<std::vector<std::string>> read_traceable_functions() {
  Error failure("tracefs is not mounted", ENOENT);
  for (const char* folder : tracefs_folders) {
    auto text = read_file(std::string(folder) + "/available_filter_functions", max_functions_bytes);
    if (!text) {
      failure = text.error();
      continue;
    }
    std::vector<std::string> names;
    std::string_view rest = *text;
    while (!rest.empty()) {
      std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      const std::string_view name = line.substr(0, line.find_first_of(" \t"));
      if (!name.empty() && !name.starts_with("__ftrace_invalid_")) names.emplace_back(name);
    }
    std::ranges::sort(names);
    const auto doubled = std::ranges::unique(names);
    names.erase(doubled.begin(), doubled.end());
    return names;
  }
  return failure;
}

Result<std::vector<check::RecordField>> read_trace_format(std::string_view subsystem,
                                                          std::string_view event) {
  const std::string name = fmt::format("{}/{}", subsystem, event);
  for (const char* folder : tracefs_folders) {
    const std::string events = std::string(folder) + "/events";
    if (access(events.c_str(), X_OK) != 0) continue;
    auto text = read_file(fmt::format("{}/{}/format", events, name), max_format_bytes);
    if (!text) return text.error();
    auto fields = parse_trace_format(*text);
    return fields ? fields : fields.error().in(fmt::format("tracepoint '{}'", name));
  }
  return Error(fmt::format("what tracepoint '{}' records cannot be read: {} is not mounted, or "
                           "closed to this user",
                           name, tracefs_folders[0]),
               EACCES);
}

}  // namespace vigil::btf
