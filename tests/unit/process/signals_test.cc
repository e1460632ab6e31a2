#include "engine/stream/process/signals.h"

#include <gtest/gtest.h>

namespace vigil::process {
namespace {

TEST(SignalName, Known) {
  EXPECT_EQ(signal_name(0), "");
  EXPECT_EQ(signal_name(9), "SIGKILL");
  EXPECT_EQ(signal_name(11), "SIGSEGV");
  EXPECT_EQ(signal_name(32), "signal 32");
  EXPECT_EQ(signal_name(34), "SIGRTMIN");
  EXPECT_EQ(signal_name(36), "SIGRTMIN+2");
}

}  // namespace
}  // namespace vigil::process
