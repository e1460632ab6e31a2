#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/codes.h"
#include "engine/schema/keys.h"
#include "engine/schema/operators.h"
#include "engine/schema/similar.h"

namespace vigil::schema {
namespace {

template <typename T>
void expect_unique(std::span<const Word<T>> words) {
  std::set<std::string_view> seen;
  for (const Word<T>& word : words) EXPECT_TRUE(seen.insert(word.spelling).second) << word.spelling;
}

TEST(Words, NoSpellingTwice) {
  expect_unique(arg_type_words());
  expect_unique(match_args_words());
  expect_unique(action_words());
  expect_unique(option_words());
}

TEST(Codes, AreListedInTheDocumentation) {
  std::ifstream file(std::string(std::getenv("VIGIL_ROOT")) + "/docs/codes.md");
  std::vector<std::string> listed;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("| VG")) listed.push_back(line);
  std::vector<std::string> wanted;
  for (const Code& code : codes())
    wanted.push_back("| " + std::string(code.code) + " | " + std::string(code.meaning) + " |");
  EXPECT_EQ(listed, wanted);
}

TEST(Words, EveryTypeHasASpellingAndAName) {
  for (const ArgTypeInfo& row : arg_types()) {
    EXPECT_NE(spelling_of(arg_type_words(), row.type), "");
    const Word<ArgType>* word = find_word(arg_type_words(), row.name);
    ASSERT_NE(word, nullptr) << row.name;
    EXPECT_EQ(word->value, row.type) << row.name;
  }
}

TEST(Words, EveryOperatorOfArgumentsHasASpellingAndFitsSomething) {
  for (const OperatorInfo& row : operators()) {
    if (row.op == Operator::in || row.op == Operator::not_in) continue;
    EXPECT_NE(spelling_of(match_args_words(), row.op), "");
    EXPECT_NE(row.categories, 0);
    EXPECT_EQ(info(row.positive).categories, row.categories);
  }
}

TEST(Words, UpstreamsAliases) {
  EXPECT_EQ(find_word(arg_type_words(), "unsigned long")->value, ArgType::uint64);
  EXPECT_EQ(find_word(match_args_words(), "GreaterThan")->value, Operator::greater);
  EXPECT_EQ(find_word(match_args_words(), "NotSportPriv")->value,
            Operator::not_source_port_privileged);
  ASSERT_NE(find_word(match_args_words(), "CelExpr"), nullptr);
  EXPECT_EQ(find_word(match_args_words(), "CelExpr")->value, Operator::cel_expression);
  EXPECT_EQ(find_word(match_args_words(), "Equals"), nullptr);
}

TEST(Keys, NoKeyTwiceInAMapping) {
  for (int mapping = 0; mapping <= static_cast<int>(Mapping::match_action); ++mapping) {
    std::set<std::string_view> seen;
    for (const Key& key : keys(static_cast<Mapping>(mapping))) {
      EXPECT_TRUE(seen.insert(key.name).second) << key.name;
    }
    EXPECT_FALSE(describe(static_cast<Mapping>(mapping)).empty());
  }
}

TEST(Codes, StableAndDifferent) {
  std::set<std::string_view> seen;
  for (const Code& row : codes()) {
    EXPECT_TRUE(seen.insert(row.code).second) << row.code;
    EXPECT_FALSE(row.meaning.empty());
  }
  EXPECT_EQ(code::no_function.code, "VG0201");
}

TEST(Similar, CountsEditsAndSwaps) {
  EXPECT_EQ(edit_distance("openat", "openat", 3), 0u);
  EXPECT_EQ(edit_distance("opneat", "openat", 3), 1u);
  EXPECT_EQ(edit_distance("Equal", "equals", 3), 1u);
  EXPECT_EQ(edit_distance("abc", "xyzuvw", 2), 3u) << "gave up";
  EXPECT_EQ(edit_distance(std::string(1000, 'a'), "a", 2), 3u) << "too long to compare";
}

TEST(Similar, SuggestsTheNearestOnly) {
  std::vector<std::string_view> known{"matchArgs", "matchBinaries", "matchPIDs", "matchActions"};
  EXPECT_EQ(did_you_mean("matchArg", known), "did you mean 'matchArgs'?");
  EXPECT_EQ(did_you_mean("matchpids", known), "did you mean 'matchPIDs'?");
  EXPECT_EQ(did_you_mean("selectors", known), "");
}

TEST(Similar, AWordThatIsPartOfAKnownOneIsNear) {
  const std::vector<std::string_view> known{
      "IPPROTO_MPTCP", "IPPROTO_TCP",         "AF_INET6",
      "AF_INET",       "bprm_check_security", "matchBinaries"};
  EXPECT_EQ(did_you_mean("TCP", known), "did you mean 'IPPROTO_TCP'?") << "whole parts";
  EXPECT_EQ(did_you_mean("inet", known), "did you mean 'AF_INET'?") << "case aside";
  EXPECT_EQ(did_you_mean("bprm_check", known), "did you mean 'bprm_check_security'?");
  EXPECT_EQ(did_you_mean("binaries", known), "did you mean 'matchBinaries'?");
  EXPECT_EQ(did_you_mean("proto", known), "did you mean 'IPPROTO_TCP' or 'IPPROTO_MPTCP'?");
  EXPECT_EQ(did_you_mean("a", known), "") << "too short";
  EXPECT_EQ(did_you_mean("", known), "");
}

TEST(Similar, FewKnownWordsAreAllListed) {
  const std::vector<std::string_view> few{"In", "NotIn"};
  EXPECT_EQ(meant_or_all("Equal", few), "write 'In' or 'NotIn'");
  EXPECT_EQ(meant_or_all("NotInn", few), "did you mean 'NotIn'?");
  EXPECT_EQ(meant_or_all("Equal", {}), "");
  const std::string name(1000, 'a');
  EXPECT_EQ(meant_or_all("aaaa", std::vector<std::string_view>{name}), "") << "names of a policy";
  EXPECT_EQ(meant_or_all("Equal", std::vector<std::string_view>(13, "abcdefghijk")), "");
}

}  // namespace
}  // namespace vigil::schema
