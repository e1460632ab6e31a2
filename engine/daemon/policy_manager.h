// PolicyManager: names, states and modes of policies. Changes are made one after the other;
// what is listed meanwhile is as before. None of them holds up the event pipeline.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "engine/api/policy_service.h"
#include "engine/daemon/compiler.h"
#include "engine/daemon/name_claims.h"
#include "engine/daemon/policy_set.h"
#include "engine/daemon/static_policies.h"
#include "engine/daemon/stop.h"

namespace vigil::daemon {

// Policies from files.
inline constexpr const char* static_domain = "static";

class PolicyManager final : public api::PolicyService {
 public:
  // Kernel and registry must outlive it.
  PolicyManager(
      loader::Kernel& kernel, decode::HookMap& registry, Compiler compiler,
      ToldToStop told_to_stop = [] { return false; });

  api::Outcome<api::Added> add(std::string yaml, std::string domain) override;
  api::Outcome<void> remove(const api::PolicyKey& key) override;
  api::Outcome<void> configure(const api::PolicyKey& key, const api::PolicyChange& wanted) override;
  std::vector<api::PolicyStatus> list() override;

  // Of whoever sees containers come and go.
  Workloads& workloads() { return set_.workloads(); }

  // Waits for a change that is under way and refuses all that come after.
  void close();

  // Makes the static domain what `files` say. A hook is rebuilt once, however many files
  // touch it. A file that cannot be used leaves what it loaded before, and says so in the list.
  // Who is told to stop meanwhile leaves all as it is.
  SyncReport sync_static(const std::vector<StaticFile>& files);

 private:
  // What is listed of a policy.
  struct Listed {
    std::uint32_t id = 0;
    api::PolicyKey key;
    std::string error;     // why its text, as it was tried last, does not run
    std::string warnings;  // of the text that runs
    RunnablePtr runnable;  // none: nothing of it can run
    schema::PolicyMode mode = schema::PolicyMode::enforce;
    api::Activation activation = api::Activation::enable;
  };
  struct Entry : Listed {
    std::string path;           // static policies only
    std::string text;           // of the file as it was tried last; empty: to be tried again
    bool mode_was_set = false;  // at run time
  };
  using EntryPtr = std::shared_ptr<Entry>;
  using Entries = std::vector<EntryPtr>;
  using Hooks = std::map<plan::HookKey, HookSet::Hook>;

  // Holds mutex_; what came of it is listed when it ends.
  class Change {
   public:
    explicit Change(PolicyManager& manager) : manager_(manager), lock_(manager.mutex_) {}
    ~Change() { manager_.publish(); }
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

   private:
    PolicyManager& manager_;
    std::lock_guard<std::mutex> lock_;
  };
  void publish();
  bool is_stopping();

  // The policies of one text; all can be loaded or none.
  api::Outcome<Entries> make_entries(const std::string& name, const std::string& text,
                                     const std::string& domain);
  api::Outcome<EntryPtr> make_entry(check::CheckedPolicy policy, const std::string& domain);
  api::Outcome<EntryPtr> find(const api::PolicyKey& key) const;
  // Makes `wanted` the policies there are. On failure everything is as before.
  api::Outcome<void> run(Entries wanted);

  api::Outcome<void> set_activation(const EntryPtr& entry, api::Activation activation);
  api::Outcome<void> set_mode(Entry& entry, api::RequestedMode mode);

  // policy_sync.cc: all policies of a file change together.
  struct Candidate {
    const StaticFile* file;
    Entries entries;
  };
  using Candidates = std::vector<Candidate>;
  using Groups = std::vector<Candidates>;  // each changes whole
  Entries at_path(const std::string& path) const;
  bool is_loaded(const StaticFile& file) const;
  void forget_text(const std::string& path);
  void forget_other_paths(const std::vector<StaticFile>& files, SyncReport& report);
  Candidates load_changed(const std::vector<StaticFile>& files, SyncReport& report);
  api::Outcome<Entries> load_file(const StaticFile& file);
  api::Outcome<void> keep_settings(const Entry& before, Entry& entry);
  static NameClaims claims_of(const Candidates& candidates);
  Groups settle_names(Candidates candidates, SyncReport& report);
  static Candidates in_order(std::span<const Candidates> groups);
  void run_or_split(std::span<const Candidates> groups, SyncReport& report);
  Entries with(const Candidates& candidates) const;
  static std::vector<std::string> paths_but(const Candidate& candidate, const Candidates& group);
  void keep_together(const Candidates& group, const api::Failure& failure, SyncReport& report);
  void keep_with_error(const StaticFile& file, const api::Failure& failure, SyncReport& report);

  api::PolicyStatus status(const Listed& policy) const;
  void add_placements(const Listed& policy, api::PolicyStatus& status) const;
  void add_counters(const Listed& policy, api::PolicyStatus& status) const;

  loader::Kernel& kernel_;
  Compiler compiler_;
  ToldToStop told_to_stop_;

  std::mutex mutex_;  // of changes, each as long as the verifier takes
  Slots slots_;
  PolicyBooks books_;
  PolicySet set_;
  Entries entries_;  // in the order they decide in
  std::uint32_t next_id_ = 1;
  bool closed_ = false;

  std::mutex listed_mutex_;  // never held while a policy is compiled or loaded
  std::vector<Listed> listed_;
  Hooks listed_hooks_;
};

}  // namespace vigil::daemon
