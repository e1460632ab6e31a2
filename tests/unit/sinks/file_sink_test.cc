#include "engine/stream/sinks/file_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "tests/unit/sinks/events.h"

namespace vigil::sinks {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

event::EventPtr exec_event() { return std::make_shared<const event::Event>(sample_exec()); }

template <typename Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

class FileSinkTest : public testing::Test {
 protected:
  FileSinkTest() { fs::create_directories(folder); }
  ~FileSinkTest() override { fs::remove_all(folder); }

  std::unique_ptr<FileSink> open(const fs::path& path, std::size_t queue_events = 10'000) {
    auto sink = FileSink::open({path.string(), "n1", queue_events, 20ms},
                               [this](const std::optional<Error>& error) {
                                 std::lock_guard lock(mutex);
                                 changes.push_back(error ? error->message() : "works");
                               });
    EXPECT_TRUE(sink) << (sink ? "" : sink.error().message());
    return std::move(*sink);
  }
  static std::string read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static long lines(const std::string& text) { return std::ranges::count(text, '\n'); }
  std::vector<std::string> told() {
    std::lock_guard lock(mutex);
    return changes;
  }

  const fs::path folder = fs::temp_directory_path() / fmt::format("vigil-file-sink-{}", ::getpid());
  const fs::path file = folder / "events.json";
  std::mutex mutex;
  std::vector<std::string> changes;
};

TEST_F(FileSinkTest, AppendsALinePerEvent) {
  {
    auto sink = open(file);
    for (int i = 0; i < 1000; ++i) sink->offer(exec_event());
  }
  open(file)->offer(exec_event());
  const std::string text = read(file);
  EXPECT_EQ(lines(text), 1001);
  EXPECT_TRUE(text.starts_with(R"({"process_exec":{"process":{)"));
  EXPECT_TRUE(text.ends_with("}\n"));
  EXPECT_TRUE(told().empty());
}

TEST_F(FileSinkTest, ANewFileIsItsOwnersOnly) {
  open(file);
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(FileSinkTest, APathThatCannotBeOpenedIsAnError) {
  auto sink = FileSink::open({.path = (folder / "no" / "where").string()}, {});
  ASSERT_FALSE(sink);
  EXPECT_NE(sink.error().message().find("No such file"), std::string::npos);
}

TEST_F(FileSinkTest, HalfALineOfAnEarlierRunIsEnded) {
  std::ofstream(file) << "{\"half";
  open(file)->offer(exec_event());
  EXPECT_TRUE(read(file).starts_with("{\"half\n{\"process_exec\""));
}

TEST_F(FileSinkTest, AFullDiskIsToldOnceAndCostsEventsNotTheDaemon) {
  auto sink = open("/dev/full", 10);
  sink->offer(exec_event());
  ASSERT_TRUE(eventually([&] { return sink->counters().failures >= 3; }));
  for (int i = 0; i < 25; ++i) sink->offer(exec_event());
  EXPECT_EQ(sink->counters().dropped, 15u);
  const auto changes_told = told();
  ASSERT_EQ(changes_told.size(), 1u);
  EXPECT_NE(changes_told[0].find("'/dev/full': No space left"), std::string::npos);
  EXPECT_EQ(sink->counters().lines, 0u);
  sink.reset();
  EXPECT_EQ(told().back(), "export file '/dev/full' ends without its last 26 events");
}

// A pipe stands for a disk that is full for a while: what was begun is finished, and the
// gap is told.
TEST_F(FileSinkTest, ItRecovers) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  const UniqueFd reader(::open(file.c_str(), O_RDONLY | O_NONBLOCK));
  std::string text;
  auto drain = [&] {
    char buffer[65536];
    for (ssize_t size; (size = ::read(reader.get(), buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(size));
  };
  auto sink = open(file, 100);
  ASSERT_TRUE(eventually([&] {
    for (int i = 0; i < 100; ++i) sink->offer(exec_event());
    return sink->counters().failures > 0 && sink->counters().dropped > 0;
  }));
  ASSERT_TRUE(eventually([&] {
    drain();
    return told().size() >= 2;
  }));
  EXPECT_EQ(told()[1], "works");
  sink->offer(exec_event());
  EXPECT_TRUE(eventually([&] {
    drain();
    return text.find("rate_limit_info") != std::string::npos;
  }));
  EXPECT_TRUE(eventually([&] {
    drain();
    // A line that is written in part is counted as neither.
    return text.ends_with('\n') &&
           static_cast<std::uint64_t>(lines(text)) == sink->counters().lines;
  }));
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    EXPECT_TRUE(line.starts_with("{\"")) << line;
    EXPECT_TRUE(line.ends_with("}")) << line;
  }
}

TEST_F(FileSinkTest, AfterRotationTheNewFileIsWritten) {
  auto sink = open(file);
  sink->offer(exec_event());
  ASSERT_TRUE(eventually([&] { return sink->counters().bytes > 0; }));
  fs::rename(file, folder / "old.json");
  ASSERT_TRUE(sink->reopen());
  sink->offer(exec_event());
  sink.reset();
  EXPECT_EQ(lines(read(folder / "old.json")), 1);
  EXPECT_EQ(lines(read(file)), 1);
}

TEST_F(FileSinkTest, events_wait_while_the_file_cannot_be_opened_anew) {
  const fs::path inside = folder / "gone" / "out.json";
  fs::create_directory(inside.parent_path());
  auto sink = open(inside, 100);
  fs::remove_all(inside.parent_path());
  EXPECT_FALSE(sink->reopen());
  sink->offer(exec_event());
  ASSERT_TRUE(eventually([&] { return sink->counters().failures > 0; }));
  EXPECT_EQ(sink->counters().lines, 0u) << "none of them went to a file without a name";
  fs::create_directory(inside.parent_path());
  ASSERT_TRUE(eventually([&] { return sink->counters().lines == 1; }));
  sink.reset();
  EXPECT_EQ(lines(read(inside)), 1);
}

TEST_F(FileSinkTest, who_opens_it_anew_in_vain_is_told_alone) {
  const fs::path inside = folder / "gone" / "out.json";
  fs::create_directory(inside.parent_path());
  auto sink = open(inside, 100);
  fs::remove_all(inside.parent_path());
  for (int i = 0; i < 2; ++i) {
    const auto reopened = sink->reopen();
    ASSERT_FALSE(reopened);
    EXPECT_NE(reopened.error().message().find("until it works again"), std::string::npos);
    sink->offer(exec_event());
    const auto failures = sink->counters().failures;
    ASSERT_TRUE(eventually([&] { return sink->counters().failures >= failures + 2; }));
  }
  EXPECT_EQ(told(), std::vector<std::string>());
  fs::create_directory(inside.parent_path());
  ASSERT_TRUE(eventually([&] { return sink->counters().lines == 2; }));
  sink->offer(exec_event());
  sink.reset();
  EXPECT_EQ(told(), std::vector<std::string>{"works"});
}

// However soon it is: the thread may see only the second of the two files.
TEST_F(FileSinkTest, what_was_opened_in_vain_and_then_well_works_again) {
  const fs::path inside = folder / "gone" / "out.json";
  fs::create_directory(inside.parent_path());
  auto sink = open(inside, 100);
  for (std::size_t i = 1; i <= 100; ++i) {
    fs::remove_all(inside.parent_path());
    EXPECT_FALSE(sink->reopen());
    fs::create_directory(inside.parent_path());
    EXPECT_TRUE(sink->reopen());
    ASSERT_TRUE(eventually([&] { return told() == std::vector<std::string>(i, "works"); })) << i;
  }
}

TEST_F(FileSinkTest, no_event_is_forgotten_while_the_file_comes_and_goes) {
  const fs::path inside = folder / "gone" / "out.json";
  fs::create_directory(inside.parent_path());
  auto sink = open(inside, 1'000);
  std::jthread mover([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::error_code busy;  // the sink may make a file there meanwhile
      fs::remove_all(inside.parent_path(), busy);
      (void)sink->reopen().has_value();
      fs::create_directory(inside.parent_path());
      (void)sink->reopen().has_value();
    }
  });
  constexpr std::uint64_t offered = 20'000;
  for (std::uint64_t i = 0; i < offered; ++i) {
    sink->wait_for_room(std::chrono::steady_clock::now() + 5s);
    sink->offer(exec_event());
  }
  mover.request_stop();
  mover.join();
  EXPECT_TRUE(eventually([&] {
    const auto counters = sink->counters();
    return counters.lines + counters.dropped == offered;
  })) << sink->counters().lines
      << " written, " << sink->counters().dropped << " dropped";
}

TEST_F(FileSinkTest, an_offer_that_waits_for_room_is_not_dropped) {
  auto sink = open(file, 2);
  for (int i = 0; i < 1'000; ++i) {
    sink->wait_for_room(std::chrono::steady_clock::now() + 5s);
    sink->offer(exec_event());
  }
  EXPECT_EQ(sink->counters().dropped, 0u);
  sink.reset();
  EXPECT_EQ(lines(read(file)), 1'000);
}

}  // namespace
}  // namespace vigil::sinks
