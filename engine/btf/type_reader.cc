#include "engine/btf/type_reader.h"

#include <bpf/btf.h>

namespace vigil::btf {
namespace {

using check::CType;

// Longest chain of pointers, typedefs and qualifiers that is followed.
constexpr int max_chain = 32;

const btf_type* type_at(const struct ::btf& btf, std::uint32_t id) {
  return id == 0 ? nullptr : btf__type_by_id(&btf, id);
}

std::string name_at(const struct ::btf& btf, std::uint32_t offset) {
  const char* name = btf__name_by_offset(&btf, offset);
  return name == nullptr ? std::string{} : std::string(name);
}

std::string tagged(const struct ::btf& btf, std::string_view keyword, const btf_type& type) {
  std::string name = name_at(btf, type.name_off);
  return std::string(keyword) + ' ' + (name.empty() ? "{...}" : name);
}

std::string text_of(const struct ::btf& btf, std::uint32_t id, int chain_left);

std::string pointer_text(const struct ::btf& btf, std::uint32_t target, int chain_left) {
  const btf_type* type = type_at(btf, target);
  if (type != nullptr && btf_is_func_proto(type)) return "function *";
  std::string text = text_of(btf, target, chain_left);
  return text + (text.ends_with('*') ? "*" : " *");
}

std::string qualified(std::string_view qualifier, const std::string& text) {
  if (text.ends_with('*')) return text + std::string(qualifier);
  return std::string(qualifier) + ' ' + text;
}

std::string text_of(const struct ::btf& btf, std::uint32_t id, int chain_left) {
  const btf_type* type = type_at(btf, id);
  if (type == nullptr || chain_left == 0) return id == 0 ? "void" : "?";
  switch (btf_kind(type)) {
    case BTF_KIND_PTR: return pointer_text(btf, type->type, chain_left - 1);
    case BTF_KIND_CONST: return qualified("const", text_of(btf, type->type, chain_left - 1));
    case BTF_KIND_VOLATILE: return qualified("volatile", text_of(btf, type->type, chain_left - 1));
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG: return text_of(btf, type->type, chain_left - 1);
    case BTF_KIND_STRUCT: return tagged(btf, "struct", *type);
    case BTF_KIND_UNION: return tagged(btf, "union", *type);
    case BTF_KIND_FWD: return tagged(btf, btf_kflag(type) ? "union" : "struct", *type);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64: return tagged(btf, "enum", *type);
    case BTF_KIND_ARRAY: return text_of(btf, btf_array(type)->type, chain_left - 1) + " []";
  }
  return name_at(btf, type->name_off);
}

// Without typedefs and qualifiers; null for void and for what leads nowhere.
const btf_type* bare(const struct ::btf& btf, std::uint32_t id) {
  const btf_type* type = type_at(btf, id);
  for (int left = max_chain; type != nullptr; --left) {
    if (!btf_is_mod(type) && !btf_is_typedef(type)) return type;
    if (left == 0) return nullptr;
    type = type_at(btf, type->type);
  }
  return nullptr;
}

CType::Target target_of(const btf_type* type) {
  if (type == nullptr) return CType::Target::nothing;
  switch (btf_kind(type)) {
    case BTF_KIND_INT: return type->size == 1 ? CType::Target::character : CType::Target::number;
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64: return CType::Target::number;
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
    case BTF_KIND_FWD: return CType::Target::record;
    case BTF_KIND_PTR: return CType::Target::pointer;
    case BTF_KIND_FUNC_PROTO: return CType::Target::function;
  }
  return CType::Target::other;
}

void fill_pointer(const struct ::btf& btf, const btf_type& pointer, CType& out) {
  const btf_type* target = bare(btf, pointer.type);
  out.kind = CType::Kind::pointer;
  out.size_bytes = sizeof(void*);
  out.id = pointer.type;
  out.target = target_of(target);
  if (out.target == CType::Target::record) out.record = name_at(btf, target->name_off);
}

void fill_integer(const btf_type& type, CType& out) {
  bool is_bool = (btf_int_encoding(&type) & BTF_INT_BOOL) != 0;
  out.kind = is_bool ? CType::Kind::boolean : CType::Kind::integer;
  out.size_bytes = type.size;
  out.is_signed = (btf_int_encoding(&type) & BTF_INT_SIGNED) != 0;
}

void fill_array(const struct ::btf& btf, const btf_type& type, CType& out) {
  const struct ::btf_array* array = btf_array(&type);
  const CType element = read_type(btf, array->type);
  out.kind = CType::Kind::array;
  out.target = element.size_bytes == 1 ? CType::Target::character : CType::Target::number;
  if (!element.is_number()) out.target = CType::Target::other;
  out.id = array->type;
  out.element_bytes = element.size_bytes;
  out.size_bytes = element.size_bytes * array->nelems;
  out.text = element.text + " [" + std::to_string(array->nelems) + ']';
}

// The id of a type without typedefs and qualifiers.
std::uint32_t bare_id(const struct ::btf& btf, std::uint32_t id) {
  for (int left = max_chain; left > 0; --left) {
    const btf_type* type = type_at(btf, id);
    if (type == nullptr || (!btf_is_mod(type) && !btf_is_typedef(type))) return id;
    id = type->type;
  }
  return 0;
}

std::optional<check::Member> find_member(const struct ::btf& btf, std::uint32_t record_id,
                                         std::string_view name, int nesting_left) {
  const btf_type* record = bare(btf, record_id);
  if (record == nullptr || !btf_is_composite(record) || nesting_left == 0) return std::nullopt;
  const btf_member* members = btf_members(record);
  for (std::uint32_t i = 0; i < btf_vlen(record); ++i) {
    const std::uint32_t offset = btf_member_bit_offset(record, i);
    if (members[i].name_off != 0) {
      if (name_at(btf, members[i].name_off) != name) continue;
      return check::Member{read_type(btf, members[i].type), offset,
                           static_cast<std::uint8_t>(btf_member_bitfield_size(record, i))};
    }
    auto inner = find_member(btf, members[i].type, name, nesting_left - 1);
    if (!inner) continue;
    inner->offset_bits += offset;
    return inner;
  }
  return std::nullopt;
}

}  // namespace

std::optional<check::Member> read_member(const struct ::btf& btf, std::uint32_t record_id,
                                         std::string_view name) {
  constexpr int max_nesting = 16;
  return find_member(btf, record_id, name, max_nesting);
}

CType read_type(const struct ::btf& btf, std::uint32_t id) {
  CType out;
  out.text = text_of(btf, id, max_chain);
  const btf_type* type = bare(btf, id);
  if (type == nullptr) {
    out.kind = out.text == "void" ? CType::Kind::nothing : CType::Kind::other;
    return out;
  }
  switch (btf_kind(type)) {
    case BTF_KIND_PTR: fill_pointer(btf, *type, out); break;
    case BTF_KIND_INT: fill_integer(*type, out); break;
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
      out.kind = CType::Kind::enumeration;
      out.size_bytes = type->size;
      out.is_signed = btf_kflag(type);
      break;
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
      out.kind = CType::Kind::record;
      out.size_bytes = type->size;
      out.record = name_at(btf, type->name_off);
      out.id = bare_id(btf, id);
      break;
    case BTF_KIND_ARRAY: fill_array(btf, *type, out); break;
    default: out.kind = CType::Kind::other; break;
  }
  return out;
}

namespace {

std::optional<check::Prototype> prototype_of(const struct ::btf& btf, const btf_type* proto) {
  if (proto == nullptr || !btf_is_func_proto(proto)) return std::nullopt;
  check::Prototype prototype;
  prototype.result = read_type(btf, proto->type);
  const btf_param* parameters = btf_params(proto);
  for (std::uint32_t i = 0; i < btf_vlen(proto); ++i) {
    prototype.is_variadic = parameters[i].type == 0;
    if (prototype.is_variadic) break;
    prototype.parameters.push_back(
        {name_at(btf, parameters[i].name_off), read_type(btf, parameters[i].type)});
  }
  return prototype;
}

constexpr std::string_view dynamic_prefix = "__data_loc_";

check::RecordField member_of(const struct ::btf& btf, const btf_type& record,
                             std::uint32_t number) {
  const struct btf_member& member = btf_members(&record)[number];
  check::RecordField field;
  field.offset_bytes = btf_member_bit_offset(&record, number) / 8;
  field.shown.name = name_at(btf, member.name_off);
  CType& type = field.shown.type;
  type = read_type(btf, member.type);
  if (!field.shown.name.starts_with(dynamic_prefix)) return field;
  // What it is an array of, the kernel's types do not tell; nearly all are texts.
  field.shown.name.erase(0, dynamic_prefix.size());
  type.kind = CType::Kind::dynamic;
  type.target = CType::Target::character;
  type.text = "__data_loc char []";
  return field;
}

check::RecordField common_field(std::string name, std::uint32_t offset, std::uint32_t size) {
  CType type{
      .kind = CType::Kind::integer, .text = "int", .size_bytes = size, .is_signed = size == 4};
  return {.shown = {std::move(name), std::move(type)}, .offset_bytes = offset};
}

}  // namespace

std::optional<check::Prototype> read_prototype(const struct ::btf& btf, std::uint32_t function_id) {
  const btf_type* function = type_at(btf, function_id);
  if (function == nullptr || !btf_is_func(function)) return std::nullopt;
  return prototype_of(btf, type_at(btf, function->type));
}

std::optional<check::Prototype> read_pointed_prototype(const struct ::btf& btf,
                                                       std::uint32_t typedef_id) {
  const btf_type* pointer = bare(btf, typedef_id);
  if (pointer == nullptr || !btf_is_ptr(pointer)) return std::nullopt;
  return prototype_of(btf, bare(btf, pointer->type));
}

std::vector<check::RecordField> read_record(const struct ::btf& btf, std::uint32_t struct_id) {
  std::vector<check::RecordField> fields;
  const btf_type* record = type_at(btf, struct_id);
  if (record == nullptr || !btf_is_struct(record)) return fields;
  fields = {common_field("common_type", 0, 2), common_field("common_flags", 2, 1),
            common_field("common_preempt_count", 3, 1), common_field("common_pid", 4, 4)};
  for (std::uint32_t i = 1; i < btf_vlen(record); ++i) {
    check::RecordField field = member_of(btf, *record, i);
    if (field.shown.name != "__data") fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace vigil::btf
