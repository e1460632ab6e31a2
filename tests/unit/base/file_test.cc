#include "engine/base/file.h"

#include <gtest/gtest.h>

#include "engine/base/clock.h"
#include "engine/base/fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

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
