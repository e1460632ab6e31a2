#include "cli/compile.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/terminal.h"
#include "engine/base/file.h"
#include "engine/btf/btf_types.h"
#include "engine/compile/policy/parse.h"

namespace vigil::cli {
namespace {

constexpr const char* lsm_list = "/sys/kernel/security/lsm";
constexpr std::size_t lsm_list_limit_bytes = 4096;

// Where the list cannot be read (no securityfs, another kernel) the usual case is assumed.
bool bpf_lsm_is_active() {
  const auto list = read_file(lsm_list, lsm_list_limit_bytes);
  if (!list) return true;
  return fmt::format(",{},", list->substr(0, list->find('\n'))).find(",bpf,") != std::string::npos;
}

}  // namespace

void add_kernel_options(CLI::App& verb, KernelOptions& options) {
  verb.add_option("--btf", options.btf_file, "types of another kernel (the running one)")
      ->type_name("FILE");
  verb.add_flag("--no-lsm", options.without_lsm, "as for a kernel without bpf in its LSM list");
}

Result<KernelView> open_kernel(const KernelOptions& options) {
  const bool running = options.btf_file.empty();
  if (running && access(btf::running_kernel, R_OK) != 0)
    return Error(
        fmt::format("this kernel tells no types ({} is missing): name the BTF file of the "
                    "kernel you mean with --btf FILE",
                    btf::running_kernel));
  TRY(auto types, btf::load(running ? btf::running_kernel : options.btf_file));
  const bool lsm = !options.without_lsm && (!running || bpf_lsm_is_active());
  // Stock distribution kernels have fmod_ret, and none has bpf_override_return.
  return KernelView{.types = std::move(types),
                    .traits = {.bpf_lsm_active = lsm, .fmod_ret = true, .override_return = false}};
}

Result<std::vector<check::CheckedPolicy>> compile_file(const std::string& file,
                                                       const KernelView& kernel,
                                                       Diagnostics& diagnostics) {
  TRY(const auto source, read_source(file == "-" ? "/dev/stdin" : file, policy::max_file_bytes));
  std::vector<check::CheckedPolicy> checked;
  for (const auto& policy : policy::parse(source, diagnostics))
    if (auto good = check::check(policy, *kernel.types, kernel.traits, diagnostics))
      checked.push_back(std::move(*good));
  return checked;
}

void print_diagnostics(const Diagnostics& diagnostics) {
  if (diagnostics.all().empty()) return;
  const bool coloured = wants_colour(ColourChoice::automatic, STDERR_FILENO);
  fmt::print(stderr, "{}", render(diagnostics, coloured ? Colour::always : Colour::never));
}

}  // namespace vigil::cli
