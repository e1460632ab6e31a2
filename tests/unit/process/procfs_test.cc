#include "engine/stream/process/procfs.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "engine/base/clock.h"
#include "engine/stream/process/identity.h"

namespace vigil::process {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

class ProcfsTest : public testing::Test {
 protected:
  ProcfsTest() { fs::create_directories(root); }
  ~ProcfsTest() override { fs::remove_all(root); }

  void write(int pid, const std::string& name, std::string_view text) {
    fs::create_directories(root / std::to_string(pid));
    std::ofstream(root / std::to_string(pid) / name) << text;
  }
  void add(int pid, int parent, std::uint64_t ticks, const std::string& name = "sh") {
    write(pid, "stat",
          fmt::format("{} ({}) S {} 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 {} 9 10\n", pid, name,
                      parent, ticks));
    write(pid, "status", "Name:\tsh\nUmask:\t0022\nUid:\t10\t11\t12\t13\n");
  }
  std::vector<ExistingProcess> read() {
    auto processes = read_processes(root.string());
    EXPECT_TRUE(processes);
    return *processes;
  }
  std::string order() {
    std::string text;
    for (const auto& process : read())
      text += fmt::format("{}<{} ", process.key.tgid, process.parent_key.tgid);
    return text;
  }

  const fs::path root = fs::temp_directory_path() / fmt::format("vigil-procfs-{}", ::getpid());
};

TEST_F(ProcfsTest, OneProcess) {
  add(7, 0, 760);
  write(7, "cmdline", "/bin/dash\0-c\0two words\0"sv);
  write(7, "loginuid", "1000");
  write(7, "cgroup", "0::/user.slice\n");
  fs::create_symlink("/usr/bin/dash", root / "7" / "exe");
  fs::create_symlink("/root", root / "7" / "cwd");
  const auto process = read().at(0);
  EXPECT_EQ(process.key, (event::ExecKey{7, 7'600'000'000}));
  EXPECT_EQ(process.parent_key, kernel_key);
  EXPECT_EQ(process.euid, 11u);
  EXPECT_EQ(process.auid, 1000u);
  EXPECT_EQ(process.binary, "/usr/bin/dash");
  EXPECT_EQ(process.argv, std::string("-c\0two words", 12));
  EXPECT_EQ(process.cwd, "/root");
  EXPECT_EQ(process.cgroup_path, "/user.slice");
}

TEST_F(ProcfsTest, AKernelThreadIsNamedByItsName) {
  add(2, 0, 1, "kthreadd");
  EXPECT_EQ(read().at(0).binary, "[kthreadd]");
  EXPECT_EQ(read().at(0).auid, 0xffffffffu);
}

TEST_F(ProcfsTest, AProgramMayBeDeletedOrHidden) {
  add(7, 0, 1);
  fs::create_symlink("/tmp/x (deleted)", root / "7" / "exe");
  add(8, 0, 1);
  write(8, "cmdline", "/opt/y\0"sv);
  EXPECT_EQ(read().at(0).binary, "/tmp/x");
  EXPECT_EQ(read().at(1).binary, "/opt/y");
  EXPECT_EQ(read().at(1).argv, "");
}

// Its own exe, cwd and cmdline are gone, those of the threads that live on are not.
TEST_F(ProcfsTest, AProcessWhoseMainThreadEndedIsNamedByAnotherThread) {
  add(7, 0, 1);
  write(7, "cmdline", "");
  const fs::path tasks = root / "7" / "task";
  for (const char* thread : {"7", "8", "9"}) fs::create_directories(tasks / thread);
  fs::create_symlink("/usr/bin/java (deleted)", tasks / "9" / "exe");
  fs::create_symlink("/srv", tasks / "9" / "cwd");
  std::ofstream(tasks / "9" / "cmdline") << "java\0-jar\0"sv;
  const auto process = read().at(0);
  EXPECT_EQ(process.binary, "/usr/bin/java");
  EXPECT_EQ(process.cwd, "/srv");
  EXPECT_EQ(process.argv, "-jar");
}

TEST_F(ProcfsTest, TheNameInStatMayHoldAnything) {
  add(7, 0, 5, ") S 3 (");
  EXPECT_EQ(read().at(0).key.ktime_ns, 50'000'000u);
  EXPECT_EQ(read().at(0).parent_key, kernel_key);
}

TEST_F(ProcfsTest, ParentsComeFirst) {
  add(1, 0, 1);
  add(2, 0, 1);
  add(30, 400, 9);
  add(400, 1, 8);
  add(401, 2, 8);
  EXPECT_EQ(order(), "1<0 2<0 400<1 401<2 30<400 ");
}

TEST_F(ProcfsTest, OrphansAndLoopsAreTheKernels) {
  add(5, 99, 1);
  add(6, 5, 2);
  add(7, 8, 1);
  add(8, 7, 1);
  EXPECT_EQ(order(), "5<0 6<5 8<0 7<8 ");
}

TEST_F(ProcfsTest, WhatIsNotAProcessOrVanishesIsLeftOut) {
  add(7, 0, 1);
  write(8, "stat", "");
  write(9, "stat", "9 (broken");
  write(10, "stat", "10 (short) S 1 1");
  fs::create_directories(root / "11");
  fs::create_directories(root / "self");
  fs::create_directories(root / "99999999999999");
  EXPECT_EQ(order(), "7<0 ");
}

TEST_F(ProcfsTest, TheContainersHierarchyIsPicked) {
  const std::string id(64, 'a');
  add(7, 0, 1);
  write(7, "cgroup", "12:pids:/docker/" + id + "\n1:name=systemd:/x\n0::/\n");
  EXPECT_EQ(read().at(0).cgroup_path, "/docker/" + id);
}

TEST_F(ProcfsTest, WhatLivesBeganNoLaterThanItsLastExec) {
  add(7, 0, 760);
  EXPECT_TRUE(lives(root, {7, 7'600'000'000}));
  EXPECT_TRUE(lives(root, {7, 7'604'321'000})) << "/proc counts in ticks";
  EXPECT_TRUE(lives(root, {7, 9'000'000'000}));
  EXPECT_FALSE(lives(root, {7, 7'599'999'999})) << "the number is used again";
  EXPECT_FALSE(lives(root, {8, 7'600'000'000}));
}

TEST_F(ProcfsTest, WithoutItsMainThreadItLivesWhileItHasOthers) {
  constexpr auto ended_main = "7 (sh) Z 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 {} 0 1 9 10\n";
  add(7, 0, 1);
  write(7, "stat", fmt::format(ended_main, 2));
  EXPECT_TRUE(lives(root, {7, 10'000'000}));
  write(7, "stat", fmt::format(ended_main, 1));
  EXPECT_FALSE(lives(root, {7, 10'000'000}));
}

TEST_F(ProcfsTest, WhatCannotBeToldLives) {
  write(7, "stat", "7 (broken");
  EXPECT_TRUE(lives(root, {7, 1}));
}

TEST_F(ProcfsTest, NoProcAtAllIsAnError) {
  auto processes = read_processes("/nonexistent");
  ASSERT_FALSE(processes);
  EXPECT_NE(processes.error().message().find("/nonexistent"), std::string::npos);
}

TEST(Procfs, TheRealOneHoldsUs) {
  auto processes = read_processes("/proc");
  ASSERT_TRUE(processes);
  bool found = false;
  for (const auto& process : *processes)
    found = found || process.key.tgid == static_cast<std::uint32_t>(::getpid());
  EXPECT_TRUE(found);
}

TEST(Procfs, TheRealOneTellsWhatLives) {
  int keep[2];
  ASSERT_EQ(::pipe(keep), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte;
    ::close(keep[1]);
    (void)!::read(keep[0], &byte, 1);
    ::_exit(0);
  }
  const event::ExecKey key{static_cast<std::uint32_t>(child), boot_time_ns()};
  EXPECT_TRUE(lives("/proc", key));
  EXPECT_FALSE(lives("/proc", {key.tgid, 1}));
  ::close(keep[1]);
  ::close(keep[0]);
  siginfo_t info;
  ::waitid(P_PID, key.tgid, &info, WEXITED | WNOWAIT);
  EXPECT_FALSE(lives("/proc", key)) << "it waits to be reaped";
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(lives("/proc", key));
}

// A child whose main thread has ended. It lives until the pipe `keep` is closed.
pid_t start_leaderless(const int (&keep)[2]) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::close(keep[1]);
  pthread_t thread;
  auto wait = [](void* fd) -> void* {
    char byte;
    (void)!::read(static_cast<int>(reinterpret_cast<std::intptr_t>(fd)), &byte, 1);
    ::_exit(0);
  };
  ::pthread_create(&thread, nullptr, wait,
                   reinterpret_cast<void*>(static_cast<std::intptr_t>(keep[0])));
  ::syscall(SYS_exit, 0);
  __builtin_unreachable();
}

bool has_no_program(pid_t pid) {
  std::error_code error;
  return fs::read_symlink(fmt::format("/proc/{}/exe", pid), error).empty();
}

TEST(Procfs, TheRealOneTellsWhatRunsWithoutAMainThread) {
  int keep[2];
  ASSERT_EQ(::pipe(keep), 0);
  const pid_t child = start_leaderless(keep);
  for (int tries = 0; tries < 1000 && !has_no_program(child); ++tries) ::usleep(10'000);
  ASSERT_TRUE(has_no_program(child));
  auto processes = read_processes("/proc");
  ::close(keep[1]);
  ::waitpid(child, nullptr, 0);
  ::close(keep[0]);
  ASSERT_TRUE(processes);
  std::string binary;
  for (const auto& process : *processes)
    if (process.key.tgid == static_cast<std::uint32_t>(child)) binary = process.binary;
  EXPECT_EQ(binary, fs::read_symlink("/proc/self/exe"));
}

}  // namespace
}  // namespace vigil::process
