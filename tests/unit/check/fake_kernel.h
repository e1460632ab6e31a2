// A kernel of a few functions, written as in C, and policies checked against it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/compile/check/check.h"
#include "engine/compile/policy/parse.h"
#include "tests/unit/check/fake_files.h"

namespace vigil::check {

inline CType c_type(std::string text) {
  CType type;
  type.text = text;
  auto is = [&](std::string_view piece) { return text.find(piece) != std::string::npos; };
  std::size_t record = text.find("struct ");
  if (record == std::string::npos) record = text.find(" union ");
  const bool is_set = text.find("kernel_cap_t") != std::string::npos;
  if (text.ends_with('*')) {
    type.kind = CType::Kind::pointer;
    type.size_bytes = 8;
    type.target = record != std::string::npos || is_set ? CType::Target::record
                  : is("char")                          ? CType::Target::character
                  : is("void")                          ? CType::Target::nothing
                                                        : CType::Target::number;
    if (record != std::string::npos) {
      std::string rest = text.substr(record + 7);
      type.record = rest.substr(0, rest.find(' '));
    }
  } else if (text != "void") {
    type.kind = is("enum") ? CType::Kind::enumeration : CType::Kind::integer;
    type.size_bytes = is("long") || is("size_t") ? 8 : 4;
    type.is_signed = !is("unsigned") && !is("size_t");
  }
  return type;
}

class FakeKernel final : public KernelTypes {
 public:
  FakeKernel() {
    add("security_file_open", "int", {"struct file *"});
    add("bpf_lsm_file_open", "int", {"struct file *"});
    add("security_file_permission", "int", {"struct file *", "int"});
    add("bpf_lsm_file_permission", "int", {"struct file *", "int"});
    add("security_mmap_file", "int", {"struct file *", "unsigned long", "unsigned long"});
    add("bpf_lsm_mmap_file", "int",
        {"struct file *", "unsigned long", "unsigned long", "unsigned long"});
    add("security_bprm_check", "int", {"struct linux_binprm *"});
    add("bpf_lsm_bprm_check_security", "int", {"struct linux_binprm *"});
    add("security_bprm_committed_creds", "void", {"struct linux_binprm *"});
    add("bpf_lsm_bprm_committed_creds", "void", {"struct linux_binprm *"});
    add("security_inode_copy_up_xattr", "int", {"struct dentry *", "const char *"});
    add("bpf_lsm_inode_copy_up_xattr", "int", {"struct dentry *", "const char *"});
    add("security_socket_connect", "int", {"struct socket *", "struct sockaddr *", "int"});
    add("bpf_lsm_socket_connect", "int", {"struct socket *", "struct sockaddr *", "int"});
    add("bpf_lsm_only_here", "int", {"int"});
    add("security_path_truncate", "int", {"const struct path *"});
    add("tcp_connect", "int", {"struct sock *"});
    add("tcp_v4_connect", "int", {"struct sock *", "struct sockaddr *", "int"});
    add("tcp_v4_rcv", "int", {"struct tcp_sock *", "unsigned long", "size_t"});
    add("cap_capable", "int", {"const struct cred *", "struct user_namespace *", "int"});
    add("numbers", "long", {"int", "unsigned int", "long", "unsigned long", "enum e"});
    add("accept", "struct sock *", {"struct sock *"});
    add("opens", "int", {"struct file *", "function *"});
    add("seven", "int", {"int", "int", "int", "int", "int", "int", "int"});
    add("do_exit", "void", {"long"});
    add("security_capset", "int",
        {"struct cred *", "const struct cred *", "const kernel_cap_t *", "const kernel_cap_t *"});
    add("objects", "void",
        {"struct filename *", "struct net_device *", "struct kiocb *", "struct iov_iter *",
         "const struct iovec *", "size_t", "struct sk_buff *", "struct sockaddr *", "int",
         "const union bpf_attr *", "struct bpf_prog *", "struct bpf_map *"});
    add("more_objects", "void",
        {"struct perf_event *", "struct module *", "struct load_info *", "void *"});
    add("text", "void", {"const char *", "const void *", "size_t"});
    add("btf_trace_sched_process_exec", "void",
        {"struct task_struct *", "int", "struct linux_binprm *"});
    CType text = c_type("__data_loc char []");
    text.kind = CType::Kind::dynamic;
    text.target = CType::Target::character;
    CType words = c_type("unsigned long [6]");
    words.kind = CType::Kind::array;
    words.target = CType::Target::number;
    words.element_bytes = 8;
    words.size_bytes = 48;
    add_tracepoint("sched/sched_process_exec",
                   {{{"filename", text}, 8}, {{"pid", c_type("int")}, 12}});
    add_tracepoint("raw_syscalls/sys_enter", {{{"id", c_type("long")}, 8}, {{"args", words}, 16}});
    add_tracepoint("syscalls/sys_enter_write", {{{"__syscall_nr", c_type("int")}, 8},
                                                {{"fd", c_type("unsigned long")}, 16},
                                                {{"buf", c_type("const char *")}, 24},
                                                {{"count", c_type("size_t")}, 32}});
    add("__ia32_sys_openat", "long", {"const struct pt_regs *"});
    add("__ia32_compat_sys_ptrace", "long", {"const struct pt_regs *"});
    add("ksys_read", "int", {"int"});
    add_records();
    for (const char* name : {"openat", "read", "write", "connect", "ptrace", "exit_group"}) {
      add("__x64_sys_" + std::string(name), "long", {"const struct pt_regs *"});
    }
  }

  // Fields of a record, one after the other, as in C; the four that all have are added.
  void add_tracepoint(std::string name, const std::vector<RecordField>& fields) {
    std::vector<RecordField> record;
    for (std::uint32_t offset : {0, 2, 3, 4}) record.push_back({{"common", c_type("int")}, offset});
    record.insert(record.end(), fields.begin(), fields.end());
    tracepoints_[std::move(name)] = std::move(record);
  }

  void add(std::string name, std::string result, std::vector<std::string> parameters) {
    Prototype prototype;
    prototype.result = c_type(std::move(result));
    for (std::string& text : parameters) prototype.parameters.push_back({"", c_type(text)});
    functions_[std::move(name)] = std::move(prototype);
  }

  std::optional<TypeId> record(std::string_view name) const override {
    for (TypeId id = 1; id <= records_.size(); ++id)
      if (records_[id - 1].name == name) return id;
    return std::nullopt;
  }
  Result<std::optional<TypeId>> record_of_module(std::string_view kernel_module,
                                                 std::string_view name) const override {
    if (kernel_module != "af_alg") return Error("no module '" + std::string(kernel_module) + "'");
    return record(name);
  }
  // Numbers past the records are of elements, eight bytes each.
  std::optional<CType> type(TypeId id) const override {
    if (id == element) return c_type("unsigned long");
    if (id == 0 || id > records_.size()) return std::nullopt;
    CType type;
    type.kind = CType::Kind::record;
    type.record = records_[id - 1].name;
    type.text = "struct " + type.record;
    type.id = id;
    return type;
  }
  std::optional<Member> member(TypeId record, std::string_view name) const override {
    if (record == 0 || record > records_.size()) return std::nullopt;
    const auto& members = records_[record - 1].members;
    auto found = members.find(name);
    return found == members.end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<Prototype> function(std::string_view name) const override {
    auto found = functions_.find(name);
    return found == functions_.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<std::string_view> function_names(std::string_view prefix) const override {
    std::vector<std::string_view> names;
    for (const auto& [name, prototype] : functions_) {
      if (name.starts_with(prefix)) names.push_back(name);
    }
    return names;
  }

  std::optional<std::vector<std::string>> traceable_functions() const override {
    return std::vector<std::string>{"__x64_sys_fork", "__x64_sys_openat", "ksys_read",
                                    "ksys_write",     "tcp_connect",      "without_types"};
  }
  std::optional<Prototype> raw_tracepoint(std::string_view event) const override {
    return function("btf_trace_" + std::string(event));
  }
  std::vector<std::string_view> raw_tracepoint_names() const override {
    return {"sched_process_exec", "sys_enter"};
  }
  Result<std::vector<RecordField>> tracepoint(std::string_view subsystem,
                                              std::string_view event) const override {
    if (subsystem == "secret") return Error("tracefs is closed to this user", EACCES);
    auto found = tracepoints_.find(std::string(subsystem) + '/' + std::string(event));
    if (found == tracepoints_.end()) return Error("no such file", ENOENT);
    return found->second;
  }

 private:
  static constexpr TypeId element = 1000;
  struct Record {
    std::string name;
    std::map<std::string, Member, std::less<>> members;
  };

  CType pointer_to(std::string_view name) const {
    CType type = c_type("struct " + std::string(name) + " *");
    type.id = *record(name);
    return type;
  }

  void add_records() {
    for (const char* name : {"task_struct", "mm_struct", "file", "path"})
      records_.push_back({name, {}});
    CType comm;
    comm.kind = CType::Kind::array;
    comm.text = "char []";
    comm.target = CType::Target::character;
    comm.element_bytes = 1;
    comm.size_bytes = 16;
    CType limits;
    limits.kind = CType::Kind::array;
    limits.text = "unsigned long []";
    limits.target = CType::Target::number;
    limits.element_bytes = 8;
    limits.size_bytes = 24;
    limits.id = element;
    records_[0].members = {{"pid", {c_type("int"), 800, 0}},
                           {"mm", {pointer_to("mm_struct"), 128, 0}},
                           {"parent", {pointer_to("task_struct"), 192, 0}},
                           {"comm", {comm, 1600, 0}},
                           {"rlim", {limits, 2400, 0}},
                           {"flag", {c_type("unsigned int"), 3211, 2}}};
    records_[1].members = {{"owner", {pointer_to("task_struct"), 64, 0}}};
    records_[2].members = {{"f_path", {*type(4), 512, 0}}};
    for (auto& [name, prototype] : functions_)
      for (Parameter& parameter : prototype.parameters)
        if (auto id = record(parameter.type.record)) parameter.type.id = *id;
  }

  std::vector<Record> records_;
  std::map<std::string, Prototype, std::less<>> functions_;
  std::map<std::string, std::vector<RecordField>> tracepoints_;
};

inline constexpr KernelTraits lsm_kernel{true, true, false};

struct Checked {
  std::optional<CheckedPolicy> policy;
  Diagnostics diagnostics;

  // "line:column code", one per line.
  std::string mistakes() const {
    std::string text;
    for (const Diagnostic& found : diagnostics.all()) {
      text += std::to_string(found.span.line) + ':' + std::to_string(found.span.column) + ' ' +
              found.code + '\n';
    }
    return text;
  }
  std::string first_message() const {
    return diagnostics.all().empty() ? "" : diagnostics.all()[0].message;
  }
  std::string first_help() const {
    return diagnostics.all().empty() ? "" : diagnostics.all()[0].help;
  }
  const Hook& hook() const { return policy.value().hooks().at(0); }
  const Selector& selector() const { return hook().selectors.at(0); }
};

// A policy around the lines of its spec, which begin on line 5.
inline Checked checked(const std::string& spec, const KernelTraits& traits = lsm_kernel) {
  Checked out;
  auto source = std::make_shared<const SourceFile>(SourceFile{
      "p.yaml",
      "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: p}\nspec:\n" + spec});
  auto policies = policy::parse(source, out.diagnostics);
  if (!policies.empty())
    out.policy = check(policies[0], {FakeKernel(), traits, FakeFiles()}, out.diagnostics);
  // Also of a warning the reader must learn the way out.
  for (const Diagnostic& found : out.diagnostics.all())
    EXPECT_FALSE(found.severity == Severity::warning && found.help.empty()) << found.message;
  return out;
}

// One kprobe with these lines below its call, which begin on line 8.
inline Checked kprobe(const std::string& call, const std::string& lines,
                      const KernelTraits& traits = lsm_kernel) {
  return checked("  kprobes:\n  - call: " + call + "\n    syscall: false\n" + lines, traits);
}

}  // namespace vigil::check
