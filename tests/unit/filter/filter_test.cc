#include "engine/stream/filter/filter.h"

#include <gtest/gtest.h>

#include <map>

namespace vigil::filter {
namespace {

event::Process process(std::uint32_t pid, std::string binary, std::string arguments = "") {
  event::Process process;
  process.key = {pid, 1};
  process.pid = pid;
  process.binary = std::move(binary);
  process.arguments = std::move(arguments);
  return process;
}

class FilterTest : public testing::Test {
 protected:
  FilterTest() {
    add(process(1, "/sbin/init"));
    add(process(5, "/bin/sh", "-c x"), 1);
    add(process(6, "/usr/bin/cat", "/etc/shadow"), 5);
    exec.body = event::ProcessExec{find(6), find(5)};
    exit.body = event::ProcessExit{find(6), find(5), "", 0};
    kprobe.body = hook(schema::Section::kprobes, "files");
    fentry.body = hook(schema::Section::fentries, "files");
    tracepoint.body = hook(schema::Section::tracepoints, "calls");
    lsm.body = hook(schema::Section::lsmhooks, "network");
    loss.body = event::Loss{event::Loss::Ring::events, 3};
  }

  void add(event::Process process, std::uint32_t parent = 0) {
    process.parent_key = {parent, 1};
    known[process.pid] = std::make_shared<const event::Process>(process);
  }
  event::ProcessPtr find(std::uint32_t pid) const {
    auto found = known.find(pid);
    return found == known.end() ? nullptr : found->second;
  }
  event::ProcessHook hook(schema::Section section, std::string policy) const {
    event::HookInfo info;
    info.section = section;
    info.policy = std::move(policy);
    event::ProcessHook hook;
    hook.process = find(6);
    hook.parent = find(5);
    hook.info = std::make_shared<const event::HookInfo>(info);
    return hook;
  }

  Filter make(const FilterLists& lists) const {
    auto filter = Filter::make(lists, [this](const event::ExecKey& key) { return find(key.tgid); });
    EXPECT_TRUE(filter) << (filter ? "" : filter.error().message());
    return std::move(*filter);
  }
  bool allows(const FilterSpec& spec, const event::Event& event) const {
    return make({{spec}, {}}).passes(event);
  }
  std::string error(const FilterLists& lists) const {
    auto filter = Filter::make(lists, [](const event::ExecKey&) { return nullptr; });
    return filter ? "" : filter.error().message();
  }

  std::map<std::uint32_t, event::ProcessPtr> known;
  event::Event exec, exit, kprobe, fentry, tracepoint, lsm, loss;
};

TEST_F(FilterTest, NothingAskedIsEverything) {
  EXPECT_TRUE(make({}).passes(exec));
  EXPECT_TRUE(allows({}, exec));
  EXPECT_TRUE(allows({}, loss));
}

TEST_F(FilterTest, AnEmptyDenyFilterDropsEverythingButLoss) {
  EXPECT_FALSE(make({{}, {{}}}).passes(exec));
  EXPECT_TRUE(make({{}, {{}}}).passes(loss));
}

TEST_F(FilterTest, BinariesAndArguments) {
  EXPECT_TRUE(allows({.binary_regex = {"^/bin/x$", "cat"}}, exec));
  EXPECT_FALSE(allows({.binary_regex = {"^cat"}}, exec));
  EXPECT_TRUE(allows({.arguments_regex = {"shadow$"}}, kprobe));
  EXPECT_FALSE(allows({.arguments_regex = {"passwd"}}, kprobe));
  EXPECT_TRUE(allows({.parent_binary_regex = {"/sh$"}}, exec));
  EXPECT_FALSE(allows({.parent_binary_regex = {"cat"}}, exec));
  EXPECT_TRUE(allows({.parent_arguments_regex = {"-c"}}, exec));
}

TEST_F(FilterTest, FieldsAreAndedValuesOred) {
  EXPECT_TRUE(allows({.binary_regex = {"cat"}, .pid = {9, 6}}, exec));
  EXPECT_FALSE(allows({.binary_regex = {"cat"}, .pid = {9}}, exec));
}

TEST_F(FilterTest, AllowFiltersAreOredAndDenyWins) {
  const FilterSpec cat{.binary_regex = {"cat"}};
  const FilterSpec other{.binary_regex = {"other"}};
  EXPECT_TRUE(make({{other, cat}, {}}).passes(exec));
  EXPECT_FALSE(make({{cat}, {cat}}).passes(exec));
  EXPECT_TRUE(make({{}, {other}}).passes(exec));
}

TEST_F(FilterTest, Ancestors) {
  EXPECT_TRUE(allows({.ancestor_binary_regex = {"init"}}, exec));
  EXPECT_TRUE(allows({.ancestor_binary_regex = {"/sh"}}, exec));
  EXPECT_FALSE(allows({.ancestor_binary_regex = {"cat"}}, exec));
  EXPECT_TRUE(allows({.pid_set = {6}}, exec));
  EXPECT_TRUE(allows({.pid_set = {1}}, exec));
  EXPECT_FALSE(allows({.pid_set = {2}}, exec));
}

TEST_F(FilterTest, ALoopOfAncestorsEnds) {
  add(process(1, "/sbin/init"), 5);
  EXPECT_FALSE(allows({.pid_set = {2}}, exec));
  add(process(1, "/sbin/init"), 1);
  EXPECT_FALSE(allows({.pid_set = {2}}, exec));
}

TEST_F(FilterTest, Kinds) {
  EXPECT_TRUE(allows({.event_set = {EventKind::process_exec}}, exec));
  EXPECT_FALSE(allows({.event_set = {EventKind::process_exec}}, exit));
  EXPECT_TRUE(allows({.event_set = {EventKind::process_kprobe}}, kprobe));
  EXPECT_FALSE(allows({.event_set = {EventKind::process_kprobe}}, lsm));
  EXPECT_TRUE(allows({.event_set = {EventKind::process_kprobe}}, fentry));
  EXPECT_TRUE(allows({.event_set = {EventKind::process_tracepoint}}, tracepoint));
  EXPECT_FALSE(allows({.event_set = {EventKind::process_tracepoint}}, fentry));
  EXPECT_TRUE(allows({.event_set = {EventKind::process_lsm}}, lsm));
  EXPECT_FALSE(allows({.event_set = {EventKind::process_usdt}}, lsm));
}

TEST_F(FilterTest, LossIsToldUnlessItsKindIsLeftOut) {
  EXPECT_TRUE(allows({.binary_regex = {"nothing"}}, loss));
  EXPECT_FALSE(allows({.event_set = {EventKind::process_exec}}, loss));
  EXPECT_TRUE(allows({.event_set = {EventKind::rate_limit_info}}, loss));
  EXPECT_FALSE(make({{}, {{.event_set = {EventKind::rate_limit_info}}}}).passes(loss));
}

TEST_F(FilterTest, Policies) {
  EXPECT_TRUE(allows({.policy_names = {"x", "files"}}, kprobe));
  EXPECT_FALSE(allows({.policy_names = {"files"}}, lsm));
  EXPECT_FALSE(allows({.policy_names = {"files"}}, exec));
}

TEST_F(FilterTest, WhereAProcessRuns) {
  auto contained = process(8, "/x");
  contained.docker = "c0ffee";
  contained.in_init_tree = true;
  add(contained);
  event::Event event;
  event.body = event::ProcessExec{find(8), nullptr};
  EXPECT_TRUE(allows({.container_id = {"^c0f"}}, event));
  EXPECT_FALSE(allows({.container_id = {"^c0f"}}, exec));
  EXPECT_TRUE(allows({.in_init_tree = true}, event));
  EXPECT_FALSE(allows({.in_init_tree = true}, exec));
  EXPECT_TRUE(allows({.in_init_tree = false}, exec));
  EXPECT_FALSE(allows({.parent_binary_regex = {""}}, event));
}

TEST_F(FilterTest, WithoutKubernetesAllIsTheHosts) {
  EXPECT_TRUE(allows({.namespaces = {""}}, exec));
  EXPECT_FALSE(allows({.namespaces = {"kube-system"}}, exec));
  EXPECT_FALSE(allows({.health_check = true}, exec));
  EXPECT_TRUE(allows({.health_check = false}, exec));
}

TEST_F(FilterTest, MistakesAreNamed) {
  EXPECT_EQ(error({{{}, {.binary_regex = {"("}}}, {}}),
            "allow filter 2: binary_regex '(': missing ): (");
  EXPECT_EQ(error({{}, {{.unsupported = {"labels", "cel_expression"}}}}),
            "deny filter 1: labels, cel_expression: not supported yet");
}

}  // namespace
}  // namespace vigil::filter
