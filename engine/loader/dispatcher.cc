#include "engine/loader/dispatcher.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "engine/loader/program_array.h"
#include "engine/loader/verifier_log.h"

namespace vigil::loader {
namespace {

constexpr const char* slots_map = "hook_programs";
constexpr std::size_t log_bytes = 65'536;

// The prebuilt code with a program array of this hook's own.
std::vector<codegen::Instruction> instructions_of(const RelocatedObject& prebuilt, int slots) {
  auto instructions = prebuilt.image().instructions;
  for (const auto& reference : prebuilt.image().maps) {
    if (reference.map == slots_map) instructions[reference.instruction].immediate = slots;
  }
  return instructions;
}

Result<UniqueFd> load(const std::vector<codegen::Instruction>& instructions, const Target& target) {
  std::string log(log_bytes, '\0');
  LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = target.attach_type,
              .attach_btf_id = target.btf_id, .log_level = 0,
              .log_size = static_cast<std::uint32_t>(log.size()), .log_buf = log.data());
  UniqueFd fd(bpf_prog_load(target.type, "vg_dispatcher", "Dual BSD/GPL",
                            reinterpret_cast<const bpf_insn*>(instructions.data()),
                            instructions.size(), &options));
  if (!fd) {
    int error = errno;
    const char* text = log.c_str();  // ends before its string does
    return Error::from_errno(fmt::format("loading a dispatcher ({})", last_lines(text, 3)), error);
  }
  return fd;
}

}  // namespace

Result<Dispatcher> Dispatcher::make(const plan::HookKey& key,
                                    const std::vector<std::string>& functions, const Target& target,
                                    const RelocatedObject& prebuilt, Programs first) {
  Dispatcher made;
  made.key_ = key;
  made.target_ = target;
  TRY(made.slots_, make_program_array("vg_slot", 1));
  TRY_VOID(made.put_back({std::move(first.code), {}}));
  TRY(made.program_, load(instructions_of(prebuilt, made.slots_.get()), target));
  TRY(made.links_, attach(made.program_.get(), key, functions, target));
  // Of the probes at one place the last one to come is the first to run.
  TRY(made.current_.preload_links, made.attach_preloads(first.preloads));
  return made;
}

Result<std::vector<UniqueFd>> Dispatcher::attach_preloads(
    const std::vector<UniqueFd>& preloads) const {
  std::vector<UniqueFd> links;
  for (const UniqueFd& preload : preloads) {
    TRY(std::vector<UniqueFd> attached, attach(preload.get(), key_, {}, target_));
    std::ranges::move(attached, std::back_inserter(links));
  }
  return links;
}

Result<Dispatcher::Content> Dispatcher::put(Programs programs) {
  TRY(std::vector<UniqueFd> links, attach_preloads(programs.preloads));
  return put_back({std::move(programs.code), std::move(links)});
}

Result<Dispatcher::Content> Dispatcher::put_back(Content content) {
  TRY_VOID(put_program(slots_.get(), 0, content.code.first.get()));
  return std::exchange(current_, std::move(content));
}

}  // namespace vigil::loader
