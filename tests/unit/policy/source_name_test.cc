#include "engine/compile/policy/source_name.h"

#include <gtest/gtest.h>

namespace vigil::policy {
namespace {

std::vector<Policy> named(std::vector<std::string> names) {
  std::vector<Policy> policies;
  for (std::string& name : names) policies.emplace_back().name.value = std::move(name);
  return policies;
}

TEST(SourceName, IsThePolicysName) {
  EXPECT_EQ(source_name(named({"protect.etc"})), "policy \"protect.etc\"");
  EXPECT_EQ(source_name(named({"a", "b"})), "policy \"a\" and more");
  EXPECT_EQ(source_name({}), "");
  EXPECT_EQ(source_name(named({""})), "") << "missing";
  EXPECT_EQ(source_name(named({"a\":1:1: fake"})), "") << "no name of a policy";
}

TEST(SourceName, AFileTakesItsPlace) {
  EXPECT_EQ(with_file_name("policy \"a\":1:2: error\n1 | policy \"a\" here\n"
                           "policy \"a\" and more:7:1: error, policy \"\": no, policy \"",
                           "f.yaml"),
            "f.yaml:1:2: error\n1 | policy \"a\" here\n"
            "f.yaml:7:1: error, policy \"\": no, policy \"");
  EXPECT_EQ(with_file_name("policy \"b\":1", "policy \"b\""), "policy \"b\":1") << "no end of it";
}

}  // namespace
}  // namespace vigil::policy
