#include "engine/compile/check/enforcement.h"

#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

using schema::Mechanism;

constexpr KernelTraits without_lsm{false, true, false};
constexpr KernelTraits without_anything{false, false, false};

TEST(Enforcement, LsmWhereItFits) {
  const Checked out = kprobe("security_file_open", "");
  EXPECT_EQ(out.hook().enforcement, Mechanism::lsm);
  EXPECT_EQ(out.hook().enforcement_function, "file_open");
  EXPECT_EQ(out.hook().enforcement_reason, "LSM hook file_open decides");
}

TEST(Enforcement, NamesThatDifferByMoreThanThePrefix) {
  EXPECT_EQ(kprobe("security_bprm_check", "").hook().enforcement_function, "bprm_check_security");
}

TEST(Enforcement, FmodRetWhereTheLsmHookDiffers) {
  const Checked out = kprobe("security_mmap_file", "");
  EXPECT_EQ(out.hook().enforcement, Mechanism::fmod_ret);
  EXPECT_EQ(out.hook().enforcement_function, "security_mmap_file");
  EXPECT_EQ(out.hook().enforcement_reason,
            "fmod_ret since LSM hook mmap_file takes other arguments");
  EXPECT_EQ(kprobe("security_path_truncate", "").hook().enforcement, Mechanism::fmod_ret)
      << "no LSM hook";
  EXPECT_EQ(kprobe("security_inode_copy_up_xattr", "").hook().enforcement, Mechanism::fmod_ret)
      << "closed to BPF";
}

TEST(Enforcement, FmodRetWhereBpfIsNoActiveLsm) {
  const Checked out = kprobe("security_file_open", "", without_lsm);
  EXPECT_EQ(out.hook().enforcement, Mechanism::fmod_ret);
  EXPECT_EQ(out.hook().enforcement_reason,
            "fmod_ret since bpf is not in the kernel's list of active LSMs");
}

TEST(Enforcement, NoneElse) {
  EXPECT_FALSE(kprobe("security_file_open", "", without_anything).hook().enforcement);
  EXPECT_FALSE(kprobe("tcp_connect", "").hook().enforcement);
  EXPECT_FALSE(kprobe("security_bprm_committed_creds", "").hook().enforcement) << "returns nothing";
}

TEST(Enforcement, LsmHooksAreLsmOrFmodRetOrRefused) {
  auto hook = [](const std::string& name, const KernelTraits& traits) {
    return checked("  lsmhooks:\n  - hook: " + name + "\n", traits);
  };
  EXPECT_EQ(hook("file_open", lsm_kernel).hook().enforcement, Mechanism::lsm);
  EXPECT_EQ(hook("bprm_committed_creds", lsm_kernel).hook().enforcement, Mechanism::lsm);
  const Checked other = hook("bprm_check_security", without_lsm);
  EXPECT_EQ(other.hook().enforcement, Mechanism::fmod_ret);
  EXPECT_EQ(other.hook().enforcement_function, "security_bprm_check");
  EXPECT_EQ(hook("only_here", without_lsm).mistakes(), "6:11 VG0220\n");
  EXPECT_EQ(hook("file_open", without_anything).mistakes(), "6:11 VG0220\n");
  EXPECT_EQ(hook("inode_copy_up_xattr", lsm_kernel).hook().enforcement, Mechanism::fmod_ret);
}

}  // namespace
}  // namespace vigil::check
