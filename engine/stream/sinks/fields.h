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
    process_kprobe{9, "process_kprobe"}, process_lsm{28, "process_lsm"},
    rate_limit_info{40001, "rate_limit_info"}, node_name{1000, "node_name"}, time{1001, "time"};
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
// Of exec, exit, kprobe and LSM events.
namespace processes {
inline constexpr Field process{1, "process"}, parent{2, "parent"};
}
namespace exit {
inline constexpr Field signal{3, "signal"}, status{4, "status"}, time{5, "time"};
}
namespace kprobe {
inline constexpr Field function_name{3, "function_name"}, args{4, "args"}, returned{5, "return"},
    action{6, "action"}, policy_name{8, "policy_name"}, return_action{9, "return_action"},
    message{10, "message"}, tags{11, "tags"}, data{14, "data"};
}
namespace lsm {
inline constexpr Field function_name{3, "function_name"}, policy_name{5, "policy_name"},
    message{6, "message"}, args{7, "args"}, action{8, "action"}, tags{9, "tags"};
}
namespace argument {
inline constexpr Field string_arg{1, "string_arg"}, int_arg{2, "int_arg"}, size_arg{4, "size_arg"},
    bytes_arg{5, "bytes_arg"}, path_arg{6, "path_arg"}, file_arg{7, "file_arg"},
    truncated_bytes_arg{8, "truncated_bytes_arg"}, sock_arg{9, "sock_arg"},
    long_arg{11, "long_arg"}, uint_arg{15, "uint_arg"}, capability_arg{17, "capability_arg"},
    process_credentials_arg{19, "process_credentials_arg"},
    linux_binprm_arg{26, "linux_binprm_arg"}, sockaddr_arg{30, "sockaddr_arg"},
    error_arg{32, "error_arg"}, label{18, "label"};
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
namespace ns {
inline constexpr Field inum{1, "inum"}, is_host{2, "is_host"};
}

}  // namespace fields
}  // namespace vigil::sinks
