// The static domain follows the policy files.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/daemon/policy_manager.h"

namespace vigil::daemon {

PolicyManager::Entries PolicyManager::at_path(const std::string& path) const {
  Entries found;
  for (const auto& entry : entries_)
    if (entry->key.domain == static_domain && entry->path == path) found.push_back(entry);
  return found;
}

bool PolicyManager::is_loaded(const StaticFile& file) const {
  const auto entries = at_path(file.path);
  return !entries.empty() && file.error.empty() &&
         std::ranges::all_of(entries, [&](const EntryPtr& entry) {
           return entry->text == file.text && entry->error.empty();
         });
}

// What the kernel still runs of them goes with the next run.
void PolicyManager::forget_other_paths(const std::vector<StaticFile>& files, SyncReport& report) {
  report.removed += std::erase_if(entries_, [&](const EntryPtr& entry) {
    return entry->key.domain == static_domain &&
           std::ranges::none_of(files,
                                [&](const StaticFile& file) { return file.path == entry->path; });
  });
}

api::Outcome<PolicyManager::Entries> PolicyManager::load_file(const StaticFile& file,
                                                              const Candidates& before) {
  if (!file.error.empty()) return api::Failure{api::FailureKind::invalid, file.error};
  auto entries = make_entries(file.path, file.text, static_domain);
  if (!entries) return entries;
  Entries others = entries_;
  for (const auto& candidate : before)
    others.insert(others.end(), candidate.entries.begin(), candidate.entries.end());
  for (const auto& entry : *entries) {
    entry->path = file.path;
    entry->text = file.text;
    for (const auto& other : others) {
      if (other->key != entry->key || !other->runnable) continue;
      if (other->path != file.path)
        return api::Failure{
            api::FailureKind::already_exists,
            fmt::format("{} has a policy named '{}' as well", other->path, entry->key.name)};
      if (auto kept = keep_settings(*other, *entry); !kept) return kept.error();
    }
  }
  return entries;
}

// What was set at run time outlives an edit of the file, unless the edit is about just that.
api::Outcome<void> PolicyManager::keep_settings(const Entry& before, Entry& entry) {
  entry.activation = before.activation;
  const auto& policy = entry.runnable->policy;
  if (!before.mode_was_set || before.runnable->policy.mode() != policy.mode() || !policy.enforces())
    return {};
  if (auto set = kernel_.set_policy_mode(entry.runnable->slot, before.mode); !set)
    return api::Failure{api::FailureKind::kernel, set.error().message()};
  entry.mode = before.mode;
  entry.mode_was_set = true;
  return {};
}

// The broken text is remembered, and tried again by the next reload.
void PolicyManager::keep_with_error(const StaticFile& file, const api::Failure& failure,
                                    SyncReport& report) {
  report.failures.push_back({file.path, failure.message});
  auto entries = at_path(file.path);
  if (entries.empty()) {
    auto entry = std::make_shared<Entry>();
    entry->id = next_id_++;
    entry->key = {static_domain, std::filesystem::path(file.path).stem().string()};
    entry->path = file.path;
    entries_.push_back(entry);
    entries.push_back(entry);
  }
  for (const auto& entry : entries) {
    entry->text = file.text;
    entry->error = failure.message;
  }
}

PolicyManager::Candidates PolicyManager::load_changed(const std::vector<StaticFile>& files,
                                                      SyncReport& report) {
  Candidates candidates;
  for (const auto& file : files) {
    if (is_stopping()) return {};
    if (is_loaded(file)) {
      ++report.unchanged;
    } else if (auto entries = load_file(file, candidates)) {
      candidates.push_back({&file, std::move(*entries)});
    } else {
      keep_with_error(file, entries.error(), report);
    }
  }
  return candidates;
}

// New versions stand where the old ones stood.
PolicyManager::Entries PolicyManager::with(const Candidates& candidates) const {
  Entries wanted = entries_;
  for (const auto& candidate : candidates) {
    auto place = std::ranges::find_if(wanted, [&](const EntryPtr& entry) {
      return entry->key.domain == static_domain && entry->path == candidate.file->path;
    });
    const auto position = place - wanted.begin();
    std::erase_if(wanted, [&](const EntryPtr& entry) {
      return entry->key.domain == static_domain && entry->path == candidate.file->path;
    });
    wanted.insert(wanted.begin() + position, candidate.entries.begin(), candidate.entries.end());
  }
  return wanted;
}

// All together, or, when the kernel says no, halves: the one at fault is found with few
// rebuilds. What else changed does not wait for it.
void PolicyManager::run_or_split(const Candidates& candidates, SyncReport& report) {
  if (is_stopping()) return;
  auto ran = run(with(candidates));
  if (ran) {
    report.loaded += candidates.size();
    for (const auto& candidate : candidates)
      if (const auto& warnings = candidate.entries.front()->warnings; !warnings.empty())
        report.warnings.push_back({candidate.file->path, warnings});
    return;
  }
  if (candidates.empty()) return report.failures.push_back({"", ran.error().message});
  if (candidates.size() == 1) {
    keep_with_error(*candidates[0].file, ran.error(), report);
    return run_or_split({}, report);
  }
  const auto middle = candidates.begin() + static_cast<std::ptrdiff_t>(candidates.size() / 2);
  run_or_split({candidates.begin(), middle}, report);
  run_or_split({middle, candidates.end()}, report);
}

SyncReport PolicyManager::sync_static(const std::vector<StaticFile>& files) {
  const Change change(*this);
  SyncReport report;
  forget_other_paths(files, report);
  run_or_split(load_changed(files, report), report);
  return report;
}

}  // namespace vigil::daemon
