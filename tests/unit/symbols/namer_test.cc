// This program's own functions, in a /proc that is made up.
#include "engine/symbols/namer.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

extern "C" {
__attribute__((noinline, used)) int vigil_namer_test_function(int value) { return value * 3 + 1; }
}

namespace vigil::symbols {
namespace {

namespace fs = std::filesystem;

std::uint64_t here() { return reinterpret_cast<std::uint64_t>(&vigil_namer_test_function); }

class NamerTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t pid = 7;

  NamerTest() {
    fs::create_directories(proc_ / "7/map_files");
    write("kallsyms",
          "ffffffff81000000 T _stext\nffffffff81000100 T vfs_read\n"
          "ffffffff81000200 T ksys_read\nffffffff81001000 T _etext\n");
    write("modules", "");
  }
  ~NamerTest() override { fs::remove_all(proc_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(proc_ / name) << text;
  }

  // This program's memory as that of process 7.
  void map_this_program() {
    std::ostringstream maps;
    maps << std::ifstream("/proc/self/maps").rdbuf();
    write("7/maps", maps.str());
    for (const Mapping& mapping : parse_maps(maps.str())) {
      if (mapping.is_file())
        fs::create_symlink(
            mapping.path, proc_ / fmt::format("7/map_files/{:x}-{:x}", mapping.begin, mapping.end));
    }
  }

  event::HookRecord named(Addresses addresses, std::vector<std::uint64_t> kernel,
                          std::vector<std::uint64_t> user) {
    Namer namer(addresses, proc_.string());
    return named(namer, std::move(kernel), std::move(user));
  }

  static event::HookRecord named(Namer& namer, std::vector<std::uint64_t> kernel,
                                 std::vector<std::uint64_t> user) {
    event::HookRecord record;
    record.self = {pid, 1000};
    for (const auto address : kernel) record.stacks.kernel.push_back({.address = address});
    for (const auto address : user) record.stacks.user.push_back({.address = address});
    namer.name(record);
    return record;
  }

  fs::path proc_ = fs::path(::testing::TempDir()) / fmt::format("namer-{}", ::getpid());
};

using Frames = std::vector<event::StackFrame>;

TEST_F(NamerTest, TheKernelsFunctions) {
  EXPECT_EQ(named(Addresses::hidden, {0xffffffff81000109, 0xffffffff81000210}, {}).stacks.kernel,
            (Frames{{0, 9, "vfs_read", ""}, {0, 16, "ksys_read", ""}}));
  EXPECT_EQ(named(Addresses::shown, {0xffffffff81000109}, {}).stacks.kernel,
            (Frames{{0xffffffff81000109, 9, "vfs_read", ""}}));
}

TEST_F(NamerTest, ACallThatNeverReturnsEndsItsFunction) {
  EXPECT_EQ(named(Addresses::hidden, {0xffffffff81000210, 0xffffffff81000200}, {}).stacks.kernel,
            (Frames{{0, 16, "ksys_read", ""}, {0, 256, "vfs_read", ""}}));
}

TEST_F(NamerTest, TheProgramThatLooksIsNoPartOfTheStack) {
  EXPECT_EQ(
      named(Addresses::hidden,
            {0xffffffffc0300000, 0xffffffffc0310000, 0xffffffff81000110, 0xffffffffc0300000}, {})
          .stacks.kernel,
      (Frames{{0, 16, "vfs_read", ""}, {0, 0, "[unknown]", ""}}));
}

TEST_F(NamerTest, AModuleThatCameLaterIsFound) {
  Namer namer(Addresses::hidden, proc_.string());
  named(namer, {0xffffffff81000109}, {});
  write("kallsyms", "ffffffffc0200000 t late_open\t[late]\n");
  write("modules", "late 4096 0 - Live 0xffffffffc0200000\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_EQ(named(namer, {0xffffffffc0200010}, {}).stacks.kernel,
            (Frames{{0, 16, "late_open", ""}}));
}

TEST_F(NamerTest, FunctionsOfAProgram) {
  map_this_program();
  const auto frames = named(Addresses::hidden, {}, {here() + 3, here() + 3}).stacks.user;
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].symbol, "vigil_namer_test_function");
  EXPECT_EQ(frames[0].offset, 3u);
  EXPECT_EQ(frames[0].file, fs::read_symlink("/proc/self/exe").string());
  EXPECT_EQ(frames[1], frames[0]);
}

TEST_F(NamerTest, WithoutANameItIsThePlaceInTheFile) {
  write("7/maps",
        "10000-20000 r-xp 00003000 fe:01 42 /usr/bin/gone\n"
        "30000-40000 r-xp 00000000 00:00 0 [vdso]\n");
  EXPECT_EQ(
      named(Addresses::hidden, {}, {0x10010, 0x30020, 0x50000}).stacks.user,
      (Frames{{0, 0x3010, "", "/usr/bin/gone"}, {0, 0x20, "", "[vdso]"}, {0, 0, "[unknown]", ""}}));
}

TEST_F(NamerTest, AProgramThatHasEndedIsUnknown) {
  EXPECT_EQ(named(Addresses::shown, {}, {0x10010}).stacks.user,
            (Frames{{0x10010, 0, "[unknown]", ""}}));
}

TEST_F(NamerTest, AProgramThatHasEndedIsNamedFromWhatWasKnown) {
  map_this_program();
  Namer namer(Addresses::hidden, proc_.string());
  const auto alive = named(namer, {}, {here()}).stacks.user;
  ASSERT_EQ(alive.at(0).symbol, "vigil_namer_test_function");
  fs::remove_all(proc_ / "7");
  EXPECT_EQ(named(namer, {}, {here()}).stacks.user, alive);
}

}  // namespace
}  // namespace vigil::symbols
