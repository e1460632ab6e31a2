#include "engine/symbols/kernel_symbols.h"

#include <gtest/gtest.h>

namespace vigil::symbols {
namespace {

constexpr std::string_view kallsyms =
    "ffffffff81000000 T _stext\n"
    "ffffffff81000000 t startup\n"
    "ffffffff81000100 t vfs_read_alias\n"
    "ffffffff81000100 T vfs_read\n"
    "ffffffff81000100 t vfs_read_again\n"
    "ffffffff81000180 D a_variable\n"
    "ffffffff81000200 W ksys_read\n"
    "ffffffff81001000 T _etext\n"
    "ffffffffc0200000 t ext4_open\t[ext4]\n"
    "ffffffffc0200080 T ext4_close\t[ext4]\n"
    "ffffffffc0300000 t bpf_prog_6deef7357e7b4530\t[bpf]\n"
    "not a line\n"
    "\n";
constexpr std::string_view modules =
    "ext4 256 1 - Live 0xffffffffc0200000\n"
    "broken\n"
    "hidden 4096 0 - Live 0x0000000000000000\n";

std::string at(const KernelSymbols& symbols, std::uint64_t address) {
  const auto found = symbols.find(address);
  return found ? std::string(found->name) + "+" + std::to_string(found->offset) : "";
}

TEST(KernelSymbols, AFunctionReachesToTheNext) {
  const KernelSymbols symbols(kallsyms, modules);
  EXPECT_EQ(at(symbols, 0xffffffff81000109), "vfs_read+9") << "the name that others see";
  EXPECT_EQ(at(symbols, 0xffffffff81000190), "vfs_read+144") << "a variable is no function";
  EXPECT_EQ(at(symbols, 0xffffffff81000200), "ksys_read+0");
}

TEST(KernelSymbols, OfModules) {
  const KernelSymbols symbols(kallsyms, modules);
  EXPECT_EQ(at(symbols, 0xffffffffc0200010), "ext4_open+16");
  EXPECT_EQ(at(symbols, 0xffffffffc02000ff), "ext4_close+127");
}

TEST(KernelSymbols, WhatLiesOutsideOfAllCodeHasNoName) {
  const KernelSymbols symbols(kallsyms, modules);
  for (const std::uint64_t address : {0x0ull, 0xffffffff80ffffffull, 0xffffffff81001000ull,
                                      0xffffffffc0200100ull, 0xffffffffc0300010ull, ~0ull})
    EXPECT_EQ(at(symbols, address), "") << std::hex << address;
}

TEST(KernelSymbols, HiddenAddressesNameNothing) {
  const KernelSymbols symbols("0000000000000000 T _stext\n0000000000000000 T _etext\n", "");
  EXPECT_EQ(at(symbols, 0), "");
  EXPECT_EQ(at(KernelSymbols(), 0xffffffff81000100), "");
}

}  // namespace
}  // namespace vigil::symbols
