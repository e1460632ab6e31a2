#include "engine/compile/codegen/program_sets.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>

namespace vigil::codegen {
namespace {

using Kind = check::TextCondition::Kind;

// As kernel/lib/programs.h walks.
class Walk {
 public:
  explicit Walk(const plan::FollowSets& sets) : nodes_(make_program_sets(sets)) {
    std::memcpy(&head_, nodes_.data(), sizeof(head_));
  }

  std::set<std::uint32_t> sets_of(std::string text) const {
    std::set<std::uint32_t> found;
    add(head_.forward, text, found);
    add(head_.reversed, {text.rbegin(), text.rend()}, found);
    return found;
  }

 private:
  void add(std::uint32_t root, const std::string& text, std::set<std::uint32_t>& found) const {
    std::uint32_t node = root;
    bool stopped = false;
    for (const char c : text) {
      const std::uint32_t next =
          (nodes_.at(1 + node).base + static_cast<std::uint8_t>(c)) & head_.mask;
      stopped = nodes_.at(1 + next).check != node;
      if (stopped) break;
      node = next;
    }
    const auto& words = stopped ? nodes_.at(1 + node).prefix : nodes_.at(1 + node).exact;
    for (std::uint32_t bit = 0; bit < 64 * VG_FOLLOW_WORDS; ++bit)
      if ((words[bit / 64] >> (bit % 64) & 1) != 0) found.insert(bit);
  }

  std::vector<vg_program_node> nodes_;
  vg_program_head head_{};
};

plan::FollowSet programs(Kind match, std::vector<std::string> paths) {
  return {.pids = {}, .in_namespace = false, .match = match, .paths = std::move(paths)};
}

TEST(ProgramSets, NameByEveryOperator) {
  const Walk walk({{programs(Kind::equal, {"/bin/sh", "/bin/bash"}), 0},
                   {programs(Kind::prefix, {"/bin/"}), 70},
                   {programs(Kind::postfix, {"sh"}), 255},
                   {{.pids = {1}}, 3}});
  EXPECT_EQ(walk.sets_of("/bin/sh"), (std::set<std::uint32_t>{0, 70, 255}));
  EXPECT_EQ(walk.sets_of("/bin/shx"), (std::set<std::uint32_t>{70}));
  EXPECT_EQ(walk.sets_of("/usr/bin/zsh"), (std::set<std::uint32_t>{255}));
  EXPECT_EQ(walk.sets_of("/usr/bin/cat"), (std::set<std::uint32_t>{}));
  EXPECT_EQ(walk.sets_of(""), (std::set<std::uint32_t>{}));
}

TEST(ProgramSets, OfNobodyNameNobody) { EXPECT_TRUE(Walk({}).sets_of("/bin/sh").empty()); }

TEST(ProgramSets, AgreeWithTheTextsOneByOne) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const auto word = [&] {
    std::string text;
    for (std::size_t length = below(5); length > 0; --length) text += "ab/\xff"[below(4)];
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    plan::FollowSets sets;
    for (std::size_t count = below(12); count > 0; --count) {
      constexpr Kind kinds[] = {Kind::equal, Kind::prefix, Kind::postfix};
      sets.try_emplace(programs(kinds[below(3)], {word(), word()}),
                       static_cast<std::uint32_t>(sets.size() * 21));
    }
    const Walk walk(sets);
    for (int i = 0; i < 50; ++i) {
      const std::string text = word() + word();
      std::set<std::uint32_t> expected;
      for (const auto& [set, number] : sets) {
        for (const std::string& path : set.paths) {
          const bool named = *set.match == Kind::equal    ? text == path
                             : *set.match == Kind::prefix ? text.starts_with(path)
                                                          : text.ends_with(path);
          if (named) expected.insert(number);
        }
      }
      ASSERT_EQ(walk.sets_of(text), expected) << round << ' ' << text;
    }
  }
}

}  // namespace
}  // namespace vigil::codegen
