#include "cli/compile.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>

#include "cli/terminal.h"
#include "engine/base/file.h"
#include "engine/btf/btf_types.h"
#include "engine/compile/policy/parse.h"
#include "engine/elf/elf_file.h"

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

// Whether the kernel lets fmod_ret stand on system calls: 7.2 does, 6.12 does not, and its types do
// not tell.
bool takes_syscalls(const utsname& kernel) {
  unsigned major = 0, minor = 0;
  if (std::sscanf(kernel.release, "%u.%u", &major, &minor) != 2) return false;
  return major > 7 || (major == 7 && minor >= 2);
}

bool running_kernel_takes_syscalls() {
  utsname kernel{};
  return uname(&kernel) == 0 && takes_syscalls(kernel);
}

// Stock distribution kernels have fmod_ret, and none has bpf_override_return.
Result<KernelView> open_kernel(const std::string& btf_file, bool bpf_lsm_active,
                               bool fmod_ret_syscalls) {
  TRY(auto types, btf::load(btf_file));
  return KernelView{.btf_file = btf_file,
                    .types = std::move(types),
                    .traits = {.bpf_lsm_active = bpf_lsm_active,
                               .fmod_ret = true,
                               .override_return = false,
                               .fmod_ret_syscalls = fmod_ret_syscalls},
                    .files = elf::make_elf_files()};
}

}  // namespace

void add_kernel_options(CLI::App& verb, KernelOptions& options, HowMany kernels) {
  const bool several = kernels == HowMany::several;
  verb.add_option("--btf", options.btf_files,
                  several ? "types of other kernels (the running one); may be repeated"
                          : "types of another kernel (the running one)")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->expected(1, several ? CLI::detail::expected_max_vector_size : 1);
  verb.add_flag("--no-lsm", options.without_lsm, "as for a kernel without bpf in its LSM list");
}

Result<std::vector<KernelView>> open_kernels(const KernelOptions& options) {
  const bool lsm = !options.without_lsm;
  std::vector<KernelView> kernels;
  if (options.btf_files.empty()) {
    if (access(btf::running_kernel, R_OK) != 0)
      return Error(
          fmt::format("this kernel tells no types ({} is missing): name the BTF file of the "
                      "kernel you mean with --btf FILE",
                      btf::running_kernel));
    TRY(kernels.emplace_back(), open_kernel(btf::running_kernel, lsm && bpf_lsm_is_active(),
                                            running_kernel_takes_syscalls()));
  }
  for (const auto& file : options.btf_files) {
    TRY(kernels.emplace_back(), open_kernel(file, lsm, false));
  }
  return kernels;
}

std::string shown_name(const std::string& file) { return file == "-" ? "<stdin>" : file; }

Result<SourceFilePtr> read_policy_file(const std::string& file) {
  TRY(std::string text, file == "-" ? read_standard_input(policy::max_file_bytes)
                                    : read_file(file, policy::max_file_bytes));
  return std::make_shared<const SourceFile>(SourceFile{shown_name(file), std::move(text)});
}

Result<std::vector<policy::Policy>> parse_file(const std::string& file, Diagnostics& diagnostics) {
  TRY(const auto source, read_policy_file(file));
  return policy::parse(source, diagnostics);
}

std::vector<check::CheckedPolicy> check_all(const std::vector<policy::Policy>& policies,
                                            const KernelView& kernel, Diagnostics& diagnostics) {
  std::vector<check::CheckedPolicy> checked;
  for (const auto& policy : policies)
    if (auto good =
            check::check(policy, {*kernel.types, kernel.traits, *kernel.files}, diagnostics))
      checked.push_back(std::move(*good));
  return checked;
}

void print_diagnostics(const Diagnostics& diagnostics) {
  if (diagnostics.all().empty()) return;
  const bool coloured = wants_colour(ColourChoice::automatic, STDERR_FILENO);
  fmt::print(stderr, "{}", render(diagnostics, coloured ? Colour::always : Colour::never));
}

}  // namespace vigil::cli
