#include "engine/stream/sinks/recent.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vigil::sinks {
namespace {

using Texts = Recent<int, std::string, 4>;

TEST(Recent, KeepsWhatWasMadeOfAnObject) {
  Texts recent;
  const auto one = std::make_shared<const int>(1), same = one;
  EXPECT_EQ(recent.find(one), nullptr);
  recent.keep(one, "one");
  ASSERT_NE(recent.find(same), nullptr);
  EXPECT_EQ(*recent.find(same), "one");
}

TEST(Recent, KeepsNoObjectAliveAndTakesNoOtherForIt) {
  Texts recent;
  for (int i = 0; i < 1'000; ++i) {
    // The allocator likes to give the same memory again.
    auto object = std::make_shared<const int>(i);
    ASSERT_EQ(recent.find(object), nullptr);
    recent.keep(object, "made");
    ASSERT_EQ(object.use_count(), 1);
  }
}

TEST(Recent, IsBounded) {
  Texts recent;
  std::vector<Texts::Pointer> objects;
  for (int i = 0; i < 100; ++i) {
    objects.push_back(std::make_shared<const int>(i));
    recent.keep(objects.back(), std::to_string(i));
  }
  int kept = 0;
  for (const auto& object : objects) {
    if (const auto* text = recent.find(object)) {
      EXPECT_EQ(*text, std::to_string(*object));
      ++kept;
    }
  }
  EXPECT_GT(kept, 0);
  EXPECT_LE(kept, 4);
}

}  // namespace
}  // namespace vigil::sinks
