#include "engine/stream/decode/pieces.h"

#include <gtest/gtest.h>

namespace vigil::decode {
namespace {

const PiecesKey key{10, 100};

TEST(Pieces, NothingSentIsComplete) {
  Pieces pieces;
  const auto taken = pieces.take(key, 0);
  EXPECT_TRUE(taken.complete);
  EXPECT_EQ(taken.bytes, "");
}

TEST(Pieces, InOrder) {
  Pieces pieces;
  pieces.add(key, 0, "ab");
  pieces.add(key, 2, "cd");
  const auto taken = pieces.take(key, 4);
  EXPECT_TRUE(taken.complete);
  EXPECT_EQ(taken.bytes, "abcd");
}

TEST(Pieces, ProcessesDoNotMix) {
  Pieces pieces;
  pieces.add(key, 0, "ab");
  pieces.add({11, 100}, 0, "xy");
  EXPECT_EQ(pieces.take({11, 100}, 2).bytes, "xy");
  EXPECT_EQ(pieces.take(key, 2).bytes, "ab");
}

TEST(Pieces, WhatStandsBeforeAHoleIsKept) {
  Pieces pieces;
  pieces.add(key, 0, "ab");
  pieces.add(key, 4, "ef");
  pieces.add(key, 6, "gh");
  const auto taken = pieces.take(key, 8);
  EXPECT_FALSE(taken.complete);
  EXPECT_EQ(taken.bytes, "ab");
}

TEST(Pieces, TheLastPieceLost) {
  Pieces pieces;
  pieces.add(key, 0, "ab");
  EXPECT_FALSE(pieces.take(key, 4).complete);
  EXPECT_FALSE(Pieces().take(key, 4).complete);
}

TEST(Pieces, TheOldestMakesRoom) {
  Pieces pieces;
  for (std::uint32_t i = 0; i <= Pieces::max_open; ++i) pieces.add({i, 1}, 0, "a");
  EXPECT_EQ(pieces.evicted(), 1u);
  EXPECT_FALSE(pieces.take({0, 1}, 1).complete);
  EXPECT_TRUE(pieces.take({1, 1}, 1).complete);
}

TEST(Pieces, BytesAreBounded) {
  Pieces pieces;
  const std::string piece(1 << 20, 'a');
  for (std::uint32_t i = 0; i < 40; ++i) pieces.add({i, 1}, 0, piece);
  EXPECT_EQ(pieces.evicted(), 24u);
  for (std::uint32_t i = 0; i < 40; ++i) pieces.add(key, i << 20, piece);
  const auto taken = pieces.take(key, 40u << 20);
  EXPECT_FALSE(taken.complete);
  EXPECT_EQ(taken.bytes.size(), Pieces::max_whole_bytes);
}

TEST(Pieces, AFloodOfHugeOnesLosesItselfOnly) {
  constexpr std::uint32_t step = 64u << 10;
  const std::string chunk(step, 'x');
  Pieces pieces;
  pieces.add(key, 0, "small");
  for (std::uint32_t at = 0; at < (4u << 20); at += step)
    for (std::uint32_t tgid = 100; tgid < 150; ++tgid) pieces.add({tgid, 1}, at, chunk);
  EXPECT_EQ(pieces.take(key, 5).bytes, "small");
  EXPECT_GT(pieces.evicted(), 40u);
  std::size_t kept = 0;
  for (std::uint32_t tgid = 100; tgid < 150; ++tgid)
    kept += pieces.take({tgid, 1}, 4u << 20).bytes.size();
  EXPECT_GT(kept, 0u);
  EXPECT_LE(kept, Pieces::max_bytes);
}

TEST(Pieces, TheRestOfAnEvictedOneTakesNoRoom) {
  Pieces pieces;
  for (std::uint32_t i = 0; i < Pieces::max_open; ++i) pieces.add({i, 1}, 0, "a");
  for (std::uint32_t i = 0; i < Pieces::max_open; ++i) pieces.add({1000 + i, 1}, 1, "b");
  EXPECT_EQ(pieces.evicted(), 0u);
  EXPECT_FALSE(pieces.take({1000, 1}, 2).complete);
  EXPECT_TRUE(pieces.take({0, 1}, 1).complete);
}

}  // namespace
}  // namespace vigil::decode
