#include "engine/schema/arg_types.h"

namespace vigil::schema {
namespace {

using enum ArgType;
using C = Category;

// In the order of the enum.
constexpr ArgTypeInfo rows[] = {
    {int8, "int8", C::integer, 1, true},
    {int16, "int16", C::integer, 2, true},
    {int32, "int32", C::integer, 4, true},
    {int64, "int64", C::integer, 8, true},
    {uint8, "uint8", C::integer, 1, false},
    {uint16, "uint16", C::integer, 2, false},
    {uint32, "uint32", C::integer, 4, false},
    {uint64, "uint64", C::integer, 8, false},
    {size, "size_t", C::integer, 8, false},
    {string, "string", C::text, 0, false},
    {char_buf, "char_buf", C::text, 0, false},
    {file, "file", C::text, 0, false},
    {path, "path", C::text, 0, false},
    {dentry, "dentry", C::text, 0, false},
    {fd, "fd", C::text, 4, true},
    {linux_binprm, "linux_binprm", C::text, 0, false},
    {sock, "sock", C::socket, 0, false},
    {socket, "socket", C::socket, 0, false},
    {sockaddr, "sockaddr", C::address, 0, false},
    {cred, "cred", C::opaque, 0, false},
    {capability, "capability", C::capability, 4, true},
    {nop, "nop", C::nothing, 0, false},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    if (static_cast<std::size_t>(rows[i].type) != i) return false;
  }
  return std::size(rows) == static_cast<std::size_t>(nop) + 1;
}
static_assert(in_order());

constexpr std::optional<ArgType> not_yet = std::nullopt;

constexpr Word<ArgType> words[] = {
    {"int", int32},
    {"int8", int8},
    {"sint8", int8},
    {"int16", int16},
    {"sint16", int16},
    {"int32", int32},
    {"sint32", int32},
    {"int64", int64},
    {"sint64", int64},
    {"long", int64},
    {"uint8", uint8},
    {"uint16", uint16},
    {"uint32", uint32},
    {"uint64", uint64},
    {"ulong", uint64},
    {"unsigned long", uint64},
    {"size_t", size},
    {"string", string},
    {"char_buf", char_buf},
    {"file", file},
    {"path", path},
    {"dentry", dentry},
    {"fd", fd},
    {"linux_binprm", linux_binprm},
    {"sock", sock},
    {"socket", socket},
    {"sockaddr", sockaddr},
    {"cred", cred},
    {"capability", capability},
    {"nop", nop},
    {"auto", not_yet},
    {"char_iovec", not_yet},
    {"skb", not_yet},
    {"sockaddr_un", not_yet},
    {"filename", not_yet},
    {"bpf_attr", not_yet},
    {"perf_event", not_yet},
    {"bpf_map", not_yet},
    {"user_namespace", not_yet},
    {"kiocb", not_yet},
    {"iov_iter", not_yet},
    {"const_buf", not_yet},
    {"load_info", not_yet},
    {"module", not_yet},
    {"syscall64", not_yet},
    {"kernel_cap_t", not_yet},
    {"cap_inheritable", not_yet},
    {"cap_permitted", not_yet},
    {"cap_effective", not_yet},
    {"data_loc", not_yet},
    {"net_device", not_yet},
    {"bpf_cmd", not_yet},
    {"bpf_prog", not_yet},
};

}  // namespace

const ArgTypeInfo& info(ArgType type) { return rows[static_cast<std::size_t>(type)]; }
std::span<const ArgTypeInfo> arg_types() { return rows; }
std::span<const Word<ArgType>> arg_type_words() { return words; }

}  // namespace vigil::schema
