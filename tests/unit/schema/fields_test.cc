#include "engine/schema/fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/schema/field_paths.h"
#include "engine/schema/operators.h"
#include "engine/schema/similar.h"

namespace vigil::schema {
namespace {

std::string place(Mapping mapping, std::string_view key) {
  return std::string(describe(mapping)) + ": " + std::string(key);
}

// Every mapping, also one that nothing leads to.
std::vector<Mapping> mappings() {
  std::vector<Mapping> all;
  for (int mapping = 0; mapping <= static_cast<int>(Mapping::match_action); ++mapping)
    all.push_back(static_cast<Mapping>(mapping));
  return all;
}

TEST(Fields, EachKeyThatMeansSomethingHasOneRow) {
  for (const Mapping mapping : mappings()) {
    for (const Key& key : keys(mapping)) {
      if (key.support == KeySupport::ignored || key.support == KeySupport::not_yet) continue;
      EXPECT_EQ(std::ranges::count(fields(mapping), key.name, &Field::key), 1)
          << "a row in engine/schema/fields.cc for " << place(mapping, key.name);
    }
  }
}

TEST(Fields, RowsAreOfKeysAndTellSomething) {
  for (const Mapping mapping : mappings()) {
    for (const Field& field : fields(mapping)) {
      const std::string where = place(mapping, field.key);
      EXPECT_EQ(std::ranges::count(keys(mapping), field.key, &Key::name), 1) << where;
      EXPECT_TRUE(field.meaning.ends_with('.')) << where;
      EXPECT_FALSE(field.example.empty()) << where;
      EXPECT_EQ(field.shape.kind == ValueKind::mapping, field.shape.mapping.has_value()) << where;
      if (field.shape.kind == ValueKind::word) {
        EXPECT_NE(field.shape.words, nullptr) << where;
      }
    }
  }
}

TEST(Fields, WordsDifferAndEachMeansSomething) {
  for (const FieldPath& path : field_paths()) {
    if (path.field == nullptr || path.field->shape.words == nullptr) continue;
    std::set<std::string_view> seen;
    for (const auto& [spelling, meaning] : path.field->shape.words->words()) {
      EXPECT_TRUE(seen.insert(spelling).second) << path.path << ": " << spelling;
      EXPECT_FALSE(meaning.empty()) << path.path << ": " << spelling;
    }
    if (path.field->shape.count == ValueCount::one) {
      EXPECT_TRUE(seen.contains(path.field->example)) << path.path << ": " << path.field->example;
    }
  }
}

TEST(Fields, FollowChildrenIsForEveryOperator) {
  const std::string_view meaning = find_field(Mapping::match_binaries, "followChildren")->meaning;
  for (const std::string_view op : spellings(match_binaries_words()))
    EXPECT_EQ(meaning.find(op), std::string_view::npos) << op;
}

TEST(FieldPaths, LeadToEveryMapping) {
  const auto reached = all_mappings();
  for (const Mapping mapping : mappings()) {
    EXPECT_EQ(std::ranges::count(reached, mapping), 1) << describe(mapping);
    if (mapping != Mapping::document) {
      EXPECT_NE(path_to(mapping), "") << describe(mapping);
    }
  }
  EXPECT_EQ(path_to(Mapping::match_args), "spec.kprobes.selectors.matchArgs");
}

TEST(FieldPaths, AreFoundByTheirEnd) {
  const auto found = paths_ending_with("lsmhooks.selectors.matchArgs.operator");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().path, "spec.lsmhooks.selectors.matchArgs.operator");
  EXPECT_EQ(found.front().mapping, Mapping::match_args);
  EXPECT_EQ(paths_ending_with("spec").size(), 1u);
  EXPECT_TRUE(paths_ending_with("robes.call").empty()) << "whole keys";
  EXPECT_TRUE(paths_ending_with("").empty());
  EXPECT_TRUE(paths_ending_with(".").empty());
}

TEST(FieldPaths, SuggestTails) {
  EXPECT_EQ(did_you_mean(similar_tails("matchpids")), "did you mean 'matchPIDs'?");
  EXPECT_EQ(did_you_mean(similar_tails("matchArg.operater")), "did you mean 'matchArgs.operator'?");
  EXPECT_TRUE(similar_tails("a.b.c.d.e.f.g.h").empty());
}

}  // namespace
}  // namespace vigil::schema
