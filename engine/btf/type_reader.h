// Reads single types and prototypes out of BTF. Nothing in it is trusted: ids and
// names may lead nowhere, chains may be circles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compile/check/kernel_types.h"

struct btf;

namespace vigil::btf {

check::CType read_type(const struct ::btf& btf, std::uint32_t id);
// Of a struct or union; in members without a name, too.
std::optional<check::Member> read_member(const struct ::btf& btf, std::uint32_t record_id,
                                         std::string_view name);
// Of a BTF_KIND_FUNC.
std::optional<check::Prototype> read_prototype(const struct ::btf& btf, std::uint32_t function_id);

// Of a typedef of a pointer to a function.
std::optional<check::Prototype> read_pointed_prototype(const struct ::btf& btf,
                                                       std::uint32_t typedef_id);

// Members of the struct that a tracepoint records; its first four are those of all of them.
std::vector<check::RecordField> read_record(const struct ::btf& btf, std::uint32_t struct_id);

}  // namespace vigil::btf
