#include "engine/base/file.h"

#include <gtest/gtest.h>

#include "engine/base/clock.h"
#include "engine/base/fd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

namespace vigil {
namespace {

Result<void> fails() { return Error::from_errno("opening 'x'", ENOENT); }
Result<void> passes_on() {
  TRY_VOID(fails());
  return {};
}

TEST(Result, CarriesTheErrorOutward) {
  auto result = passes_on();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().errno_value(), ENOENT);
  EXPECT_EQ(result.error().in("starting").message(),
            "starting: opening 'x': No such file or directory");
}

TEST(File, ReadsFilesThatTellNoSize) {
  auto text = read_file("/proc/self/status", 1 << 20);
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->starts_with("Name:"));
}

TEST(File, SaysWhatIsWrong) {
  EXPECT_EQ(read_file("/nowhere/at/all", 100).error().message(),
            "reading '/nowhere/at/all': open: No such file or directory");
  EXPECT_EQ(read_file("/nowhere\n\t\x1b", 100).error().message(),
            "reading '/nowhere\\n\\t\\x1b': open: No such file or directory");
  EXPECT_EQ(read_file("/", 100).error().errno_value(), EISDIR);
  EXPECT_EQ(read_file("/dev/zero", 100).error().errno_value(), EINVAL);
}

TEST(File, APipeThatNobodyWritesToHoldsNobody) {
  const std::string path = "/tmp/vigil-file-test-" + std::to_string(::getpid());
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read_file(path, 100).error().message(), "reading '" + path + "': not a regular file");
  ::unlink(path.c_str());
}

TEST(File, APipeFromAShellIsReadToItsEnd) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  UniqueFd reader(ends[0]);
  {
    const UniqueFd writer(ends[1]);
    ASSERT_EQ(::write(writer.get(), "text", 4), 4);
  }
  EXPECT_EQ(read_file("/dev/fd/" + std::to_string(reader.get()), 100).value(), "text");
  EXPECT_EQ(read_file("/proc/self/status", 10).error().errno_value(), EFBIG);
}

TEST(File, StandardInputMayBeASocketThatDoesNotWait) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  ASSERT_EQ(::fcntl(reader.get(), F_SETFL, O_NONBLOCK), 0);
  const UniqueFd before(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  ASSERT_EQ(::dup2(reader.get(), STDIN_FILENO), STDIN_FILENO);
  std::jthread late([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_EQ(::write(writer.get(), "text", 4), 4);
    writer = {};
  });
  const auto text = read_standard_input(100);
  const auto directory = UniqueFd(::open("/", O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::dup2(directory.get(), STDIN_FILENO), STDIN_FILENO);
  const auto none = read_standard_input(100);
  ::dup2(before.get(), STDIN_FILENO);
  EXPECT_EQ(text.value(), "text");
  EXPECT_EQ(none.error().message(), "reading standard input: read: Is a directory");
}

TEST(UniqueFd, ClosesOnce) {
  int raw = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  {
    UniqueFd first(raw);
    UniqueFd second = std::move(first);
    EXPECT_FALSE(first);
    EXPECT_EQ(second.get(), raw);
  }
  EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
}

TEST(BootClock, TurnsBootTimeIntoWallTime) {
  std::int64_t now = BootClock().wall_time_ns(boot_time_ns());
  EXPECT_NEAR(static_cast<double>(now), static_cast<double>(wall_time_ns()), 1e9);
}

}  // namespace
}  // namespace vigil
