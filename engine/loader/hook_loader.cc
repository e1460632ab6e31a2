#include "engine/loader/hook_loader.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "engine/loader/btf_ptr.h"
#include "engine/loader/libbpf_log.h"
#include "engine/loader/program_array.h"
#include "engine/loader/tables.h"
#include "engine/loader/verifier_log.h"

namespace vigil::loader {
namespace {

// Kernels before 6.4 keep the log's beginning and fail when it is full; only pages
// that are written to cost memory.
constexpr std::size_t log_bytes = 64u << 20;

constexpr const char* license = "Dual BSD/GPL";

static_assert(sizeof(ImageLine) == sizeof(bpf_line_info));

std::vector<bpf_func_info> func_info_of(const JoinedProgram& joined) {
  std::vector<bpf_func_info> records;
  for (const auto& function : joined.functions)
    records.push_back({function.start, function.type_id});
  return records;
}

constexpr std::size_t most_identifier_characters = 127;  // KSYM_NAME_LEN was 128 before 6.1

// "file_open", "sys_enter", "libc_so_6": what bpftool shows, in the characters that the kernel
// takes.
std::string identifier_of(const plan::HookKey& key) {
  std::string_view name = key.function;
  name = name.substr(name.rfind('/') + 1);
  name = name.substr(0, std::min<std::size_t>(name.find(' '), most_identifier_characters - 1));
  const bool begins_wrong =
      name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0;
  std::string taken = begins_wrong ? "_" : "";
  for (char c : name) taken += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return taken;
}

class Load {
 public:
  Load(const codegen::HookProgram& program, const JoinedProgram& joined, const Target& target,
       int btf_fd)
      : program_(program), joined_(joined), functions_(func_info_of(joined)) {
    options_.sz = sizeof options_;
    options_.expected_attach_type = target.attach_type;
    options_.attach_btf_id = target.btf_id;
    options_.prog_flags = target.flags;
    options_.prog_btf_fd = static_cast<std::uint32_t>(btf_fd);
    options_.func_info = functions_.data();
    options_.func_info_cnt = static_cast<std::uint32_t>(functions_.size());
    options_.func_info_rec_size = sizeof(bpf_func_info);
    options_.line_info = joined.lines.data();
    options_.line_info_cnt = static_cast<std::uint32_t>(joined.lines.size());
    options_.line_info_rec_size = sizeof(bpf_line_info);
    type_ = target.type;
  }

  Result<UniqueFd> run() {
    UniqueFd fd = attempt();
    if (fd) return fd;
    int error = errno;
    auto log = std::make_unique_for_overwrite<char[]>(log_bytes);
    log[0] = '\0';
    options_.log_level = 1;
    options_.log_size = log_bytes;
    options_.log_buf = log.get();
    fd = attempt();
    if (fd) return fd;
    return Error(fmt::format("{} ({})", explain_refusal(log.get(), program_, joined_),
                             Error::from_errno("load", error).message()),
                 error);
  }

 private:
  UniqueFd attempt() {
    const std::string name = identifier_of(program_.key).substr(0, BPF_OBJ_NAME_LEN - 1);
    return UniqueFd(bpf_prog_load(type_, name.c_str(), license,
                                  reinterpret_cast<const bpf_insn*>(joined_.instructions.data()),
                                  joined_.instructions.size(), &options_));
  }

  const codegen::HookProgram& program_;
  const JoinedProgram& joined_;
  std::vector<bpf_func_info> functions_;
  bpf_prog_load_opts options_{};
  bpf_prog_type type_{};
};

Result<BtfPtr> copy_types(const Image& image) {
  BtfPtr types(btf__new(image.btf.data(), static_cast<std::uint32_t>(image.btf.size())));
  if (!types) return Error::from_errno("copying the runtime's types");
  return types;
}

// The function that main is: of the placeholder's prototype, under the hook's name, which can be
// longer here than that of a program.
Result<std::uint32_t> add_main(btf* types, const ImageFunction& placeholder,
                               const std::string& name) {
  const btf_type* type = btf__type_by_id(types, placeholder.type_id);
  const int id = type == nullptr ? -EINVAL
                                 : btf__add_func(types, name.c_str(), BTF_FUNC_GLOBAL,
                                                 static_cast<int>(type->type));
  if (id < 0) return Error::from_errno("naming the program in its types", -id);
  return static_cast<std::uint32_t>(id);
}

Result<void> load_types(btf* types) {
  LibbpfLog log;
  if (int error = btf__load_into_kernel(types); error != 0) {
    return Error::from_errno(fmt::format("loading types ({})", log.tail(4)), -error);
  }
  return {};
}

// By the index that codegen gives the tail call.
Result<UniqueFd> make_part_array(std::size_t parts) {
  if (parts == 1) return UniqueFd();
  return make_program_array("vg_parts", static_cast<std::uint32_t>(parts - 1));
}

MapFds all_maps(const RelocatedObject& runtime, const Tables& tables, const UniqueFd& others) {
  MapFds maps = tables.by_name;
  if (others) maps["hook_parts"] = others.get();
  maps.insert(runtime.maps().begin(), runtime.maps().end());
  return maps;
}

struct LoadedPart {
  UniqueFd program;
  HookReport report;
};

Result<LoadedPart> load_part(const codegen::HookProgram& program, const RelocatedObject& runtime,
                             const KernelFunctions& kernel_functions, const Target& target,
                             const UniqueFd& others) {
  TRY(Tables tables, make_tables(program.tables));
  TRY(BtfPtr types, copy_types(runtime.image()));
  const AddString add_string = [&](std::string_view text) {
    return static_cast<std::uint32_t>(
        std::max(0, btf__add_str(types.get(), std::string(text).c_str())));
  };
  const MapFds maps = all_maps(runtime, tables, others);
  TRY(JoinedProgram joined, join(program, runtime.image(), {maps, kernel_functions, add_string}));
  TRY(joined.functions.front().type_id,
      add_main(types.get(), runtime.image().functions.front(), identifier_of(program.key)));
  TRY_VOID(load_types(types.get()));
  TRY(UniqueFd fd, Load(program, joined, target, btf__fd(types.get())).run());
  HookReport report{.key = program.key,
                    .parts = 1,
                    .instructions = static_cast<std::uint32_t>(joined.instructions.size()),
                    .verified_instructions = cost_of(fd.get()).verified_instructions,
                    .memory_bytes = tables.memory_bytes};
  return LoadedPart{std::move(fd), std::move(report)};
}

void add(HookReport& sum, const HookReport& part) {
  sum.key = part.key;
  sum.parts += part.parts;
  sum.instructions += part.instructions;
  sum.verified_instructions = std::max(sum.verified_instructions, part.verified_instructions);
  sum.memory_bytes += part.memory_bytes;
}

}  // namespace

Result<LoadedHook> load_hook(const codegen::HookPrograms& parts, const RelocatedObject& runtime,
                             const KernelFunctions& kernel_functions, const Target& target) {
  LoadedHook hook{.place = place_of(parts.front()),
                  .functions = parts.front().functions,
                  .code = {},
                  .preloads = {},
                  .target = target,
                  .report = {}};
  TRY(hook.code.others, make_part_array(parts.size()));
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    TRY(LoadedPart part, load_part(parts[i], runtime, kernel_functions, target, hook.code.others));
    add(hook.report, part.report);
    if (i == 0) {
      hook.code.first = std::move(part.program);
    } else {
      TRY_VOID(put_program(hook.code.others.get(), i - 1, part.program.get()));
    }
  }
  return hook;
}

std::uint64_t missed_runs(int program) {
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  return bpf_obj_get_info_by_fd(program, &info, &size) == 0 ? info.recursion_misses : 0;
}

ProgramCost cost_of(int program) {
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  if (bpf_obj_get_info_by_fd(program, &info, &size) != 0) return {};
  return {info.verified_insns, map_memory(program)};
}

}  // namespace vigil::loader
