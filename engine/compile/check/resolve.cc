#include "engine/compile/check/resolve.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <vector>

#include "engine/schema/codes.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

constexpr std::size_t max_parts = 128;
constexpr std::uint32_t pointer_bytes = 8;

// "comm" or, in brackets, a number.
struct Part {
  std::string_view name;
  std::optional<std::uint32_t> index;
};

std::optional<Part> part_of(std::string_view text) {
  if (!text.starts_with('[')) return text.empty() ? std::nullopt : std::optional(Part{text, {}});
  Part part{text, 0};
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 1, end, *part.index);
  if (read.ec != std::errc{} || read.ptr + 1 != end || *read.ptr != ']') return std::nullopt;
  return part;
}

// "a.b[3].c" is four parts; a dot before a bracket makes no difference.
std::optional<std::vector<Part>> parts_of(std::string_view path) {
  std::vector<Part> parts;
  while (!path.empty() && parts.size() <= max_parts) {
    const std::size_t end = path.find_first_of(".[", 1);
    auto part = part_of(path.substr(0, end));
    if (!part) return std::nullopt;
    parts.push_back(*part);
    path.remove_prefix(std::min(path.size(), end));
    if (path.starts_with('.')) path.remove_prefix(1);
    if (path.empty() && end != path.npos) return std::nullopt;
  }
  if (parts.empty() || parts.size() > max_parts) return std::nullopt;
  return parts;
}

// Where the walk is: `type` stands at `way.offset` behind the last pointer followed.
class Walk {
 public:
  Walk(const policy::Text& path, const CType& root, const KernelTypes& kernel,
       Diagnostics& diagnostics)
      : path_(path), kernel_(kernel), diagnostics_(diagnostics), type_(root) {
    way_.text = path.value;
  }

  bool take(const std::vector<Part>& parts);
  std::optional<Resolved> finish();

 private:
  bool follow_pointer(std::size_t depth);
  bool enter_member(const Part& part);
  bool enter_element(std::uint32_t index);
  bool fail(std::string message, std::string help = {});

  const policy::Text& path_;
  const KernelTypes& kernel_;
  Diagnostics& diagnostics_;
  CType type_;
  bool in_root_ = true;  // the root itself is at hand, it is not read
  std::uint8_t bits_ = 0;
  std::uint32_t bit_offset_ = 0;
  Way way_;
};

bool Walk::fail(std::string message, std::string help) {
  diagnostics_.error(code::bad_resolve.code, path_.span, std::move(message), std::move(help));
  return false;
}

bool Walk::follow_pointer(std::size_t depth) {
  if (!in_root_) way_.steps.push_back({way_.offset, static_cast<std::uint8_t>(depth)});
  in_root_ = false;
  way_.offset = 0;
  auto target = kernel_.type(type_.id);
  if (!target) return fail(fmt::format("'{}' leads nowhere that is known", type_.text));
  type_ = std::move(*target);
  return true;
}

bool Walk::enter_member(const Part& part) {
  if (type_.kind != CType::Kind::record)
    return fail(fmt::format("'{}' has no member '{}'", type_.text, part.name));
  const auto member = kernel_.member(type_.id, part.name);
  if (!member) return fail(fmt::format("'{}' has no member '{}'", type_.text, part.name));
  way_.offset += member->offset_bits / 8;
  bit_offset_ = member->offset_bits % 8;
  bits_ = member->bits;
  type_ = member->type;
  return true;
}

bool Walk::enter_element(std::uint32_t index) {
  if (type_.kind == CType::Kind::array) {
    // One without a size ends a record and goes on behind it.
    const bool ends = type_.size_bytes != 0 && type_.element_bytes != 0;
    if (ends && index >= type_.size_bytes / type_.element_bytes)
      return fail(fmt::format("'{}' has no element {}", type_.text, index));
    auto element = kernel_.type(type_.id);
    if (!element) return fail(fmt::format("the elements of '{}' are not known", type_.text));
    type_ = std::move(*element);
  }
  way_.offset += index * type_.size_bytes;
  return true;
}

bool Walk::take(const std::vector<Part>& parts) {
  for (std::size_t depth = 0; depth < parts.size(); ++depth) {
    if (bits_ != 0) return fail("a bit field has no members");
    if (type_.kind == CType::Kind::pointer && !follow_pointer(depth)) return false;
    if (in_root_) return fail(fmt::format("'{}' is no pointer that can be followed", type_.text));
    const Part& part = parts[depth];
    if (!(part.index ? enter_element(*part.index) : enter_member(part))) return false;
    way_.depth = static_cast<std::uint8_t>(depth);
  }
  return true;
}

CType pointer_to(const CType& type) {
  CType pointer;
  pointer.kind = CType::Kind::pointer;
  pointer.size_bytes = pointer_bytes;
  pointer.text = type.text + " *";
  pointer.record = type.record;
  pointer.target =
      type.kind == CType::Kind::record ? CType::Target::record : CType::Target::character;
  return pointer;
}

std::optional<Resolved> Walk::finish() {
  const bool is_text = type_.kind == CType::Kind::array && type_.target == CType::Target::character;
  if (type_.kind == CType::Kind::record || is_text) {
    way_.read = Way::Read::address;
    return Resolved{std::move(way_), pointer_to(type_)};
  }
  if (!type_.is_number() && type_.kind != CType::Kind::pointer) {
    fail(fmt::format("'{}' cannot be read", type_.text));
    return std::nullopt;
  }
  way_.read = Way::Read::value;
  way_.bits = bits_ != 0 ? bits_ : static_cast<std::uint8_t>(8 * type_.size_bytes);
  way_.bit_offset = static_cast<std::uint8_t>(bit_offset_);
  way_.is_signed = type_.is_signed;
  if (way_.bits + way_.bit_offset > 64) {
    fail(fmt::format("'{}' cannot be read", type_.text));
    return std::nullopt;
  }
  return Resolved{std::move(way_), std::move(type_)};
}

}  // namespace

std::optional<Resolved> resolve(const policy::Text& path, const CType& root,
                                const KernelTypes& kernel, Diagnostics& diagnostics) {
  const auto parts = parts_of(path.value);
  if (!parts) {
    diagnostics.error(code::bad_resolve.code, path.span,
                      fmt::format("'{}' is no way through structures", path.value),
                      "write names with dots between them, and [N] for an element of an array");
    return std::nullopt;
  }
  Walk walk(path, root, kernel, diagnostics);
  if (!walk.take(*parts)) return std::nullopt;
  return walk.finish();
}

std::optional<CType> pointer_to_record(const policy::Text& name,
                                       const std::optional<policy::Text>& kernel_module,
                                       const KernelTypes& kernel, Diagnostics& diagnostics) {
  if (!name.readable || (kernel_module && !kernel_module->readable)) return std::nullopt;
  const auto id = kernel_module ? kernel.record_of_module(kernel_module->value, name.value)
                                : Result<std::optional<TypeId>>(kernel.record(name.value));
  if (!id) {
    diagnostics.error(code::bad_resolve.code, kernel_module->span, id.error().message(),
                      "load the module before the policy, or take 'btfTypeModule' out");
    return std::nullopt;
  }
  auto record = *id ? kernel.type(**id) : std::nullopt;
  if (record) {
    CType pointer = pointer_to(*record);
    pointer.id = **id;
    return pointer;
  }
  const std::string owner =
      kernel_module ? fmt::format("module '{}'", kernel_module->value) : "the kernel";
  diagnostics.error(code::bad_resolve.code, name.span,
                    fmt::format("{} has no struct '{}'", owner, name.value));
  return std::nullopt;
}

std::optional<std::uint32_t> register_offset(std::string_view name) {
  // In the order of struct pt_regs.
  constexpr std::string_view names[] = {"r15", "r14",     "r13", "r12", "bp",    "bx", "r11",
                                        "r10", "r9",      "r8",  "ax",  "cx",    "dx", "si",
                                        "di",  "orig_ax", "ip",  "cs",  "flags", "sp", "ss"};
  for (std::uint32_t i = 0; i < std::size(names); ++i) {
    const bool with_r =
        name.size() == names[i].size() + 1 && name.starts_with('r') && name.ends_with(names[i]);
    if (name == names[i] || (with_r && names[i].size() == 2) || (with_r && names[i] == "flags"))
      return 8 * i;
    if (names[i] == "orig_ax" && name == "orig_rax") return 8 * i;
  }
  return std::nullopt;
}

}  // namespace vigil::check
