// vigil-load-test [PART]: every base program and every shape of hook program, or those whose name
// has PART in it, loads, attaches and goes away again on this kernel. Prints what each costs.
#include <fmt/core.h>

#include <cstdio>
#include <set>
#include <string_view>

#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/placement.h"
#include "engine/elf/elf_file.h"
#include "engine/loader/bpf_kernel.h"
#include "tests/kernel/programs.h"
#include "tests/support/plan_shapes.h"

namespace vigil::testing {
namespace {

int passed = 0, failed = 0;

void fail(const std::string& name, const Error& error) {
  ++failed;
  fmt::print("{:<44} FAIL {}\n", name, error.message());
  std::fflush(stdout);
}

std::set<std::uint32_t> ids_of(const std::vector<LoadedProgram>& programs) {
  std::set<std::uint32_t> ids;
  for (const auto& program : programs) ids.insert(program.id);
  return ids;
}

bool start(loader::Kernel& kernel) {
  auto before = ids_of(loaded_programs());
  if (auto started = kernel.start(); !started) {
    fail("base programs", started.error());
    return false;
  }
  for (const auto& program : loaded_programs()) {
    if (before.contains(program.id)) continue;
    ++passed;
    print_row("base/" + program.name, program.instructions, program.verified_instructions,
              program.memory_bytes, "ok");
  }
  return true;
}

// A hook in user space needs a program: this one.
extern "C" __attribute__((noinline, used)) int vigil_load_test_hooked() { return 1; }

plan::HookPlan placed(plan::HookPlan plan) {
  if (!plan::is_user(plan.key.mechanism)) return plan;
  const auto file = elf::make_elf_files()->open("/proc/self/exe");
  plan.key.function = "/proc/self/exe";
  if (file) plan.key.offset = (*file)->functions("vigil_load_test_hooked").at(0);
  return plan;
}

// The first of its mechanism, or in parts: what else a swap does is vigil-swap-test's.
bool shows_a_swap(const std::vector<plan::HookPlan>& parts) {
  static std::set<schema::Mechanism> shown;
  return shown.insert(parts.front().key.mechanism).second || parts.size() > 1;
}

// Installed, swapped for itself, removed.
void try_shape(loader::Kernel& kernel, const std::vector<plan::HookPlan>& parts,
               std::string_view wanted) {
  const plan::HookPlan& plan = parts.front();
  std::string name = plan.placements.empty() ? to_string(plan.key) : plan.placements.front().policy;
  if (name.find(wanted) == name.npos) return;
  const loader::HookChange install{.hooks = {codegen::generate(parts)}, .removed = {}};
  auto reports = kernel.change(install);
  if (!reports) return fail(name, reports.error());
  if (shows_a_swap(parts)) {
    if (auto again = kernel.change(install); !again) fail(name + ", again", again.error());
  }
  if (auto removed = kernel.change({.hooks = {}, .removed = {plan.key}}); !removed)
    return fail(name, removed.error());
  ++passed;
  const loader::HookReport& report = reports->front();
  print_row(name, report.instructions, report.verified_instructions, report.memory_bytes, "ok");
}

int main(std::string_view wanted) {
  auto kernel = loader::make_bpf_kernel({});
  if (!kernel) {
    fail("features", kernel.error());
  } else {
    const auto& features = (*kernel)->features();
    auto has = [](bool feature) { return feature ? "yes" : "no"; };
    fmt::print("kernel {}: BPF LSM {}, fmod_ret {}, override_return {}, keep_processor {}\n",
               features.release, features.bpf_lsm_active ? "active" : "not active",
               has(features.fmod_ret), has(features.override_return), has(features.keep_processor));
    print_heading();
    if (start(**kernel)) {
      for (const auto& plan : plan_shapes()) try_shape(**kernel, {placed(plan)}, wanted);
      for (const auto& parts : shapes_in_parts()) try_shape(**kernel, parts, wanted);
    }
    (*kernel)->stop();
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace vigil::testing

int main(int count, char** arguments) {
  return vigil::testing::main(count > 1 ? arguments[1] : "");
}
