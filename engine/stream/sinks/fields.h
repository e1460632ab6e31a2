// The fields that events have in the API, as in proto/tetragon: numbers for messages, names for
// JSON.
#pragma once

#include <cstdint>
#include <string_view>

namespace vigil::sinks {

struct Field {
  std::uint32_t number;
  std::string_view name;
};

// A namespace per message, its fields in their order there.
namespace fields {

namespace response {
inline constexpr Field process_exec{1, "process_exec"}, process_exit{5, "process_exit"},
    process_kprobe{9, "process_kprobe"}, process_tracepoint{10, "process_tracepoint"},
    process_uprobe{12, "process_uprobe"}, process_lsm{28, "process_lsm"},
    process_usdt{29, "process_usdt"}, rate_limit_info{40001, "rate_limit_info"},
    node_name{1000, "node_name"}, time{1001, "time"};
}
namespace rate_limit {
inline constexpr Field dropped{1, "number_of_dropped_process_events"};
}
namespace process {
inline constexpr Field exec_id{1, "exec_id"}, pid{2, "pid"}, uid{3, "uid"}, cwd{4, "cwd"},
    binary{5, "binary"}, arguments{6, "arguments"}, flags{7, "flags"}, start_time{8, "start_time"},
    auid{9, "auid"}, docker{11, "docker"}, parent_exec_id{12, "parent_exec_id"},
    refcnt{13, "refcnt"}, tid{16, "tid"}, in_init_tree{20, "in_init_tree"};
}
// Of every event of a process.
namespace processes {
inline constexpr Field process{1, "process"}, parent{2, "parent"};
}
namespace exit {
inline constexpr Field signal{3, "signal"}, status{4, "status"}, time{5, "time"};
}
namespace kprobe {
inline constexpr Field function_name{3, "function_name"}, args{4, "args"}, returned{5, "return"},
    action{6, "action"}, kernel_stack_trace{7, "kernel_stack_trace"}, policy_name{8, "policy_name"},
    return_action{9, "return_action"}, message{10, "message"}, tags{11, "tags"},
    user_stack_trace{12, "user_stack_trace"}, data{14, "data"};
}
namespace stack_frame {
inline constexpr Field address{1, "address"}, offset{2, "offset"}, symbol{3, "symbol"},
    file{4, "module"};
}
namespace tracepoint {
inline constexpr Field subsys{4, "subsys"}, event{5, "event"}, args{6, "args"},
    policy_name{7, "policy_name"}, action{8, "action"}, message{9, "message"}, tags{10, "tags"};
}
namespace lsm {
inline constexpr Field function_name{3, "function_name"}, policy_name{5, "policy_name"},
    message{6, "message"}, args{7, "args"}, action{8, "action"}, tags{9, "tags"};
}
namespace uprobe {
inline constexpr Field path{3, "path"}, symbol{4, "symbol"}, policy_name{5, "policy_name"},
    message{6, "message"}, args{7, "args"}, tags{8, "tags"}, offset{10, "offset"},
    ref_ctr_offset{11, "ref_ctr_offset"}, action{12, "action"};
}
namespace usdt {
inline constexpr Field path{3, "path"}, provider{4, "provider"}, name{5, "name"},
    policy_name{6, "policy_name"}, message{7, "message"}, args{8, "args"}, tags{9, "tags"},
    action{11, "action"};
}
namespace argument {
inline constexpr Field string_arg{1, "string_arg"}, int_arg{2, "int_arg"}, skb_arg{3, "skb_arg"},
    size_arg{4, "size_arg"}, bytes_arg{5, "bytes_arg"}, path_arg{6, "path_arg"},
    file_arg{7, "file_arg"}, truncated_bytes_arg{8, "truncated_bytes_arg"}, sock_arg{9, "sock_arg"},
    long_arg{11, "long_arg"}, bpf_attr_arg{12, "bpf_attr_arg"},
    perf_event_arg{13, "perf_event_arg"}, bpf_map_arg{14, "bpf_map_arg"}, uint_arg{15, "uint_arg"},
    capability_arg{17, "capability_arg"}, process_credentials_arg{19, "process_credentials_arg"},
    user_ns_arg{20, "user_ns_arg"}, module_arg{21, "module_arg"},
    kernel_cap_t_arg{22, "kernel_cap_t_arg"}, cap_inheritable_arg{23, "cap_inheritable_arg"},
    cap_permitted_arg{24, "cap_permitted_arg"}, cap_effective_arg{25, "cap_effective_arg"},
    linux_binprm_arg{26, "linux_binprm_arg"}, bpf_cmd_arg{28, "bpf_cmd_arg"},
    syscall_id{29, "syscall_id"}, sockaddrun_arg{33, "sockaddrun_arg"},
    sockaddr_arg{30, "sockaddr_arg"}, bpf_prog_arg{31, "bpf_prog_arg"}, error_arg{32, "error_arg"},
    label{18, "label"};
}
// KprobePath and KprobeFile; KprobeLinuxBinprm counts from 1.
namespace path {
inline constexpr Field path{2, "path"}, flags{3, "flags"}, permission{4, "permission"};
}
namespace binprm {
inline constexpr Field path{1, "path"}, flags{2, "flags"}, permission{3, "permission"};
}
namespace truncated {
inline constexpr Field bytes_arg{1, "bytes_arg"}, orig_size{2, "orig_size"};
}
namespace error {
inline constexpr Field message{1, "Message"};
}
namespace capability {
inline constexpr Field value{1, "value"}, name{2, "name"};
}
namespace sock {
inline constexpr Field family{1, "family"}, type{2, "type"}, protocol{3, "protocol"},
    mark{4, "mark"}, priority{5, "priority"}, saddr{6, "saddr"}, daddr{7, "daddr"},
    sport{8, "sport"}, dport{9, "dport"}, cookie{10, "cookie"}, state{11, "state"};
}
namespace skb {
inline constexpr Field hash{1, "hash"}, len{2, "len"}, priority{3, "priority"}, mark{4, "mark"},
    saddr{5, "saddr"}, daddr{6, "daddr"}, sport{7, "sport"}, dport{8, "dport"}, proto{9, "proto"},
    sec_path_len{10, "sec_path_len"}, sec_path_olen{11, "sec_path_olen"}, protocol{12, "protocol"},
    family{13, "family"};
}
namespace sockaddr_un {
inline constexpr Field family{1, "family"}, path{2, "path"};
}
namespace syscall {
inline constexpr Field id{1, "id"}, abi{2, "abi"};
}
namespace sockaddr {
inline constexpr Field family{1, "family"}, addr{2, "addr"}, port{3, "port"};
}
namespace credentials {
inline constexpr Field uid{1, "uid"}, gid{2, "gid"}, euid{3, "euid"}, egid{4, "egid"},
    suid{5, "suid"}, sgid{6, "sgid"}, fsuid{7, "fsuid"}, fsgid{8, "fsgid"},
    securebits{9, "securebits"}, caps{10, "caps"}, user_ns{11, "user_ns"};
}
namespace capabilities {
inline constexpr Field permitted{1, "permitted"}, effective{2, "effective"},
    inheritable{3, "inheritable"};
}
namespace user_namespace {
inline constexpr Field level{1, "level"}, uid{2, "uid"}, gid{3, "gid"}, ns{4, "ns"};
}
// Of KprobeBpfAttr and KprobeBpfProg.
namespace bpf_prog {
inline constexpr Field type{1, "ProgType"}, instructions{2, "InsnCnt"}, name{3, "ProgName"};
}
namespace bpf_map {
inline constexpr Field type{1, "MapType"}, key_size{2, "KeySize"}, value_size{3, "ValueSize"},
    max_entries{4, "MaxEntries"}, name{5, "MapName"};
}
namespace perf_event {
inline constexpr Field function{1, "KprobeFunc"}, type{2, "Type"}, config{3, "Config"},
    probe_offset{4, "ProbeOffset"};
}
namespace module {
inline constexpr Field name{1, "name"}, signature_ok{2, "signature_ok"}, tainted{3, "tainted"};
}
namespace ns {
inline constexpr Field inum{1, "inum"}, is_host{2, "is_host"};
}

}  // namespace fields
}  // namespace vigil::sinks
