#include "engine/schema/meanings.h"

#include <fmt/format.h>

#include "engine/schema/operators.h"

namespace vigil::schema {
namespace {

std::string_view spelling(Operator op) {
  return spelling_of(op == Operator::in ? membership_words() : match_args_words(), op);
}

// Of an operator that is not the opposite of another.
std::string_view positive_meaning(Operator op) {
  switch (op) {
    case Operator::equal: return "is one of the values; a text as a whole";
    case Operator::prefix: return "begins with one of the values";
    case Operator::postfix: return "ends with one of the values";
    case Operator::substring: return "contains one of the values";
    case Operator::substring_ignoring_case:
      return "contains one of the values, small and capital letters alike";
    case Operator::greater: return "is greater than one of the values";
    case Operator::less: return "is less than one of the values";
    case Operator::mask: return "has a bit in common with one of the values";
    case Operator::in_map:
      return "is one of the numbers, lies in one of the ranges (`a:b`, both ends included) or is a "
             "system call of `list:NAME`";
    case Operator::in_range: return "lies in one of the ranges `a:b`, both ends included";
    case Operator::source_address: return "its source is one of the addresses or networks";
    case Operator::destination_address:
      return "its destination is one of the addresses or networks";
    case Operator::source_port: return "its source port is one of the ports or ranges `a:b`";
    case Operator::destination_port:
      return "its destination port is one of the ports or ranges `a:b`";
    case Operator::source_port_privileged: return "its source port is below 1024; takes no values";
    case Operator::destination_port_privileged:
      return "its destination port is below 1024; takes no values";
    case Operator::protocol: return "its protocol is one of the values: `IPPROTO_TCP`, a number";
    case Operator::family: return "its address family is one of the values: `AF_INET`, a number";
    case Operator::state: return "its TCP state is one of the values: `TCP_LISTEN`, a number";
    case Operator::capabilities_gained:
      return "of two sets (`args: [NEW, OLD]`) the first has a capability that the second lacks; "
             "takes no values";
    case Operator::file_type:
      return "its file is one of `reg`, `dir`, `lnk`, `sock`, `fifo`, `chr`, `blk`";
    case Operator::cel_expression: return "the expression over `arg0`, `arg1` ... is true";
    case Operator::in: return "is one of the values";
    case Operator::not_equal:
    case Operator::not_prefix:
    case Operator::not_postfix:
    case Operator::not_in_map:
    case Operator::not_in_range:
    case Operator::not_source_address:
    case Operator::not_destination_address:
    case Operator::not_source_port:
    case Operator::not_destination_port:
    case Operator::not_source_port_privileged:
    case Operator::not_destination_port_privileged:
    case Operator::not_protocol:
    case Operator::not_family:
    case Operator::not_file_type:
    case Operator::not_in: break;
  }
  return {};
}

}  // namespace

std::string meaning(Operator op) {
  const OperatorInfo& row = info(op);
  if (row.negated()) return fmt::format("the opposite of `{}`", spelling(row.positive));
  return std::string(positive_meaning(op));
}

std::string_view meaning(ActionKind kind) {
  switch (kind) {
    case ActionKind::post: return "post the event, which is what happens without any action, too";
    case ActionKind::no_post: return "post no event; the other actions are still done";
    case ActionKind::sigkill:
      return "kill the process and, where the hook can refuse, refuse the operation";
    case ActionKind::signal: return "send the process the signal `argSig`";
    case ActionKind::override:
      return "do not carry out the operation: it returns the error `argError`";
    case ActionKind::notify_enforcer:
      return "let `enforcers` refuse (`argError`), or answer with a signal (`argSig`), the next of "
             "their calls that this thread makes";
    case ActionKind::cleanup_enforcer: return "forget what `NotifyEnforcer` asked for this thread";
    case ActionKind::track_sock:
      return "remember whose the sock `argSock` is, so that what happens to it later is told of "
             "them";
    case ActionKind::untrack_sock: return "forget whose the sock is";
    case ActionKind::set:
      return "write `argValue` over the argument `argIndex` of a static probe, in the memory of "
             "the "
             "program";
  }
  return {};
}

std::string_view meaning(ArgType type) {
  switch (type) {
    case ArgType::int8:
    case ArgType::int16:
    case ArgType::int32:
    case ArgType::int64: return "signed number";
    case ArgType::uint8:
    case ArgType::uint16:
    case ArgType::uint32:
    case ArgType::uint64: return "unsigned number";
    case ArgType::size: return "`size_t`, a number of bytes";
    case ArgType::bpf_cmd: return "command of the system call bpf, shown by name";
    case ArgType::syscall64: return "number of a system call, of a tracepoint";
    case ArgType::string: return "`char *`";
    case ArgType::filename: return "name in a `struct filename *`";
    case ArgType::net_device: return "name of a `struct net_device *`";
    case ArgType::data_loc: return "text in a tracepoint's record";
    case ArgType::char_buf: return "bytes, as many as the argument `sizeArgIndex` says";
    case ArgType::char_iovec:
      return "bytes of a `struct iovec *`, whose count is the argument `sizeArgIndex`";
    case ArgType::iov_iter: return "bytes of a `struct iov_iter *`";
    case ArgType::const_buf: return "array in a tracepoint's record";
    case ArgType::file: return "path of a `struct file *`";
    case ArgType::path: return "path of a `struct path *`";
    case ArgType::dentry: return "path of a `struct dentry *` in its own file system";
    case ArgType::fd: return "path of the caller's file descriptor";
    case ArgType::kiocb: return "path of the file of a `struct kiocb *`";
    case ArgType::linux_binprm: return "path of the program of a `struct linux_binprm *`";
    case ArgType::sock: return "both ends of a `struct sock *`";
    case ArgType::socket: return "both ends of a `struct socket *`";
    case ArgType::skb: return "headers of the packet in a `struct sk_buff *`";
    case ArgType::sockaddr: return "address in the kernel's copy of a `struct sockaddr`";
    case ArgType::sockaddr_un: return "path or abstract name (`@NAME`) of a unix socket";
    case ArgType::cred: return "ids and capabilities of a `struct cred *`";
    case ArgType::user_namespace: return "level, owner and number of a `struct user_namespace *`";
    case ArgType::capability: return "number of a capability, shown by name";
    case ArgType::kernel_cap_t: return "set of capabilities";
    case ArgType::cap_inheritable: return "set of inheritable capabilities";
    case ArgType::cap_permitted: return "set of permitted capabilities";
    case ArgType::cap_effective: return "set of effective capabilities";
    case ArgType::bpf_attr: return "type, size and name of the program in a `union bpf_attr *`";
    case ArgType::bpf_prog: return "type, size and name of a `struct bpf_prog *`";
    case ArgType::bpf_map: return "type, sizes and name of a `struct bpf_map *`";
    case ArgType::perf_event: return "kind and target of a `struct perf_event *`";
    case ArgType::kernel_module: return "name and taints of a `struct module *`";
    case ArgType::load_info: return "name, signature and taints of a module that is being loaded";
    case ArgType::nop: return "nothing: keeps the position";
  }
  return {};
}

std::string_view meaning(RateScope scope) {
  switch (scope) {
    case RateScope::thread: return "each thread has a limit of its own";
    case RateScope::process: return "the threads of a process share one";
    case RateScope::global: return "everyone shares one";
  }
  return {};
}

std::string_view meaning(PolicyMode mode) {
  switch (mode) {
    case PolicyMode::enforce: return "actions are done";
    case PolicyMode::monitor: return "nothing is denied or signalled; events are posted as if";
  }
  return {};
}

std::string_view meaning(ListType type) {
  switch (type) {
    case ListType::functions: return "`values` are functions of the kernel";
    case ListType::syscalls: return "`values` are system calls";
    case ListType::generated_syscalls: return "every system call of the kernel";
    case ListType::generated_ftrace: return "the functions that can be traced and `pattern` finds";
  }
  return {};
}

std::string_view meaning(Option option) {
  switch (option) {
    case Option::policy_mode: return "`enforce` (which it is when left out) or `monitor`";
    case Option::ignored: return "accepted and without effect: chooses how Tetragon attaches";
  }
  return {};
}

std::string_view meaning(ProcessValue value) { return info(value).name; }

}  // namespace vigil::schema
