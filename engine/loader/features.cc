#include "engine/loader/features.h"

#include <bpf/bpf.h>
#include <sys/utsname.h>

#include <initializer_list>
#include <vector>

#include "engine/base/fd.h"
#include "engine/base/file.h"
#include "engine/loader/attach.h"
#include "engine/loader/capture.h"
#include "engine/loader/libbpf_log.h"
#include "kernel/objects.h"

namespace vigil::loader {
namespace {

constexpr bpf_insn exit_instruction{
    .code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0};
constexpr bpf_insn return_zero{
    .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0};

constexpr bpf_insn set_argument2{
    .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .src_reg = 0, .off = 0, .imm = 0};

constexpr bpf_insn call_helper(int helper) {
  return {.code = BPF_JMP | BPF_CALL, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = helper};
}

bool loads(const Target& target, const std::vector<bpf_insn>& instructions) {
  LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = target.attach_type,
              .attach_btf_id = target.btf_id);
  UniqueFd fd(bpf_prog_load(target.type, "vg_probe", "Dual BSD/GPL", instructions.data(),
                            instructions.size(), &options));
  return static_cast<bool>(fd);
}

std::string release() {
  utsname name{};
  uname(&name);
  return name.release;
}

bool bpf_lsm_active() {
  auto list = read_file("/sys/kernel/security/lsm", 4096);
  return list && lists_bpf(*list);
}

bool has_fmod_ret(const VmlinuxTypes& types) {
  auto target = target_of({schema::Mechanism::fmod_ret, "security_file_open"}, Reach::one, types);
  return target && loads(*target, {return_zero, exit_instruction});
}

bool has_fmod_ret_syscalls(const VmlinuxTypes& types) {
  auto target = target_of({schema::Mechanism::fmod_ret, "__x64_sys_close"}, Reach::one, types);
  return target && loads(*target, {return_zero, exit_instruction});
}

bool has_override_return(const VmlinuxTypes& types) {
  auto target = target_of({schema::Mechanism::kprobe, ""}, Reach::one, types);
  return target && loads(*target, {set_argument2, call_helper(BPF_FUNC_override_return),
                                   return_zero, exit_instruction});
}

// The kernel loads such a program also where it cannot attach one.
bool has_kprobe_multi() {
  LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_KPROBE_MULTI);
  const bpf_insn instructions[] = {return_zero, exit_instruction};
  UniqueFd program(
      bpf_prog_load(BPF_PROG_TYPE_KPROBE, "vg_probe", "Dual BSD/GPL", instructions, 2, &options));
  if (!program) return false;
  const char* symbol = "bpf_fentry_test1";
  LIBBPF_OPTS(bpf_link_create_opts, link_options);
  link_options.kprobe_multi.syms = &symbol;
  link_options.kprobe_multi.cnt = 1;
  UniqueFd link(bpf_link_create(program.get(), 0, BPF_TRACE_KPROBE_MULTI, &link_options));
  return static_cast<bool>(link);
}

bool has_keep_processor(const VmlinuxTypes& types) {
  LibbpfLog log;
  auto open = open_object("vigil_keep_processor", kernel::keep_processor_object(), types);
  return open && bpf_object__load(open->object.get()) == 0;
}

}  // namespace

bool lists_bpf(std::string_view list) {
  while (!list.empty() && (list.back() == '\n' || list.back() == '\0')) list.remove_suffix(1);
  while (!list.empty()) {
    std::size_t end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == "bpf") return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

Features probe_features(const VmlinuxTypes& types) {
  return {.release = release(),
          .bpf_lsm_active = bpf_lsm_active(),
          .fmod_ret = has_fmod_ret(types),
          .override_return = has_override_return(types),
          .fmod_ret_syscalls = has_fmod_ret_syscalls(types),
          .kprobe_multi = has_kprobe_multi(),
          .keep_processor = has_keep_processor(types)};
}

Result<KernelFunctions> functions_to_call(const Features& features, const VmlinuxTypes& types) {
  KernelFunctions ids;
  if (!features.keep_processor) return ids;
  for (const char* name : {"bpf_preempt_disable", "bpf_preempt_enable"}) {
    TRY(ids[name], types.function(name));
  }
  return ids;
}

}  // namespace vigil::loader
