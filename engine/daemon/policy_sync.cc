// The static domain follows the policy files.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/text.h"
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

// The file says more than is loaded.
void PolicyManager::forget_text(const std::string& path) {
  for (const auto& entry : at_path(path)) entry->text.clear();
}

// What the kernel still runs of them goes with the next run.
void PolicyManager::forget_other_paths(const std::vector<StaticFile>& files, SyncReport& report) {
  report.removed += std::erase_if(entries_, [&](const EntryPtr& entry) {
    return entry->key.domain == static_domain &&
           std::ranges::none_of(files,
                                [&](const StaticFile& file) { return file.path == entry->path; });
  });
}

api::Outcome<PolicyManager::Entries> PolicyManager::load_file(const StaticFile& file) {
  if (!file.error.empty()) return api::Failure{api::FailureKind::invalid, file.error};
  auto entries = make_entries(file.path, file.text, static_domain);
  if (!entries) return entries;
  const auto before = at_path(file.path);
  for (const auto& entry : *entries) {
    entry->path = file.path;
    entry->text = file.text;
    for (const auto& old : before)
      if (old->key == entry->key && old->runnable)
        if (auto kept = keep_settings(*old, *entry); !kept) return kept.error();
  }
  return entries;
}

// What was set at run time outlives an edit of the file, unless the edit is about just that; a
// text that cannot enforce keeps the mode for one that can.
api::Outcome<void> PolicyManager::keep_settings(const Entry& before, Entry& entry) {
  entry.activation = before.activation;
  const auto& policy = entry.runnable->policy;
  const bool is_the_files = before.runnable->policy.written_mode() != policy.written_mode();
  if (!before.mode_was_set || is_the_files) return {};
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
    entry->key = {static_domain, printable(std::filesystem::path(file.path).stem().string())};
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
    } else if (auto entries = load_file(file)) {
      candidates.push_back({&file, std::move(*entries)});
    } else {
      keep_with_error(file, entries.error(), report);
    }
  }
  return candidates;
}

NameClaims PolicyManager::claims_of(const Candidates& candidates) {
  NameClaims claims;
  for (const auto& candidate : candidates) {
    auto& claim = claims.emplace_back(NameClaim{candidate.file->path, {}});
    for (const auto& entry : candidate.entries) claim.names.push_back(entry->key.name);
  }
  return claims;
}

// Who does not get the names it says keeps what it has, with an error.
PolicyManager::Groups PolicyManager::settle_names(Candidates candidates, SyncReport& report) {
  NameHolders holders;
  for (const auto& entry : entries_)
    if (entry->key.domain == static_domain && entry->runnable)
      holders[entry->key.name] = {entry->path, entry->error.empty()};
  const auto refusals = judge(holders, claims_of(candidates));
  Candidates granted;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (refusals[i].empty())
      granted.push_back(std::move(candidates[i]));
    else
      keep_with_error(*candidates[i].file, {api::FailureKind::already_exists, refusals[i]}, report);
  }
  Groups groups;
  for (const auto& positions : linked(holders, claims_of(granted))) {
    auto& group = groups.emplace_back();
    for (const auto position : positions) group.push_back(std::move(granted[position]));
  }
  return groups;
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

// As their files stand in the directories.
PolicyManager::Candidates PolicyManager::in_order(std::span<const Candidates> groups) {
  Candidates all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  std::ranges::sort(all, {}, &Candidate::file);
  return all;
}

// All together, or, when the kernel says no, halves: the one at fault is found with few
// rebuilds. What else changed does not wait for it.
void PolicyManager::run_or_split(std::span<const Candidates> groups, SyncReport& report) {
  if (is_stopping()) return;
  const auto candidates = in_order(groups);
  auto ran = run(with(candidates));
  if (ran) {
    report.loaded += candidates.size();
    for (const auto& candidate : candidates)
      if (const auto& warnings = candidate.entries.front()->warnings; !warnings.empty())
        report.warnings.push_back({candidate.file->path, warnings});
    return;
  }
  if (groups.empty()) return report.failures.push_back({"", ran.error().message});
  if (groups.size() == 1) {
    keep_together(groups[0], ran.error(), report);
    return run_or_split({}, report);
  }
  run_or_split(groups.first(groups.size() / 2), report);
  run_or_split(groups.subspan(groups.size() / 2), report);
}

std::vector<std::string> PolicyManager::paths_but(const Candidate& candidate,
                                                  const Candidates& group) {
  std::vector<std::string> paths;
  for (const auto& other : group)
    if (other.file != candidate.file) paths.push_back(printable(other.file->path));
  return paths;
}

void PolicyManager::keep_together(const Candidates& group, const api::Failure& failure,
                                  SyncReport& report) {
  for (const auto& candidate : group) {
    auto told = failure;
    if (group.size() > 1)
      told.message =
          fmt::format("names move between it and {}, so they change together or not at all: {}",
                      fmt::join(paths_but(candidate, group), ", "), failure.message);
    keep_with_error(*candidate.file, told, report);
  }
}

SyncReport PolicyManager::sync_static(const std::vector<StaticFile>& files) {
  const Change change(*this);
  SyncReport report;
  forget_other_paths(files, report);
  run_or_split(settle_names(load_changed(files, report), report), report);
  return report;
}

}  // namespace vigil::daemon
