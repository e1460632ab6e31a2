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
    {bpf_cmd, "bpf_cmd", C::integer, 4, true},
    {syscall64, "syscall64", C::integer, 8, false},
    {string, "string", C::text, 0, false},
    {filename, "filename", C::text, 0, false},
    {net_device, "net_device", C::text, 0, false},
    {data_loc, "data_loc", C::text, 0, false},
    {char_buf, "char_buf", C::buffer, 0, false},
    {char_iovec, "char_iovec", C::buffer, 0, false},
    {iov_iter, "iov_iter", C::buffer, 0, false},
    {const_buf, "const_buf", C::buffer, 0, false},
    {file, "file", C::path, 0, false},
    {path, "path", C::path, 0, false},
    {dentry, "dentry", C::path, 0, false},
    {fd, "fd", C::path, 4, true},
    {kiocb, "kiocb", C::path, 0, false},
    {linux_binprm, "linux_binprm", C::path, 0, false},
    {sock, "sock", C::socket, 0, false},
    {socket, "socket", C::socket, 0, false},
    {skb, "skb", C::packet, 0, false},
    {sockaddr, "sockaddr", C::address, 0, false},
    {sockaddr_un, "sockaddr_un", C::unix_address, 0, false},
    {cred, "cred", C::opaque, 0, false},
    {user_namespace, "user_namespace", C::opaque, 0, false},
    {capability, "capability", C::capability, 4, true},
    {kernel_cap_t, "kernel_cap_t", C::capability_set, 8, false},
    {cap_inheritable, "cap_inheritable", C::capability_set, 8, false},
    {cap_permitted, "cap_permitted", C::capability_set, 8, false},
    {cap_effective, "cap_effective", C::capability_set, 8, false},
    {bpf_attr, "bpf_attr", C::opaque, 0, false},
    {bpf_prog, "bpf_prog", C::opaque, 0, false},
    {bpf_map, "bpf_map", C::opaque, 0, false},
    {perf_event, "perf_event", C::opaque, 0, false},
    {kernel_module, "module", C::opaque, 0, false},
    {load_info, "load_info", C::opaque, 0, false},
    {nop, "nop", C::nothing, 0, false},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    if (static_cast<std::size_t>(rows[i].type) != i) return false;
  }
  return std::size(rows) == static_cast<std::size_t>(nop) + 1;
}
static_assert(in_order());

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
    {"char_iovec", char_iovec},
    {"skb", skb},
    {"sockaddr_un", sockaddr_un},
    {"filename", filename},
    {"bpf_attr", bpf_attr},
    {"perf_event", perf_event},
    {"bpf_map", bpf_map},
    {"user_namespace", user_namespace},
    {"kiocb", kiocb},
    {"iov_iter", iov_iter},
    {"const_buf", const_buf},
    {"load_info", load_info},
    {"module", kernel_module},
    {"syscall64", syscall64},
    {"kernel_cap_t", kernel_cap_t},
    {"cap_inheritable", cap_inheritable},
    {"cap_permitted", cap_permitted},
    {"cap_effective", cap_effective},
    {"data_loc", data_loc},
    {"net_device", net_device},
    {"bpf_cmd", bpf_cmd},
    {"bpf_prog", bpf_prog},
};

}  // namespace

const ArgTypeInfo& info(ArgType type) { return rows[static_cast<std::size_t>(type)]; }
bool is_number(Category category) {
  return category == C::integer || category == C::capability || category == C::capability_set;
}
bool is_text(Category category) {
  return category == C::text || category == C::buffer || category == C::path ||
         category == C::unix_address;
}
std::span<const ArgTypeInfo> arg_types() { return rows; }
std::span<const Word<ArgType>> arg_type_words() { return words; }

}  // namespace vigil::schema
