#include "engine/stream/process/identity.h"

#include <gtest/gtest.h>

namespace vigil::process {
namespace {

using namespace std::string_view_literals;

TEST(ExecId, IsBase64OfNodeTimeAndPid) {
  EXPECT_EQ(exec_id("node-1", {0, 1}), "bm9kZS0xOjE6MA==");
  EXPECT_EQ(exec_id("n", {12, 345}), "bjozNDU6MTI=");
}

TEST(JoinArguments, QuotesWhatHasASpace) {
  EXPECT_EQ(join_arguments(""), "");
  EXPECT_EQ(join_arguments("-u"), "-u");
  EXPECT_EQ(join_arguments("%s\0two words\0end"sv), "%s \"two words\" end");
}

TEST(JoinArguments, AQuotedOneHasASpaceBeforeItEvenFirst) {
  EXPECT_EQ(join_arguments("two words"), " \"two words\"");
}

TEST(JoinArguments, AnEmptyOneLeavesItsSpace) {
  EXPECT_EQ(join_arguments("a\0\0b"sv), "a  b");
  EXPECT_EQ(join_arguments("a\0"sv), "a ");
}

TEST(JoinArguments, BytesStayAsTheyAre) {
  EXPECT_EQ(join_arguments("a\nb\"\\\xff"), "a\nb\"\\\xff");
}

TEST(BinaryPath, RelativeNamesAreBelowTheWorkingDirectory) {
  EXPECT_EQ(binary_path("/root", "/usr/bin/../bin/id"), "/usr/bin/../bin/id");
  EXPECT_EQ(binary_path("/root", "./run"), "/root/run");
  EXPECT_EQ(binary_path("/root/a", "../b//c"), "/root/b/c");
  EXPECT_EQ(binary_path("/", "../../x"), "/x");
  EXPECT_EQ(binary_path("", "x/../../y"), "../y");
  EXPECT_EQ(binary_path("/root", ""), "");
}

const std::string id(64, 'c');
const std::string shown(31, 'c');

TEST(ContainerId, OfTheUsualRuntimes) {
  EXPECT_EQ(container_id("docker-" + id + ".scope"), shown);
  EXPECT_EQ(container_id("/system.slice/docker-" + id + ".scope"), shown);
  EXPECT_EQ(container_id("cri-containerd-" + id + ".scope"), shown);
  EXPECT_EQ(container_id("kubepods-pod1.slice:cri-containerd:" + id), shown);
  EXPECT_EQ(container_id("/docker/" + id), shown);
  EXPECT_EQ(container_id("/machine.slice/libpod-" + id + ".scope/container"), shown);
}

TEST(ContainerId, OfControlGroupsInsideTheContainer) {
  EXPECT_EQ(container_id("/system.slice/docker-" + id + ".scope/init.scope"), shown);
  EXPECT_EQ(container_id("/docker/" + id + "/system.slice/cron.service"), shown);
  const std::string inner(64, 'd');
  EXPECT_EQ(container_id("/docker/" + id + "/docker/" + inner), inner.substr(0, 31));
}

TEST(ContainerId, NotOfTheHost) {
  EXPECT_EQ(container_id(""), "");
  EXPECT_EQ(container_id("/"), "");
  EXPECT_EQ(container_id("session-4.scope"), "");
  EXPECT_EQ(container_id("container"), "");
  EXPECT_EQ(container_id("docker-" + id + ".service"), "");
  EXPECT_EQ(container_id(std::string(80, 'x') + ".scope"), "");
  EXPECT_EQ(container_id(std::string(63, 'c')), "");
}

}  // namespace
}  // namespace vigil::process
