// Policies added, changed and removed against a kernel in memory. A policy's text here is
// its name and its hooks: "guard file_open! bprm_check_security", "!" for one that overrides,
// the words "monitor" and "enforce" for the mode that it writes.
#include "engine/daemon/policy_manager.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <semaphore>
#include <sstream>

#include "engine/base/clock.h"
#include "tests/support/fake_kernel.h"
#include "tests/support/policy_builder.h"

namespace vigil::daemon {
namespace {

using vigil::testing::FakeKernel;

check::Hook hook_from(std::string word) {
  const bool enforces = word.ends_with('!');
  if (enforces) word.pop_back();
  if (word.starts_with("follow:")) {
    auto hook = vigil::testing::lsm_hook("file_open", {});
    hook.selectors = {check::Selector{}};
    hook.selectors[0].pids = {
        vigil::testing::follow({static_cast<std::uint32_t>(std::stoul(word.substr(7)))})};
    return hook;
  }
  if (word.starts_with("below:")) {
    auto hook = vigil::testing::lsm_hook("file_open", {});
    hook.selectors = {check::Selector{}};
    hook.selectors[0].binaries = {
        vigil::testing::binary(check::TextCondition::Kind::equal, {word.substr(6)})};
    hook.selectors[0].binaries[0].whose = check::BinaryCondition::Whose::ancestor;
    return hook;
  }
  if (word.starts_with("return:")) {
    auto hook = vigil::testing::kprobe_hook(word.substr(7), {});
    hook.return_argument = vigil::testing::argument(schema::ArgType::int32, 0);
    hook.selectors = {check::Selector{}};
    return hook;
  }
  auto hook = vigil::testing::lsm_hook(word, {});
  hook.selectors = {check::Selector{}};
  if (enforces) hook.selectors[0].actions = {vigil::testing::action(schema::ActionKind::override)};
  return hook;
}

std::expected<Compiled, std::string> compile(SourceFilePtr source) {
  Compiled compiled;
  std::istringstream lines(source->text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name == "broken") return std::unexpected(source->name + ":1:1: error[VG0000]: broken");
    std::vector<check::Hook> hooks;
    std::optional<schema::PolicyMode> mode;
    std::optional<std::string> missing;
    for (std::string word; words >> word;) {
      if (word == "monitor")
        mode = schema::PolicyMode::monitor;
      else if (word == "enforce")
        mode = schema::PolicyMode::enforce;
      else if (word.starts_with("missing:"))
        missing = word.substr(8);
      else
        hooks.push_back(hook_from(word));
    }
    if (name == "doubtful") compiled.warnings = source->name + ":1:1: warning[VG0000]: doubtful";
    compiled.policies.push_back(check::PolicyBuilder::build(name, hooks, mode));
    if (missing)
      compiled.policies.back() = check::PolicyBuilder::without(compiled.policies.back(), *missing);
  }
  return compiled;
}

const plan::HookKey file_open{schema::Mechanism::lsm, "file_open"};
const plan::HookKey bprm_check{schema::Mechanism::lsm, "bprm_check_security"};

class Manager : public ::testing::Test {
 protected:
  Manager() { EXPECT_TRUE(kernel_.start()); }

  template <typename T>
  api::FailureKind failure(const api::Outcome<T>& outcome) {
    EXPECT_FALSE(outcome);
    return outcome ? api::FailureKind::kernel : outcome.error().kind;
  }
  std::size_t calls(const std::string& call) {
    return static_cast<std::size_t>(std::ranges::count(kernel_.calls(), call));
  }
  api::PolicyStatus status(const std::string& name) {
    for (auto& policy : manager_.list())
      if (policy.key.name == name) return policy;
    ADD_FAILURE() << "no policy " << name;
    return {};
  }
  static StaticFile file(const std::string& path, const std::string& text) {
    return {path, text, {}};
  }

  FakeKernel kernel_;
  decode::HookMap registry_;
  PolicyManager manager_{kernel_, registry_, compile};
};

TEST_F(Manager, adds_and_removes) {
  ASSERT_TRUE(manager_.add("guard file_open! bprm_check_security", "grpc"));
  EXPECT_EQ(kernel_.hooks().size(), 2u);
  const auto policy = status("guard");
  EXPECT_EQ(policy.state, api::PolicyState::enabled);
  EXPECT_EQ(policy.mode, api::EffectiveMode::enforce);
  EXPECT_EQ(policy.sensors, std::vector<std::string>{"generic_lsm"});
  ASSERT_EQ(policy.hooks.size(), 2u);
  EXPECT_NE(policy.hooks[0].description.find("lsm/file_open"), std::string::npos);
  ASSERT_TRUE(manager_.remove({"grpc", "guard"}));
  EXPECT_TRUE(kernel_.hooks().empty());
  EXPECT_TRUE(manager_.list().empty());
}

TEST_F(Manager, tells_of_hooks_that_the_kernel_lacks) {
  ASSERT_TRUE(manager_.add("most file_open missing:gone", "grpc"));
  const auto most = status("most");
  EXPECT_EQ(most.state, api::PolicyState::partially_enabled);
  ASSERT_EQ(most.hooks.size(), 2u);
  EXPECT_EQ(most.hooks[0].state, api::HookState::loaded);
  EXPECT_EQ(most.hooks[1].state, api::HookState::call_not_found);
  EXPECT_EQ(most.hooks[1].index, 1u);
  EXPECT_EQ(most.hooks[1].description, "gone: skipped, the kernel has no such function");
  ASSERT_TRUE(manager_.add("none missing:gone", "grpc"));
  EXPECT_EQ(status("none").state, api::PolicyState::partially_enabled);
  EXPECT_EQ(kernel_.hooks().size(), 1u) << "of the other policy";
  ASSERT_TRUE(manager_.remove({"grpc", "none"}));
}

TEST_F(Manager, a_change_rebuilds_only_the_hooks_it_touches) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  ASSERT_TRUE(manager_.add("two bprm_check_security", "grpc"));
  ASSERT_TRUE(manager_.add("three file_open", "grpc"));
  ASSERT_TRUE(manager_.remove({"grpc", "one"}));
  EXPECT_EQ(calls("install lsm/file_open"), 3u);
  EXPECT_EQ(calls("install lsm/bprm_check_security"), 1u);
  EXPECT_EQ(calls("remove lsm/file_open"), 0u);
}

TEST_F(Manager, names_are_taken_per_domain) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  EXPECT_EQ(failure(manager_.add("one file_open", "grpc")), api::FailureKind::already_exists);
  EXPECT_TRUE(manager_.add("one file_open", "k8s"));
  EXPECT_EQ(failure(manager_.add("two file_open", "static")), api::FailureKind::refused);
  EXPECT_EQ(manager_.list().size(), 2u);
}

TEST_F(Manager, what_is_not_there_is_told_with_where_it_is) {
  ASSERT_TRUE(manager_.add("one file_open", "k8s"));
  const auto removed = manager_.remove({"grpc", "one"});
  EXPECT_EQ(failure(removed), api::FailureKind::not_found);
  EXPECT_NE(removed.error().message.find("there is one in domain 'k8s'"), std::string::npos);
}

TEST_F(Manager, a_broken_policy_changes_nothing) {
  const auto added = manager_.add("broken", "grpc");
  EXPECT_EQ(failure(added), api::FailureKind::invalid);
  EXPECT_EQ(added.error().message, "<grpc>:1:1: error[VG0000]: broken");
  EXPECT_TRUE(manager_.list().empty());
}

TEST_F(Manager, warnings_reach_who_added_and_who_lists) {
  const auto added = manager_.add("doubtful file_open", "grpc");
  ASSERT_TRUE(added);
  EXPECT_EQ(added->warnings, "<grpc>:1:1: warning[VG0000]: doubtful");
  EXPECT_EQ(status("doubtful").warnings, added->warnings);
  EXPECT_EQ(manager_.add("sure file_open", "grpc")->warnings, "");
}

TEST_F(Manager, warnings_of_files_are_told_when_they_load) {
  const std::vector<StaticFile> files = {file("/p/a", "doubtful file_open"),
                                         file("/p/b", "sure file_open")};
  const auto report = manager_.sync_static(files);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_EQ(report.warnings[0].path, "/p/a");
  EXPECT_EQ(report.warnings[0].text, "/p/a:1:1: warning[VG0000]: doubtful");
  EXPECT_TRUE(manager_.sync_static(files).warnings.empty());
}

TEST_F(Manager, several_documents_are_added_together_or_not_at_all) {
  ASSERT_TRUE(manager_.add("one file_open\ntwo file_open", "grpc"));
  EXPECT_EQ(calls("install lsm/file_open"), 1u);
  EXPECT_EQ(failure(manager_.add("three file_open\ntwo file_open", "grpc")),
            api::FailureKind::already_exists);
  EXPECT_EQ(failure(manager_.add("four file_open\nfour file_open", "grpc")),
            api::FailureKind::invalid);
  EXPECT_EQ(manager_.list().size(), 2u);
}

TEST_F(Manager, a_refused_hook_puts_back_what_ran_before) {
  ASSERT_TRUE(manager_.add("old bprm_check_security", "grpc"));
  const auto before = kernel_.hooks().at(bprm_check).front().instructions;
  const auto tables = kernel_.hooks().at(bprm_check).front().tables;
  kernel_.fail_install(file_open, "the verifier says no");

  const auto added = manager_.add("new bprm_check_security file_open inode_unlink", "grpc");
  EXPECT_EQ(failure(added), api::FailureKind::kernel);
  EXPECT_EQ(added.error().message, "the verifier says no");
  EXPECT_EQ(kernel_.hooks().size(), 1u);
  EXPECT_EQ(kernel_.hooks().at(bprm_check).front().instructions, before);
  EXPECT_EQ(kernel_.hooks().at(bprm_check).front().tables.size(), tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i)
    EXPECT_EQ(kernel_.hooks().at(bprm_check).front().tables[i].bytes, tables[i].bytes);
  EXPECT_EQ(manager_.list().size(), 1u);

  kernel_.allow_install(file_open);
  EXPECT_TRUE(manager_.add("new bprm_check_security file_open inode_unlink", "grpc"));
}

TEST_F(Manager, the_return_half_comes_first_and_goes_last) {
  ASSERT_TRUE(manager_.add("one return:do_unlinkat", "grpc"));
  ASSERT_TRUE(manager_.remove({"grpc", "one"}));
  const std::vector<std::string> expected = {
      "start", "install kretprobe/do_unlinkat", "install kprobe/do_unlinkat",
      "remove kprobe/do_unlinkat", "remove kretprobe/do_unlinkat"};
  EXPECT_EQ(kernel_.calls(), expected);
}

TEST_F(Manager, disabled_policies_leave_the_kernel_and_come_back) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  const api::PolicyKey key{"grpc", "one"};
  ASSERT_TRUE(manager_.configure(key, {.activation = api::Activation::disable}));
  EXPECT_TRUE(kernel_.hooks().empty());
  EXPECT_EQ(status("one").state, api::PolicyState::disabled);
  EXPECT_TRUE(status("one").hooks.empty());
  ASSERT_TRUE(manager_.configure(key, {.activation = api::Activation::disable}));

  kernel_.fail_install(file_open, "no");
  EXPECT_FALSE(manager_.configure(key, {.activation = api::Activation::enable}));
  EXPECT_EQ(status("one").state, api::PolicyState::disabled);
  kernel_.allow_install(file_open);
  ASSERT_TRUE(manager_.configure(key, {.activation = api::Activation::enable}));
  EXPECT_EQ(kernel_.hooks().size(), 1u);
}

TEST_F(Manager, the_mode_changes_without_a_rebuild) {
  ASSERT_TRUE(manager_.add("one file_open!", "grpc"));
  ASSERT_TRUE(manager_.configure({"grpc", "one"}, {.mode = api::RequestedMode::monitor}));
  EXPECT_EQ(status("one").mode, api::EffectiveMode::monitor);
  EXPECT_EQ(kernel_.modes().begin()->second, schema::PolicyMode::monitor);
  EXPECT_EQ(calls("install lsm/file_open"), 1u);
}

TEST_F(Manager, a_policy_that_cannot_enforce_keeps_its_mode) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  EXPECT_EQ(status("one").mode, api::EffectiveMode::monitor_only);
  EXPECT_EQ(failure(manager_.configure({"grpc", "one"}, {.mode = api::RequestedMode::enforce})),
            api::FailureKind::refused);
}

TEST_F(Manager, counters_are_the_policys_own) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  ASSERT_TRUE(manager_.add("two file_open", "grpc"));
  kernel_.set_policy_counters(1, {.post = 5, .override = 2});
  EXPECT_EQ(status("one").counters->post, 0u);
  EXPECT_EQ(status("two").counters->post, 5u);
  EXPECT_EQ(status("two").counters->override, 2u);
}

TEST_F(Manager, programs_that_are_followed_are_told_before_the_hook_runs) {
  ASSERT_TRUE(manager_.add("one below:/bin/a", "grpc"));
  const auto& calls = kernel_.calls();
  const auto told = std::ranges::find(calls, "set program sets 0");
  ASSERT_NE(told, calls.end());
  EXPECT_LT(told, std::ranges::find(calls, "install lsm/file_open"));
  ASSERT_TRUE(manager_.add("two below:/bin/a follow:7", "grpc"));
  EXPECT_EQ(std::ranges::count(calls, "set program sets 0"), 1) << "the same programs";
  EXPECT_EQ(std::ranges::count(calls, "set follow set 1"), 1) << "numbers are shared with pids";
  ASSERT_TRUE(manager_.add("three below:/bin/b", "grpc"));
  EXPECT_EQ(std::ranges::count(calls, "set program sets 2"), 1);
}

TEST_F(Manager, selectors_count_for_themselves_and_for_their_policy) {
  ASSERT_TRUE(manager_.add("one file_open bprm_check_security", "grpc"));
  const auto id = static_cast<std::uint32_t>(status("one").id);
  kernel_.set_policy_counters(0, {.post = 1});
  kernel_.set_selector_counters({id, 1, 0}, {.post = 5, .signal = 2});
  const auto told = status("one");
  EXPECT_EQ(told.counters->post, 6u);
  ASSERT_EQ(told.selectors.size(), 2u);
  EXPECT_EQ(told.selectors[0].counters.post, 0u);
  EXPECT_EQ(told.selectors[1].function, "bprm_check_security");
  EXPECT_EQ(told.selectors[1].hook_index, 1u);
  EXPECT_EQ(told.selectors[1].counters.post, 5u);
  EXPECT_EQ(told.selectors[1].counters.signal, 2u);
  ASSERT_TRUE(manager_.remove({"grpc", "one"}));
  EXPECT_FALSE(kernel_.counts({id, 1, 0}));
}

TEST_F(Manager, ids_are_never_used_twice) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  const auto first = status("one").id;
  ASSERT_TRUE(manager_.remove({"grpc", "one"}));
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  EXPECT_GT(status("one").id, first);
}

TEST_F(Manager, records_of_every_generation_find_their_hook) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  ASSERT_TRUE(manager_.add("two file_open", "grpc"));
  ASSERT_TRUE(manager_.remove({"grpc", "two"}));
  for (std::uint16_t generation : {1, 2, 3}) {
    const auto info = registry_.find({1, 0, generation});
    ASSERT_TRUE(info) << generation;
    EXPECT_EQ(info->policy, "one");
  }
  EXPECT_TRUE(registry_.find({2, 0, 2}));
  EXPECT_FALSE(registry_.find({2, 0, 1}));
}

TEST_F(Manager, follow_sets_are_shared_and_given_back) {
  ASSERT_TRUE(manager_.add("one follow:7", "grpc"));
  ASSERT_TRUE(manager_.add("two follow:7", "grpc"));
  ASSERT_TRUE(manager_.add("three follow:8", "grpc"));
  EXPECT_EQ(kernel_.follow_sets().size(), 2u);
  ASSERT_TRUE(manager_.remove({"grpc", "one"}));
  EXPECT_EQ(kernel_.follow_sets().size(), 2u);
  ASSERT_TRUE(manager_.remove({"grpc", "two"}));
  ASSERT_EQ(kernel_.follow_sets().size(), 1u);
  EXPECT_EQ(kernel_.follow_sets().begin()->second.pids, std::vector<std::uint32_t>{8});
}

TEST_F(Manager, follow_sets_of_a_failed_policy_are_given_back) {
  kernel_.fail_install(file_open, "no");
  EXPECT_FALSE(manager_.add("one follow:7", "grpc"));
  EXPECT_TRUE(kernel_.follow_sets().empty());
}

TEST_F(Manager, more_follow_sets_than_there_are_is_told) {
  for (int i = 1; i <= 256; ++i)
    ASSERT_TRUE(manager_.add("p" + std::to_string(i) + " follow:" + std::to_string(i), "grpc"));
  EXPECT_EQ(failure(manager_.add("last follow:999", "grpc")), api::FailureKind::exhausted);
  ASSERT_TRUE(manager_.remove({"grpc", "p1"}));
  EXPECT_TRUE(manager_.add("last follow:999", "grpc"));
}

TEST_F(Manager, lists_while_a_policy_is_compiled) {
  std::binary_semaphore begun{0}, go_on{0};
  PolicyManager manager(kernel_, registry_, [&](const std::shared_ptr<SourceFile>& source) {
    if (source->text.starts_with("slow")) {
      begun.release();
      go_on.acquire();
    }
    return compile(source);
  });
  ASSERT_TRUE(manager.add("one file_open", "grpc"));
  auto adding = std::async([&] { return manager.add("slow file_open", "grpc").has_value(); });
  begun.acquire();
  auto listing = std::async([&] { return manager.list(); });
  const auto answered = listing.wait_for(std::chrono::seconds(5));
  go_on.release();
  EXPECT_EQ(answered, std::future_status::ready);
  const auto meanwhile = listing.get();
  ASSERT_EQ(meanwhile.size(), 1u);
  EXPECT_EQ(meanwhile[0].hooks.size(), 1u);
  EXPECT_TRUE(adding.get());
  EXPECT_EQ(manager.list().size(), 2u);
}

TEST_F(Manager, a_domain_is_a_word) {
  for (const std::string& odd : {std::string(""), std::string("two\nlines"), std::string("a b"),
                                 std::string("<x>"), std::string(254, 'x')}) {
    const auto added = manager_.add("one file_open", odd);
    EXPECT_EQ(failure(added), api::FailureKind::invalid);
    EXPECT_LT(added.error().message.size(), 500u);
  }
  EXPECT_TRUE(manager_.add("one file_open", "Team-A_1.prod"));
}

// --- files -------------------------------------------------------------------

TEST_F(Manager, a_directory_rebuilds_each_hook_once) {
  std::vector<StaticFile> files;
  for (int i = 0; i < 20; ++i)
    files.push_back(file("/p/" + std::to_string(i),
                         "p" + std::to_string(i) + " file_open bprm_check_security"));
  const auto report = manager_.sync_static(files);
  EXPECT_EQ(report.loaded, 20u);
  EXPECT_EQ(calls("install lsm/file_open"), 1u);
  EXPECT_EQ(calls("install lsm/bprm_check_security"), 1u);
  EXPECT_EQ(status("p0").key.domain, "static");
}

TEST_F(Manager, a_broken_file_is_listed_and_the_others_run) {
  const auto report =
      manager_.sync_static({file("/p/a.yaml", "a file_open"),
                            file("/p/b.yaml", "broken"),
                            {"/p/c.yaml", {}, "reading /p/c.yaml: permission denied"}});
  EXPECT_EQ(report.loaded, 1u);
  ASSERT_EQ(report.failures.size(), 2u);
  EXPECT_EQ(status("a").state, api::PolicyState::enabled);
  EXPECT_EQ(status("b").state, api::PolicyState::load_error);
  EXPECT_EQ(status("b").error, "/p/b.yaml:1:1: error[VG0000]: broken");
  EXPECT_EQ(status("c").error, "reading /p/c.yaml: permission denied");
  EXPECT_EQ(failure(manager_.configure({"static", "b"}, {.activation = api::Activation::enable})),
            api::FailureKind::refused);
  EXPECT_TRUE(manager_.remove({"static", "b"}));
}

TEST_F(Manager, a_broken_file_has_a_name_that_can_be_told) {
  manager_.sync_static({file("/p/b\377.yaml", "broken"), file("/p/c\nd.yaml", "broken")});
  EXPECT_EQ(status("b\\xff").state, api::PolicyState::load_error);
  EXPECT_EQ(status("c\\nd").state, api::PolicyState::load_error);
  EXPECT_TRUE(manager_.remove({"static", "b\\xff"}));
}

TEST_F(Manager, names_that_files_claim_are_told_in_one_line) {
  const auto same =
      manager_.sync_static({file("/p/a\377", "same file_open"), file("/p/b\n", "same file_open")});
  ASSERT_EQ(same.failures.size(), 1u);
  EXPECT_EQ(same.failures[0].error, "/p/a\\xff has a policy named 'same' as well");
  manager_.sync_static({file("/p/a\377", "broken"), file("/p/b\n", "other file_open")});
  const auto kept =
      manager_.sync_static({file("/p/a\377", "broken"), file("/p/b\n", "same file_open")});
  ASSERT_EQ(kept.failures.size(), 2u);
  EXPECT_EQ(kept.failures[1].error,
            "/p/a\\xff keeps its policy 'same', since what it says now is not loaded");
}

TEST_F(Manager, files_that_change_together_are_told_in_one_line) {
  manager_.sync_static({file("/p/a\377", "one file_open"), file("/p/b\n", "two file_open")});
  kernel_.fail_install(bprm_check, "no");
  const auto report = manager_.sync_static(
      {file("/p/a\377", "two file_open bprm_check_security"), file("/p/b\n", "one file_open")});
  ASSERT_EQ(report.failures.size(), 2u);
  EXPECT_EQ(report.failures[0].error,
            "names move between it and /p/b\\n, so they change together or not at all: no");
  EXPECT_EQ(report.failures[1].error,
            "names move between it and /p/a\\xff, so they change together or not at all: no");
}

TEST_F(Manager, the_file_that_the_kernel_refuses_is_found_among_many) {
  kernel_.fail_install(bprm_check, "too complex");
  std::vector<StaticFile> files;
  for (int i = 0; i < 16; ++i)
    files.push_back(file(
        "/p/" + std::to_string(i),
        "p" + std::to_string(i) + (i == 11 ? " file_open bprm_check_security" : " file_open")));
  const auto report = manager_.sync_static(files);
  EXPECT_EQ(report.loaded, 15u);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].path, "/p/11");
  EXPECT_EQ(report.failures[0].error, "too complex");
  EXPECT_EQ(kernel_.hooks().size(), 1u);
  EXPECT_EQ(kernel_.hooks().count(file_open), 1u);
}

TEST_F(Manager, a_reload_takes_what_changed_in_one_rebuild) {
  manager_.sync_static(
      {file("/p/a", "a file_open"), file("/p/b", "b file_open"), file("/p/c", "c file_open")});
  const auto kept = status("b").id;
  const auto report = manager_.sync_static(
      {file("/p/a", "a file_open!"), file("/p/b", "b file_open"), file("/p/d", "d file_open")});
  EXPECT_EQ(report.loaded, 2u);
  EXPECT_EQ(report.unchanged, 1u);
  EXPECT_EQ(report.removed, 1u);
  EXPECT_EQ(calls("install lsm/file_open"), 2u);
  EXPECT_EQ(status("b").id, kept);
  EXPECT_EQ(status("a").mode, api::EffectiveMode::enforce);
  EXPECT_EQ(manager_.list().size(), 3u);
}

TEST_F(Manager, what_was_set_at_run_time_outlives_an_edit_of_the_file) {
  manager_.sync_static({file("/p/a", "a file_open!\nb file_open!")});
  ASSERT_TRUE(manager_.configure({"static", "a"}, {.mode = api::RequestedMode::monitor}));
  ASSERT_TRUE(manager_.configure({"static", "b"}, {.activation = api::Activation::disable}));
  manager_.sync_static({file("/p/a", "a file_open! bprm_check_security\nb file_open!")});
  EXPECT_EQ(status("a").hooks.size(), 2u);
  EXPECT_EQ(status("a").mode, api::EffectiveMode::monitor);
  EXPECT_EQ(kernel_.modes().rbegin()->second, schema::PolicyMode::enforce)
      << "of b, in the last slot";
  EXPECT_EQ(std::next(kernel_.modes().rbegin())->second, schema::PolicyMode::monitor);
  EXPECT_EQ(status("b").state, api::PolicyState::disabled);
}

TEST_F(Manager, a_mode_that_was_set_outlives_a_text_that_cannot_enforce) {
  manager_.sync_static({file("/p/a", "a file_open!")});
  ASSERT_TRUE(manager_.configure({"static", "a"}, {.mode = api::RequestedMode::monitor}));
  manager_.sync_static({file("/p/a", "a file_open")});
  EXPECT_EQ(status("a").mode, api::EffectiveMode::monitor_only);
  manager_.sync_static({file("/p/a", "a file_open!")});
  EXPECT_EQ(status("a").mode, api::EffectiveMode::monitor);
  EXPECT_EQ(kernel_.modes().rbegin()->second, schema::PolicyMode::monitor);
}

TEST_F(Manager, a_mode_that_the_file_changes_is_the_files) {
  manager_.sync_static({file("/p/a", "a file_open!")});
  ASSERT_TRUE(manager_.configure({"static", "a"}, {.mode = api::RequestedMode::enforce}));
  manager_.sync_static({file("/p/a", "a monitor file_open!")});
  EXPECT_EQ(status("a").mode, api::EffectiveMode::monitor);
  ASSERT_TRUE(manager_.configure({"static", "a"}, {.mode = api::RequestedMode::enforce}));
  manager_.sync_static({file("/p/a", "a monitor file_open! bprm_check_security")});
  EXPECT_EQ(status("a").mode, api::EffectiveMode::enforce) << "the file says the same as before";
  manager_.sync_static({file("/p/a", "a file_open!")});
  EXPECT_EQ(status("a").mode, api::EffectiveMode::enforce);
}

TEST_F(Manager, a_mode_that_the_file_now_writes_is_the_files_though_it_was_meant_before) {
  manager_.sync_static({file("/p/a", "a file_open!")});
  ASSERT_TRUE(manager_.configure({"static", "a"}, {.mode = api::RequestedMode::monitor}));
  manager_.sync_static({file("/p/a", "a enforce file_open!")});
  EXPECT_EQ(status("a").mode, api::EffectiveMode::enforce);
}

TEST_F(Manager, one_policy_of_several_that_was_deleted_is_loaded_again_with_its_file) {
  manager_.sync_static({file("/p/a", "one file_open!\ntwo file_open")});
  ASSERT_TRUE(manager_.configure({"static", "one"}, {.mode = api::RequestedMode::monitor}));
  ASSERT_TRUE(manager_.remove({"static", "two"}));
  const auto report = manager_.sync_static({file("/p/a", "one file_open!\ntwo file_open")});
  EXPECT_EQ(report.loaded, 1u);
  EXPECT_EQ(manager_.list().size(), 2u);
  EXPECT_EQ(status("one").mode, api::EffectiveMode::monitor);
}

TEST_F(Manager, events_of_what_runs_are_known_however_many_changes_failed) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  const auto id = static_cast<std::uint32_t>(status("one").id);
  kernel_.fail_install(file_open, "the verifier says no");
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(manager_.add("two file_open", "grpc"));
  registry_.drained(boot_time_ns() + 2 * decode::HookMap::grace_ns);
  EXPECT_NE(registry_.find({id, 0, 1}), nullptr);
}

TEST_F(Manager, a_record_that_waits_is_known_after_a_thousand_changes) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  const auto id = static_cast<std::uint32_t>(status("one").id);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(manager_.add("two file_open", "grpc"));
    ASSERT_TRUE(manager_.remove({"grpc", "two"}));
  }
  EXPECT_NE(registry_.find({id, 0, 1}), nullptr);
  registry_.drained(boot_time_ns() + 2 * decode::HookMap::grace_ns);
  EXPECT_NE(registry_.find({id, 0, 1'001}), nullptr);
  EXPECT_EQ(registry_.size(), 1u);
}

TEST_F(Manager, a_closed_one_changes_nothing_any_more) {
  ASSERT_TRUE(manager_.add("one file_open", "grpc"));
  manager_.close();
  EXPECT_EQ(failure(manager_.add("two file_open", "grpc")), api::FailureKind::refused);
  EXPECT_EQ(failure(manager_.remove({"grpc", "one"})), api::FailureKind::refused);
  EXPECT_EQ(manager_.list().size(), 1u);
}

TEST_F(Manager, a_file_that_breaks_leaves_its_last_good_policy_running) {
  manager_.sync_static({file("/p/a", "a file_open")});
  manager_.sync_static({file("/p/a", "broken")});
  EXPECT_EQ(status("a").state, api::PolicyState::enabled);
  EXPECT_NE(status("a").error, "");
  EXPECT_EQ(kernel_.hooks().size(), 1u);
  const auto report = manager_.sync_static({file("/p/a", "a file_open")});
  EXPECT_EQ(report.loaded, 1u);
  EXPECT_EQ(status("a").error, "");
}

TEST_F(Manager, a_new_version_the_kernel_refuses_leaves_the_old_one_and_removes_what_is_gone) {
  manager_.sync_static({file("/p/a", "a file_open"), file("/p/b", "b inode_unlink")});
  kernel_.fail_install(bprm_check, "no");
  manager_.sync_static({file("/p/a", "a bprm_check_security")});
  EXPECT_EQ(status("a").error, "no");
  EXPECT_EQ(kernel_.hooks().size(), 1u);
  EXPECT_EQ(kernel_.hooks().count(file_open), 1u);
  EXPECT_EQ(manager_.list().size(), 1u);
}

TEST_F(Manager, two_files_with_the_same_policy) {
  const auto report =
      manager_.sync_static({file("/p/a", "same file_open"), file("/p/b", "same file_open")});
  EXPECT_EQ(report.loaded, 1u);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].error, "/p/a has a policy named 'same' as well");
}

TEST_F(Manager, names_move_between_files_in_one_run) {
  manager_.sync_static({file("/p/a", "x1 file_open"), file("/p/c", "x2 file_open")});
  const auto report =
      manager_.sync_static({file("/p/a", "x2 file_open!"), file("/p/c", "x3 file_open")});
  EXPECT_EQ(report.loaded, 2u);
  EXPECT_TRUE(report.failures.empty());
  ASSERT_EQ(manager_.list().size(), 2u);
  EXPECT_EQ(status("x2").mode, api::EffectiveMode::enforce) << "as the new file has it";
  EXPECT_EQ(status("x3").state, api::PolicyState::enabled);
}

TEST_F(Manager, names_that_files_exchange_are_swapped_at_once) {
  manager_.sync_static({file("/p/a", "x1 file_open"), file("/p/c", "x2 file_open")});
  const auto report =
      manager_.sync_static({file("/p/a", "x2 file_open!"), file("/p/c", "x1 file_open!")});
  EXPECT_EQ(report.loaded, 2u);
  EXPECT_TRUE(report.failures.empty());
  EXPECT_EQ(manager_.list().size(), 2u);
  EXPECT_EQ(calls("install lsm/file_open"), 2u);
  EXPECT_EQ(calls("remove lsm/file_open"), 0u);
}

TEST_F(Manager, a_file_that_breaks_keeps_its_names) {
  manager_.sync_static({file("/p/a", "x1 file_open"), file("/p/b", "x2 file_open"),
                        file("/p/c", "x3 file_open"), file("/p/d", "x4 file_open")});
  const auto report =
      manager_.sync_static({file("/p/a", "x2 file_open"), file("/p/b", "x3 file_open"),
                            file("/p/c", "broken"), file("/p/d", "x5 file_open")});
  EXPECT_EQ(report.loaded, 1u);
  ASSERT_EQ(report.failures.size(), 3u);
  EXPECT_EQ(status("x1").error, "/p/b keeps its policy 'x2', since what it says now is not loaded");
  EXPECT_EQ(status("x2").error, "/p/c keeps its policy 'x3', since what it says now is not loaded");
  for (const char* name : {"x1", "x2", "x3", "x5"})
    EXPECT_EQ(status(name).state, api::PolicyState::enabled) << name;
  EXPECT_EQ(manager_.list().size(), 4u);
}

TEST_F(Manager, a_name_stays_with_the_file_that_still_says_it) {
  manager_.sync_static({file("/p/a", "x1 file_open"), file("/p/c", "x2 file_open")});
  const auto report =
      manager_.sync_static({file("/p/a", "x2 file_open"), file("/p/c", "x2 file_open!")});
  EXPECT_EQ(report.loaded, 1u);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].path, "/p/a");
  EXPECT_EQ(report.failures[0].error, "/p/c has a policy named 'x2' as well");
  EXPECT_EQ(status("x2").mode, api::EffectiveMode::enforce);
  EXPECT_EQ(status("x1").state, api::PolicyState::enabled);
}

TEST_F(Manager, files_between_which_a_name_moves_change_together_or_not_at_all) {
  manager_.sync_static({file("/p/a", "x1 file_open"), file("/p/b", "b file_open"),
                        file("/p/c", "x2 file_open"), file("/p/d", "d file_open")});
  kernel_.fail_install(bprm_check, "too complex");
  const auto report =
      manager_.sync_static({file("/p/a", "x2 bprm_check_security"), file("/p/b", "b file_open!"),
                            file("/p/c", "x1 file_open"), file("/p/d", "d file_open!")});
  EXPECT_EQ(report.loaded, 2u);
  ASSERT_EQ(report.failures.size(), 2u);
  EXPECT_EQ(report.failures[0].error,
            "names move between it and /p/c, so they change together or not at all: too complex");
  EXPECT_EQ(report.failures[1].error,
            "names move between it and /p/a, so they change together or not at all: too complex");
  EXPECT_EQ(status("x1").hooks.size(), 1u);
  EXPECT_EQ(status("x2").hooks.size(), 1u);
  EXPECT_EQ(status("b").mode, api::EffectiveMode::enforce);
  EXPECT_EQ(status("d").mode, api::EffectiveMode::enforce);
  EXPECT_EQ(manager_.list().size(), 4u);
  kernel_.allow_install(bprm_check);
  EXPECT_EQ(manager_
                .sync_static({file("/p/a", "x2 bprm_check_security"), file("/p/b", "b file_open!"),
                              file("/p/c", "x1 file_open"), file("/p/d", "d file_open!")})
                .loaded,
            2u);
  EXPECT_EQ(status("x2").error, "");
}

TEST_F(Manager, a_reload_leaves_other_domains_alone) {
  ASSERT_TRUE(manager_.add("mine file_open", "grpc"));
  manager_.sync_static({file("/p/a", "a file_open")});
  manager_.sync_static({});
  ASSERT_EQ(manager_.list().size(), 1u);
  EXPECT_EQ(status("mine").state, api::PolicyState::enabled);
}

TEST_F(Manager, a_disabled_file_stays_disabled_when_it_changes) {
  manager_.sync_static({file("/p/a", "a file_open")});
  ASSERT_TRUE(manager_.configure({"static", "a"}, {.activation = api::Activation::disable}));
  manager_.sync_static({file("/p/a", "a file_open!")});
  EXPECT_EQ(status("a").state, api::PolicyState::disabled);
  EXPECT_TRUE(kernel_.hooks().empty());
}

TEST_F(Manager, files_with_several_documents_come_and_go_whole) {
  manager_.sync_static({file("/p/a", "one file_open\ntwo file_open"), file("/p/b", "b file_open")});
  EXPECT_EQ(manager_.list().size(), 3u);
  manager_.sync_static(
      {file("/p/a", "one file_open\nthree file_open"), file("/p/b", "b file_open")});
  EXPECT_EQ(manager_.list().size(), 3u);
  EXPECT_EQ(status("three").state, api::PolicyState::enabled);
  EXPECT_EQ(calls("install lsm/file_open"), 2u);
}

TEST_F(Manager, a_policy_is_managed_though_a_broken_file_is_named_like_it) {
  manager_.sync_static({file("/p/guard.yaml", "broken"), file("/p/z.yaml", "guard file_open!")});
  const api::PolicyKey guard{"static", "guard"};
  EXPECT_TRUE(manager_.configure(guard, {.mode = api::RequestedMode::monitor}));
  EXPECT_TRUE(manager_.configure(guard, {.activation = api::Activation::disable}));
  EXPECT_TRUE(manager_.configure(guard, {.activation = api::Activation::enable}));
  EXPECT_EQ(kernel_.hooks().size(), 1u);
  EXPECT_TRUE(manager_.remove(guard));
  EXPECT_TRUE(kernel_.hooks().empty());
  EXPECT_EQ(status("guard").state, api::PolicyState::load_error) << "of the broken file";
  EXPECT_TRUE(manager_.remove(guard));
  EXPECT_TRUE(manager_.list().empty());
}

TEST_F(Manager, who_is_told_to_stop_loads_no_more_files) {
  bool told = false;
  PolicyManager manager(
      kernel_, registry_,
      [&](const std::shared_ptr<SourceFile>& source) {
        EXPECT_FALSE(std::exchange(told, true));
        return compile(source);
      },
      [&] { return told; });
  const auto report =
      manager.sync_static({file("/p/a", "a file_open"), file("/p/b", "b file_open")});
  EXPECT_EQ(report.loaded, 0u);
  EXPECT_TRUE(report.failures.empty());
  EXPECT_TRUE(kernel_.hooks().empty());
}

TEST(Slots, are_used_again_longest_free_first) {
  Slots slots(2);
  EXPECT_EQ(slots.take(), 0u);
  EXPECT_EQ(slots.take(), 1u);
  EXPECT_FALSE(slots.take());
  slots.give_back(1);
  slots.give_back(0);
  EXPECT_EQ(slots.take(), 1u);
}

}  // namespace
}  // namespace vigil::daemon
