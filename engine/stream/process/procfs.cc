#include "engine/stream/process/procfs.h"

#include <dirent.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/stream/process/identity.h"

namespace vigil::process {
namespace {

constexpr std::size_t max_file_bytes = 8u << 20;  // cmdline can be 6 MiB
constexpr std::uint32_t unset_auid = 0xffffffff;

// What stat says.
struct Stat {
  std::string name;
  std::uint32_t parent = 0;
  std::uint64_t start_ns = 0;
  bool ended = false;  // with all its threads
};

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (;;) {
    const std::size_t start = text.find_first_not_of(" \t\n");
    if (start == std::string_view::npos) return found;
    text.remove_prefix(start);
    found.push_back(text.substr(0, text.find_first_of(" \t\n")));
    text.remove_prefix(found.back().size());
  }
}

std::string read_or_empty(const std::string& path) {
  auto text = read_file(path, max_file_bytes);
  return text ? *text : std::string();
}

std::string read_link(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
  return size < 0 ? std::string() : std::string(target, static_cast<std::size_t>(size));
}

Result<std::vector<std::uint32_t>> numbers_in(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (folder == nullptr) return Error::from_errno("reading " + path);
  std::vector<std::uint32_t> numbers;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    if (auto found = number<std::uint32_t>(name)) numbers.push_back(*found);
  }
  return numbers;
}

// "pid (name) state ppid ...": the name may hold anything, also ") ".
std::optional<Stat> parse_stat(std::string_view text) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  const auto fields = words(text.substr(close + 1));  // from the third of proc(5) on
  if (fields.size() < 20) return std::nullopt;
  const auto parent = number<std::uint32_t>(fields[4 - 3]);
  const auto threads = number<std::uint32_t>(fields[20 - 3]);
  const auto ticks = number<std::uint64_t>(fields[22 - 3]);
  if (!parent || !threads || !ticks) return std::nullopt;
  const auto tick_ns = 1'000'000'000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const bool main_ended = fields[0] == "Z" || fields[0] == "X";
  return Stat{std::string(text.substr(open + 1, close - open - 1)), *parent, *ticks * tick_ns,
              main_ended && *threads <= 1};
}

std::uint32_t effective_uid(std::string_view status) {
  const std::size_t at = status.find("\nUid:");
  if (at == std::string_view::npos) return 0;
  const auto fields = words(status.substr(at + 5, status.find('\n', at + 1) - at - 5));
  return fields.size() < 2 ? 0 : number<std::uint32_t>(fields[1]).value_or(0);
}

// Of the lines "number:controllers:path", the first that names a container, else the last.
std::string cgroup_path(std::string_view text) {
  std::string last;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    last = line.substr(second + 1);
    if (!container_id(last).empty()) return last;
  }
  return last;
}

// Of a program whose file is gone.
void drop_deleted(std::string& path) {
  if (path.ends_with(deleted_suffix)) path.resize(path.size() - deleted_suffix.size());
}

// Where the program stands: a thread that has ended has none, and the main one may end first.
std::string program_folder(const std::string& folder) {
  if (!read_link(folder + "/exe").empty()) return folder;
  const auto threads = numbers_in(folder + "/task");
  if (!threads) return folder;
  for (const std::uint32_t thread : *threads) {
    std::string of_thread = fmt::format("{}/task/{}", folder, thread);
    if (!read_link(of_thread + "/exe").empty()) return of_thread;
  }
  return folder;
}

void fill_program(const std::string& folder, const Stat& stat, ExistingProcess& process) {
  std::string cmdline = read_or_empty(folder + "/cmdline");
  if (cmdline.ends_with('\0')) cmdline.pop_back();
  process.binary = read_link(folder + "/exe");
  drop_deleted(process.binary);
  if (process.binary.empty()) process.binary = cmdline.substr(0, cmdline.find('\0'));
  if (process.binary.empty()) process.binary = fmt::format("[{}]", stat.name);
  const std::size_t first_argument = cmdline.find('\0');
  if (first_argument != cmdline.npos) process.argv = cmdline.substr(first_argument + 1);
  process.cwd = read_link(folder + "/cwd");
}

// An entry still without the key of its parent.
struct Read {
  ExistingProcess process;
  std::uint32_t parent = 0;
};

std::optional<Read> read_process(const std::string& root, std::uint32_t pid) {
  const std::string folder = fmt::format("{}/{}", root, pid);
  const auto stat = parse_stat(read_or_empty(folder + "/stat"));
  if (!stat) return std::nullopt;
  Read read;
  read.parent = stat->parent;
  read.process.key = {pid, stat->start_ns};
  read.process.euid = effective_uid(read_or_empty(folder + "/status"));
  read.process.auid =
      number<std::uint32_t>(read_or_empty(folder + "/loginuid")).value_or(unset_auid);
  fill_program(program_folder(folder), *stat, read.process);
  read.process.cgroup_path = cgroup_path(read_or_empty(folder + "/cgroup"));
  return read;
}

// Takes what stands below `parent` out of `by_parent`, generation after generation, so that
// a loop among the parents (pids used again while we read) cannot hold us.
void take_children(std::multimap<std::uint32_t, ExistingProcess>& by_parent, event::ExecKey parent,
                   std::vector<ExistingProcess>& ordered) {
  std::vector<event::ExecKey> todo{parent};
  for (std::size_t i = 0; i < todo.size(); ++i) {
    const auto [begin, end] = by_parent.equal_range(todo[i].tgid);
    for (auto child = begin; child != end; ++child) {
      child->second.parent_key = todo[i];
      todo.push_back(child->second.key);
      ordered.push_back(std::move(child->second));
    }
    by_parent.erase(begin, end);
  }
}

}  // namespace

Result<std::vector<ExistingProcess>> read_processes(const std::string& root) {
  TRY(auto pids, numbers_in(root));
  std::map<std::uint32_t, Read> all;
  for (std::uint32_t pid : pids)
    if (auto read = read_process(root, pid)) all.emplace(pid, std::move(*read));
  std::multimap<std::uint32_t, ExistingProcess> by_parent;
  for (auto& [pid, read] : all) {
    // A parent that vanished, or is outside this pid namespace.
    const bool orphan = !all.contains(read.parent);
    by_parent.emplace(orphan ? kernel_key.tgid : read.parent, std::move(read.process));
  }
  std::vector<ExistingProcess> ordered;
  take_children(by_parent, kernel_key, ordered);
  // A loop: pids were used again while we read.
  while (!by_parent.empty()) {
    auto first = by_parent.extract(by_parent.begin()).mapped();
    first.parent_key = kernel_key;
    ordered.push_back(first);
    take_children(by_parent, first.key, ordered);
  }
  return ordered;
}

bool lives(const std::string& root, const event::ExecKey& key) {
  const auto text = read_file(fmt::format("{}/{}/stat", root, key.tgid), max_file_bytes);
  if (!text) return text.error().errno_value() != ENOENT && text.error().errno_value() != ESRCH;
  const auto stat = parse_stat(*text);
  return !stat || (!stat->ended && stat->start_ns <= key.ktime_ns);
}

}  // namespace vigil::process
