#include "engine/loader/capture.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <sys/mman.h>

#include <cstring>

#include <fmt/format.h>

#include "engine/loader/libbpf_log.h"

namespace vigil::loader {
namespace {

constexpr std::size_t log_lines = 6;

// What the handler below fills; libbpf gives it no context of ours.
struct Capture {
  const btf* types = nullptr;
  Image image;
};
thread_local Capture* capturing = nullptr;

void take_instructions(const bpf_program* program, Image& image) {
  static_assert(sizeof(bpf_insn) == sizeof(codegen::Instruction));
  image.instructions.resize(bpf_program__insn_cnt(program));
  std::memcpy(static_cast<void*>(image.instructions.data()), bpf_program__insns(program),
              image.instructions.size() * sizeof(bpf_insn));
}

// Records of func_info and line_info may be longer than we know, never shorter.
template <typename Record, typename Take>
void for_each_record(const void* records, std::uint32_t count, std::uint32_t size, Take take) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Record record;
    std::memcpy(&record, static_cast<const char*>(records) + std::size_t{i} * size, sizeof record);
    take(record);
  }
}

void take_functions(const btf* types, const bpf_prog_load_opts& options, Image& image) {
  for_each_record<bpf_func_info>(
      options.func_info, options.func_info_cnt, options.func_info_rec_size,
      [&](const bpf_func_info& info) {
        const btf_type* type = btf__type_by_id(types, info.type_id);
        image.functions.push_back(
            {btf__name_by_offset(types, type->name_off), info.insn_off, 0, info.type_id});
      });
  for (std::size_t i = 0; i < image.functions.size(); ++i) {
    std::size_t end =
        i + 1 < image.functions.size() ? image.functions[i + 1].start : image.instructions.size();
    image.functions[i].size = static_cast<std::uint32_t>(end - image.functions[i].start);
  }
}

void take_lines(const bpf_prog_load_opts& options, Image& image) {
  for_each_record<bpf_line_info>(
      options.line_info, options.line_info_cnt, options.line_info_rec_size,
      [&](const bpf_line_info& info) {
        image.lines.push_back({info.insn_off, info.file_name_off, info.line_off, info.line_col});
      });
}

void take_btf(const btf* types, Image& image) {
  std::uint32_t size = 0;
  const auto* bytes = static_cast<const std::uint8_t*>(btf__raw_data(types, &size));
  image.btf.assign(bytes, bytes + size);
}

bool is_map_load(const codegen::Instruction& instruction) {
  int source = instruction.registers >> 4;
  return instruction.opcode == (BPF_LD | BPF_IMM | BPF_DW) &&
         (source == BPF_PSEUDO_MAP_FD || source == BPF_PSEUDO_MAP_VALUE);
}

// libbpf calls this after relocation and before the load. The placeholder itself is of
// no use, so a program that does nothing is loaded instead.
int prepare_load(bpf_program* program, bpf_prog_load_opts* options, long) {
  if (capturing == nullptr || options->func_info_cnt == 0) return -EINVAL;
  take_instructions(program, capturing->image);
  take_functions(capturing->types, *options, capturing->image);
  take_lines(*options, capturing->image);
  take_btf(capturing->types, capturing->image);
  options->func_info = options->line_info = nullptr;
  options->func_info_cnt = options->line_info_cnt = 0;
  bpf_insn nothing[2] = {};
  nothing[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  nothing[1].code = BPF_JMP | BPF_EXIT;
  return bpf_program__set_insns(program, nothing, 2);
}

int register_handler() {
  LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = prepare_load);
  return libbpf_register_prog_handler("vigil", BPF_PROG_TYPE_KPROBE,
                                      static_cast<bpf_attach_type>(0), &options);
}

Result<void> share_maps(bpf_object* object, const MapFds& shared) {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    auto fd = shared.find(bpf_map__name(map));
    if (fd == shared.end()) continue;
    if (int error = bpf_map__reuse_fd(map, fd->second); error != 0) {
      return Error::from_errno(fmt::format("sharing map {}", fd->first), -error);
    }
  }
  return {};
}

void take_map_references(const MapFds& maps, Image& image) {
  std::map<int, std::string> names;
  for (const auto& [name, fd] : maps) names[fd] = name;
  for (std::uint32_t i = 0; i < image.instructions.size(); ++i) {
    if (!is_map_load(image.instructions[i])) continue;
    image.maps.push_back({i, names[image.instructions[i].immediate]});
  }
}

Result<void> load(const char* name, bpf_object* object, Capture& capture) {
  LibbpfLog log;
  capturing = &capture;
  int error = bpf_object__load(object);
  capturing = nullptr;
  if (error == 0) {
    bpf_program__unload(bpf_object__next_program(object, nullptr));
    return {};
  }
  return Error::from_errno(fmt::format("preparing {} ({})", name, log.tail(log_lines)), -error);
}

}  // namespace

Result<OpenObject> open_object(const char* name, std::span<const std::uint8_t> elf,
                               const VmlinuxTypes& types) {
  LibbpfLog log;
  OpenObject open;
  open.types = UniqueFd(memfd_create("vigil_core_types", MFD_CLOEXEC));
  if (!open.types) return Error::from_errno("making a file of types");
  // Read when the object is loaded; only an open one says what has to stand there.
  const std::string path = fmt::format("/proc/self/fd/{}", open.types.get());
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name, .btf_custom_path = path.c_str());
  open.object.reset(bpf_object__open_mem(elf.data(), elf.size(), &options));
  if (!open.object)
    return Error::from_errno(fmt::format("opening {} ({})", name, log.tail(log_lines)));
  TRY_VOID(types.write_core_types(*bpf_object__btf(open.object.get()), open.types.get()));
  return open;
}

MapFds map_fds(const bpf_object& object) {
  MapFds fds;
  const bpf_map* map = nullptr;
  while ((map = bpf_object__next_map(&object, map)) != nullptr) {
    fds[bpf_map__name(map)] = bpf_map__fd(map);
  }
  return fds;
}

Result<RelocatedObject> RelocatedObject::make(const char* name, std::span<const std::uint8_t> elf,
                                              const MapFds& shared, const VmlinuxTypes& types) {
  static const int handler = register_handler();
  if (handler < 0) return Error::from_errno("registering the program handler", -handler);
  RelocatedObject made;
  TRY(OpenObject open, open_object(name, elf, types));
  bpf_object* object = open.object.get();
  TRY_VOID(share_maps(object, shared));
  Capture capture{.types = bpf_object__btf(object), .image = {}};
  TRY_VOID(load(name, object, capture));
  made.object_ = std::move(open.object);
  made.maps_ = map_fds(*object);
  made.image_ = std::move(capture.image);
  take_map_references(made.maps_, made.image_);
  return made;
}

}  // namespace vigil::loader
