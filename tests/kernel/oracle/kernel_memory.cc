#include "tests/kernel/oracle/kernel_memory.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <fmt/core.h>

namespace vigil::testing {
namespace {

constexpr std::uint32_t first_element = 0;

// *element = element
Result<void> store_own_address(int map) {
  const std::array<bpf_insn, 5> instructions = {{
      {.code = BPF_LD | BPF_IMM | BPF_DW,
       .dst_reg = 1,
       .src_reg = BPF_PSEUDO_MAP_VALUE,
       .off = 0,
       .imm = map},
      {},
      {.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 1, .src_reg = 1, .off = 0, .imm = 0},
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
      {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
  }};
  UniqueFd program(bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "vg_address", "GPL",
                                 instructions.data(), instructions.size(), nullptr));
  if (!program) return Error::from_errno("loading what finds an address");
  LIBBPF_OPTS(bpf_test_run_opts, options);
  if (bpf_prog_test_run_opts(program.get(), &options) != 0)
    return Error::from_errno("finding an address");
  return {};
}

[[noreturn]] void give_up(const std::string& what) {
  fmt::print("the kernel has no {}\n", what);
  std::abort();
}

const btf_type* resolved(const btf* types, std::uint32_t id) {
  const btf_type* type = btf__type_by_id(types, id);
  while (type != nullptr && (btf_is_mod(type) || btf_is_typedef(type)))
    type = btf__type_by_id(types, type->type);
  return type;
}

struct Found {
  std::uint32_t offset_bytes = 0;
  const btf_type* type = nullptr;
};

// Members of a member without a name are the struct's own.
std::optional<Found> find_member(const btf* types, const btf_type* record, std::string_view name) {
  const btf_member* members = btf_members(record);
  for (std::uint16_t i = 0; i < btf_vlen(record); ++i) {
    const std::string_view member = btf__name_by_offset(types, members[i].name_off);
    const btf_type* type = resolved(types, members[i].type);
    const std::uint32_t offset = btf_member_bit_offset(record, i) / 8;
    if (member == name) return Found{offset, type};
    if (!member.empty() || type == nullptr || !btf_is_composite(type)) continue;
    if (auto inner = find_member(types, type, name))
      return Found{offset + inner->offset_bytes, inner->type};
  }
  return std::nullopt;
}

}  // namespace

Result<KernelMemory> KernelMemory::make(std::size_t size_bytes) {
  KernelMemory made;
  LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
  made.map_ = UniqueFd(bpf_map_create(BPF_MAP_TYPE_ARRAY, "vg_memory", sizeof first_element,
                                      static_cast<std::uint32_t>(size_bytes), 1, &options));
  if (!made.map_) return Error::from_errno("making kernel memory");
  void* memory = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, made.map_.get(), 0);
  if (memory == MAP_FAILED) return Error::from_errno("mapping kernel memory");
  made.memory_ = {static_cast<std::byte*>(memory), size_bytes};
  TRY_VOID(store_own_address(made.map_.get()));
  std::memcpy(&made.address_, memory, sizeof made.address_);
  return made;
}

KernelMemory::Place KernelMemory::take(std::size_t size_bytes) {
  const std::size_t at = used_;
  used_ += (size_bytes + 7) & ~std::size_t{7};
  if (used_ > memory_.size()) {
    fmt::print("kernel memory is used up\n");
    std::abort();
  }
  std::memset(memory_.data() + at, 0, size_bytes);
  return {memory_.data() + at, address_ + at};
}

Result<StructLayouts> StructLayouts::load() {
  StructLayouts made;
  made.types_.reset(btf__load_vmlinux_btf());
  if (!made.types_) return Error::from_errno("reading the kernel's types");
  return made;
}

std::uint32_t StructLayouts::offset(const std::string& record, const std::string& member) {
  const auto [known, is_new] = known_.try_emplace(record + "." + member);
  if (is_new) known->second = find(record, member);
  return known->second;
}

std::uint32_t StructLayouts::size(const std::string& record) {
  const auto [known, is_new] = known_.try_emplace(record);
  if (is_new) known->second = find(record, "");
  return known->second;
}

// The offset of a member, the size of the struct without one.
std::uint32_t StructLayouts::find(const std::string& record, std::string_view member) const {
  const std::int32_t id = btf__find_by_name_kind(types_.get(), record.c_str(), BTF_KIND_STRUCT);
  if (id < 0) give_up("struct " + record);
  Found at{0, btf__type_by_id(types_.get(), static_cast<std::uint32_t>(id))};
  if (member.empty()) return at.type->size;
  while (!member.empty()) {
    const std::string_view name = member.substr(0, member.find('.'));
    member.remove_prefix(std::min(name.size() + 1, member.size()));
    if (at.type == nullptr || !btf_is_composite(at.type)) give_up(record + "." + std::string(name));
    const auto found = find_member(types_.get(), at.type, name);
    if (!found) give_up(record + "." + std::string(name));
    at = {at.offset_bytes + found->offset_bytes, found->type};
  }
  return at.offset_bytes;
}

}  // namespace vigil::testing
