#include "engine/stream/decode/sequences.h"

#include <gtest/gtest.h>

namespace vigil::decode {
namespace {

TEST(Sequences, NothingIsMissingInOrder) {
  Sequences sequences;
  for (std::uint64_t i = 0; i < 5; ++i) sequences.see(0, i);
  EXPECT_EQ(sequences.missing(), 0u);
}

TEST(Sequences, AGapIsMissingFromTheFirstNumberOn) {
  Sequences sequences;
  sequences.see(0, 2);
  sequences.see(0, 5);
  EXPECT_EQ(sequences.missing(), 4u);
}

TEST(Sequences, CpusCountForThemselves) {
  Sequences sequences;
  sequences.see(0, 0);
  sequences.see(7, 1);
  EXPECT_EQ(sequences.missing(), 1u);
}

TEST(Sequences, ALateArrivalFillsTheGap) {
  Sequences sequences;
  sequences.see(0, 0);
  sequences.see(0, 3);
  sequences.see(0, 1);
  sequences.see(0, 2);
  EXPECT_EQ(sequences.missing(), 0u);
  sequences.see(0, 2);  // never below zero
  EXPECT_EQ(sequences.missing(), 0u);
}

TEST(Sequences, AGapIsToldOnceAndOnlyWhenItStays) {
  Sequences sequences;
  sequences.see(0, 10);
  EXPECT_EQ(sequences.take_confirmed(), 0u);
  sequences.see(0, 0);
  EXPECT_EQ(sequences.take_confirmed(), 9u);
  EXPECT_EQ(sequences.take_confirmed(), 0u);
  sequences.see(0, 12);
  EXPECT_EQ(sequences.take_confirmed(), 0u);
  EXPECT_EQ(sequences.take_confirmed(), 1u);
}

// What was told as lost and came after all is taken off the next losses, so that all that was
// told is all that is missing.
TEST(Sequences, AGapThatFillsAfterItWasToldIsNotToldAgain) {
  Sequences sequences;
  sequences.see(0, 4);
  sequences.take_confirmed();
  EXPECT_EQ(sequences.take_confirmed(), 4u);
  sequences.see(0, 1);
  EXPECT_EQ(sequences.missing(), 3u);
  EXPECT_EQ(sequences.take_confirmed(), 0u);
  sequences.see(0, 7);  // two more are missing, one of them is told already
  EXPECT_EQ(sequences.missing(), 5u);
  sequences.take_confirmed();
  EXPECT_EQ(sequences.take_confirmed(), 1u);
  EXPECT_EQ(sequences.take_confirmed(), 0u);
}

// Between two calls one gap fills and as large a one opens: the new one must wait its turn.
TEST(Sequences, ANewGapIsNotConfirmedByAnOldOne) {
  Sequences sequences;
  sequences.see(0, 1);
  EXPECT_EQ(sequences.take_confirmed(), 0u);
  sequences.see(0, 0);
  sequences.see(0, 3);
  EXPECT_EQ(sequences.take_confirmed(), 0u);
  sequences.see(0, 2);
  EXPECT_EQ(sequences.take_confirmed(), 0u);
}

TEST(Sequences, WhatWasGivenOutIsMissingUntilItIsSeen) {
  Sequences sequences;
  sequences.see(0, 0);
  sequences.expect(0, 1);
  EXPECT_EQ(sequences.missing(), 0u);
  sequences.expect(0, 4);
  sequences.expect(1, 2);
  sequences.expect(0, 3);
  EXPECT_EQ(sequences.missing(), 5u);
  sequences.see(0, 2);
  sequences.take_confirmed();
  EXPECT_EQ(sequences.take_confirmed(), 4u);
  sequences.see(0, 4);
  EXPECT_EQ(sequences.missing(), 4u);
}

TEST(Sequences, NumbersMayWrap) {
  Sequences sequences;
  sequences.see(0, UINT64_MAX);
  sequences.see(0, 0);
  EXPECT_EQ(sequences.missing(), UINT64_MAX);
}

}  // namespace
}  // namespace vigil::decode
