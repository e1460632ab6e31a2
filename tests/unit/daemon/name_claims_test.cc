// Files that change at once, and the names that they have, want and get.
#include "engine/daemon/name_claims.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace vigil::daemon {
namespace {

using Groups = std::vector<std::vector<std::size_t>>;

TEST(Claims, of_new_names_are_granted_alone) {
  const NameClaims claims{{"/a", {"x"}}, {"/b", {"y", "z"}}};
  EXPECT_EQ(judge({}, claims), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(linked({}, claims), (Groups{{0}, {1}}));
}

TEST(Claims, to_what_goes_round_are_granted_together) {
  const NameHolders holders{{"x", {"/a"}}, {"y", {"/b"}}, {"z", {"/c"}}};
  const NameClaims claims{{"/new", {"n"}}, {"/a", {"y"}}, {"/b", {"z"}}, {"/c", {"x"}}};
  EXPECT_EQ(judge(holders, claims), (std::vector<std::string>(4)));
  EXPECT_EQ(linked(holders, claims), (Groups{{0}, {1, 2, 3}}));
}

TEST(Claims, wait_for_no_file_that_stays) {
  const NameHolders holders{{"x", {"/a"}}, {"broken", {"/b", false}}};
  EXPECT_EQ(judge(holders, {{"/c", {"new", "x"}}, {"/d", {"broken"}}}),
            (std::vector<std::string>{
                "/a has a policy named 'x' as well",
                "/b keeps its policy 'broken', since what it says now is not loaded"}));
}

TEST(Claims, that_fail_keep_names_from_others) {
  const NameHolders holders{{"x", {"/a"}}, {"y", {"/b"}}, {"z", {"/c", false}}};
  EXPECT_EQ(
      judge(holders, {{"/new", {"x"}}, {"/a", {"y"}}, {"/b", {"z"}}}),
      (std::vector<std::string>{"/a keeps its policy 'x', since what it says now is not loaded",
                                "/b keeps its policy 'y', since what it says now is not loaded",
                                "/c keeps its policy 'z', since what it says now is not loaded"}));
}

TEST(Claims, to_one_name_go_to_who_has_it_or_came_first) {
  EXPECT_EQ(judge({{"x", {"/b"}}}, {{"/a", {"x"}}, {"/b", {"x"}}}),
            (std::vector<std::string>{"/b has a policy named 'x' as well", ""}));
  EXPECT_EQ(judge({}, {{"/a", {"x"}}, {"/b", {"x"}}}),
            (std::vector<std::string>{"", "/a has a policy named 'x' as well"}));
}

// Whatever files want: no name is two files', and who could all be granted are.
TEST(Claims, leave_each_name_with_one_file) {
  std::mt19937 random(4);
  const auto name = [&] { return std::string(1, static_cast<char>('a' + random() % 8)); };
  std::size_t refused = 0, all_granted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::map<std::string, std::set<std::string>> before, wanted;
    NameHolders holders;
    for (int i = 0; i < 5; ++i) {
      const auto path = "/" + std::to_string(random() % 5);
      if (const auto held = name(); holders.emplace(held, NameHolder{path}).second)
        before[path].insert(held);
    }
    for (int i = 0; i < 4; ++i) wanted["/" + std::to_string(random() % 5)].insert(name());

    NameClaims claims;
    for (const auto& [path, names] : wanted) claims.push_back({path, {names.begin(), names.end()}});
    const auto refusals = judge(holders, claims);
    auto after = before, dreamt = before;
    for (std::size_t i = 0; i < claims.size(); ++i) {
      dreamt[claims[i].path] = wanted[claims[i].path];
      if (refusals[i].empty()) after[claims[i].path] = wanted[claims[i].path];
      refused += !refusals[i].empty();
    }
    const auto has_doubles = [](const auto& files) {
      std::multiset<std::string> names;
      for (const auto& [_, of_file] : files) names.insert(of_file.begin(), of_file.end());
      return std::set(names.begin(), names.end()).size() != names.size();
    };
    ASSERT_FALSE(has_doubles(after)) << "round " << round;
    if (!has_doubles(dreamt)) {
      ++all_granted;
      ASSERT_EQ(after, dreamt) << "round " << round;
    }
  }
  EXPECT_GT(refused, 1000u);
  EXPECT_GT(all_granted, 1000u);
}

}  // namespace
}  // namespace vigil::daemon
