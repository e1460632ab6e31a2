#include "engine/loader/features.h"

#include <gtest/gtest.h>

namespace vigil::loader {
namespace {

TEST(ListsBpf, FindsTheWholeNameOnly) {
  EXPECT_TRUE(lists_bpf("lockdown,capability,yama,apparmor,bpf\n"));
  EXPECT_TRUE(lists_bpf("bpf"));
  EXPECT_TRUE(lists_bpf("bpf,yama"));
  EXPECT_FALSE(lists_bpf("capability,ebpf,bpfx"));
  EXPECT_FALSE(lists_bpf(""));
}

}  // namespace
}  // namespace vigil::loader
