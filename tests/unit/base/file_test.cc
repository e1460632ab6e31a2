#include "engine/base/file.h"

#include <gtest/gtest.h>

#include "engine/base/clock.h"
#include "engine/base/fd.h"

#include <fcntl.h>
#include <unistd.h>

namespace vigil {
namespace {

Result<void> fails() {
  return Error::from_errno("opening 'x'", ENOENT);
}
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
