#include "engine/daemon/workloads.h"

#include <gtest/gtest.h>

#include "engine/compile/plan/hook_limits.h"
#include "tests/support/fake_kernel.h"

namespace vigil::daemon {
namespace {

using check::LabelRequirements;
using enum schema::LabelOperator;
using Sets = std::vector<std::uint32_t>;

constexpr std::uint32_t any = plan::workload_of_any_container;

LabelRequirements named(std::string name) { return {{"name", in, {std::move(name)}}}; }

class WorkloadsTest : public ::testing::Test {
 protected:
  WorkloadsTest() { EXPECT_TRUE(kernel_.start()); }

  std::uint32_t number(const LabelRequirements& set) { return workloads_.sets().at(set); }

  testing::FakeKernel kernel_;
  Workloads workloads_{kernel_, 5};
};

TEST_F(WorkloadsTest, ContainersAreInTheSetsThatWereThereBefore) {
  ASSERT_TRUE(workloads_.add({named("web"), named("db")}));
  ASSERT_TRUE(workloads_.put(10, {"web", "nginx"}));
  ASSERT_TRUE(workloads_.put(11, {"other", "nginx"}));
  EXPECT_EQ(kernel_.containers().at(10), (Sets{any, number(named("web"))}));
  EXPECT_EQ(kernel_.containers().at(11), Sets{any});
  workloads_.remove(10);
  EXPECT_FALSE(kernel_.containers().contains(10));
}

TEST_F(WorkloadsTest, SetsTakeInTheContainersThatRun) {
  ASSERT_TRUE(workloads_.put(10, {"web", "nginx"}));
  ASSERT_TRUE(workloads_.add({named("web")}));
  EXPECT_EQ(kernel_.containers().at(10), (Sets{any, number(named("web"))}));
  workloads_.keep({});
  EXPECT_EQ(kernel_.containers().at(10), Sets{any});
}

TEST_F(WorkloadsTest, NumbersAreSharedAndUsedAgain) {
  ASSERT_TRUE(workloads_.add({named("a"), named("b"), named("c")}));
  ASSERT_TRUE(workloads_.add({named("a")}));
  const auto refused = workloads_.add({named("d")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, api::FailureKind::exhausted);
  const auto of_b = number(named("b"));
  workloads_.keep({named("a"), named("c")});
  ASSERT_TRUE(workloads_.add({named("d")}));
  EXPECT_EQ(number(named("d")), of_b);
}

TEST_F(WorkloadsTest, LabelsAreAskedForAsKubernetesDoes) {
  const auto selects = [&](const LabelRequirements& set, enrich::ContainerLabels labels) {
    EXPECT_TRUE(workloads_.add({set}));
    EXPECT_TRUE(workloads_.put(10, std::move(labels)));
    const bool is_in = kernel_.containers().at(10).size() == 2;
    workloads_.keep({});
    return is_in;
  };
  EXPECT_TRUE(selects({{"repo", in, {"a", "nginx"}}}, {"web", "nginx"}));
  EXPECT_FALSE(selects({{"repo", in, {"web"}}}, {"web", "nginx"}));
  EXPECT_TRUE(selects({{"repo", not_in, {"web"}}}, {"web", ""})) << "also what is not told";
  EXPECT_FALSE(selects({{"name", not_in, {"web"}}}, {"web", ""}));
  EXPECT_TRUE(selects({{"name", exists, {}}}, {"web", ""}));
  EXPECT_FALSE(selects({{"repo", exists, {}}}, {"web", ""}));
  EXPECT_TRUE(selects({{"repo", does_not_exist, {}}}, {"web", ""}));
  EXPECT_FALSE(selects({{"name", in, {"web"}}, {"repo", in, {"x"}}}, {"web", "nginx"})) << "all";
}

TEST_F(WorkloadsTest, AContainerWithoutRoomIsTold) {
  kernel_.set_room_for_containers(1);
  ASSERT_TRUE(workloads_.put(10, {"web", ""}));
  EXPECT_FALSE(workloads_.put(11, {"db", ""}));
  workloads_.remove(10);
  EXPECT_TRUE(workloads_.put(11, {"db", ""}));
}

}  // namespace
}  // namespace vigil::daemon
