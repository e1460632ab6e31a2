#include "engine/daemon/policy_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "kernel/include/runtime_abi.h"

namespace vigil::daemon {
namespace {

api::Failure failed(api::FailureKind kind, std::string message) {
  return {kind, std::move(message)};
}

constexpr std::size_t longest_domain = 253;  // as of a policy's name
constexpr std::string_view letters_of_domains =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

bool is_domain(std::string_view name) {
  return !name.empty() && name.size() <= longest_domain &&
         name.find_first_not_of(letters_of_domains) == std::string_view::npos;
}

schema::PolicyMode to_mode(api::RequestedMode mode) {
  switch (mode) {
    case api::RequestedMode::enforce: return schema::PolicyMode::enforce;
    case api::RequestedMode::monitor: return schema::PolicyMode::monitor;
  }
  return schema::PolicyMode::enforce;
}

bool knows_files(const check::CheckedPolicy& policy) {
  return std::ranges::any_of(
      policy.hooks(), [](const check::Hook& hook) { return hook.place && hook.place->verified; });
}

}  // namespace

PolicyManager::PolicyManager(loader::Kernel& kernel, decode::HookMap& registry, Compiler compiler,
                             ToldToStop told_to_stop)
    : kernel_(kernel),
      compiler_(std::move(compiler)),
      told_to_stop_(std::move(told_to_stop)),
      slots_(VG_MAX_POLICIES),
      books_{kernel, slots_, registry},
      set_(kernel, registry) {}

api::Outcome<PolicyManager::EntryPtr> PolicyManager::make_entry(check::CheckedPolicy policy,
                                                                const std::string& domain) {
  const auto slot = slots_.take();
  if (!slot)
    return failed(
        api::FailureKind::exhausted,
        fmt::format("{} policies are loaded, the most there can be", int{VG_MAX_POLICIES}));
  auto entry = std::make_shared<Entry>();
  entry->id = next_id_++;
  entry->key = {domain, policy.name()};
  entry->mode = policy.mode();
  entry->runnable = std::make_shared<RunnablePolicy>(std::move(policy), entry->id, *slot, books_);
  if (auto reset = kernel_.reset_policy(*slot, entry->mode); !reset)
    return failed(api::FailureKind::kernel, reset.error().message());
  return entry;
}

api::Outcome<PolicyManager::Entries> PolicyManager::make_entries(const std::string& name,
                                                                 const std::string& text,
                                                                 const std::string& domain) {
  auto checked = compiler_(std::make_shared<SourceFile>(SourceFile{name, text}));
  if (!checked) return failed(api::FailureKind::invalid, checked.error());
  Entries entries;
  for (auto& policy : checked->policies) {
    auto entry = make_entry(std::move(policy), domain);
    if (!entry) return entry.error();
    (*entry)->warnings = checked->warnings;
    for (const auto& other : entries)
      if (other->key == (*entry)->key)
        return failed(api::FailureKind::invalid,
                      fmt::format("two policies are named '{}'", other->key.name));
    entries.push_back(std::move(*entry));
  }
  return entries;
}

// A file that never loaded goes by its own name, which may be that of another file's policy.
api::Outcome<PolicyManager::EntryPtr> PolicyManager::find(const api::PolicyKey& key) const {
  EntryPtr unloaded;
  const Entry* namesake = nullptr;
  for (const auto& entry : entries_) {
    if (entry->key == key && entry->runnable) return entry;
    if (entry->key == key) unloaded = entry;
    if (entry->key.name == key.name) namesake = entry.get();
  }
  if (unloaded) return unloaded;
  auto message = fmt::format("there is no policy '{}' in domain '{}'", key.name, key.domain);
  if (namesake) message += fmt::format("; there is one in domain '{}'", namesake->key.domain);
  return failed(api::FailureKind::not_found, std::move(message));
}

void PolicyManager::close() {
  const Change change(*this);
  closed_ = true;
}

bool PolicyManager::is_stopping() {
  closed_ = closed_ || told_to_stop_();
  return closed_;
}

void PolicyManager::publish() {
  std::vector<Listed> policies;
  for (const auto& entry : entries_) policies.push_back(*entry);
  Hooks hooks = set_.hooks().running();
  const std::lock_guard lock(listed_mutex_);
  listed_.swap(policies);
  listed_hooks_.swap(hooks);
}

api::Outcome<void> PolicyManager::run(Entries wanted) {
  if (is_stopping()) return failed(api::FailureKind::refused, "the daemon is stopping");
  std::vector<RunnablePtr> runnable;
  for (const auto& entry : wanted)
    if (entry->runnable && entry->activation == api::Activation::enable)
      runnable.push_back(entry->runnable);
  if (auto ran = set_.run(std::move(runnable)); !ran) return ran.error();
  entries_ = std::move(wanted);
  return {};
}

api::Outcome<api::Added> PolicyManager::add(std::string yaml, std::string domain) {
  if (!is_domain(domain))
    return failed(api::FailureKind::invalid,
                  fmt::format("a domain's name has 1 to {} letters, digits, '.', '-' or '_'",
                              longest_domain));
  if (domain == static_domain)
    return failed(api::FailureKind::refused,
                  fmt::format("domain '{}' is for policy files of the daemon", domain));
  const Change change(*this);
  auto added = make_entries("<" + domain + ">", yaml, domain);
  if (!added) return added.error();
  for (const auto& entry : *added)
    if (find(entry->key))
      return failed(api::FailureKind::already_exists,
                    fmt::format("there is already a policy '{}' in domain '{}'; delete it first",
                                entry->key.name, domain));
  Entries wanted = entries_;
  wanted.insert(wanted.end(), added->begin(), added->end());
  if (auto ran = run(std::move(wanted)); !ran) return ran.error();
  api::Added all;
  for (const auto& entry : *added) all.names.push_back(entry->key.name);
  if (!added->empty()) all.warnings = added->front()->warnings;
  return all;
}

api::Outcome<void> PolicyManager::remove(const api::PolicyKey& key) {
  const Change change(*this);
  auto entry = find(key);
  if (!entry) return entry.error();
  Entries wanted = entries_;
  std::erase(wanted, *entry);
  if (auto ran = run(std::move(wanted)); !ran) return ran;
  forget_text((*entry)->path);
  return {};
}

api::Outcome<void> PolicyManager::configure(const api::PolicyKey& key,
                                            const api::PolicyChange& wanted) {
  const Change change(*this);
  auto entry = find(key);
  if (!entry) return entry.error();
  if (!(*entry)->runnable)
    return failed(api::FailureKind::refused,
                  fmt::format("policy '{}' could not be loaded", key.name));
  // The mode first: a policy that is enabled to monitor must not enforce for an instant.
  if (wanted.mode)
    if (auto set = set_mode(**entry, *wanted.mode); !set) return set.error();
  if (wanted.activation) return set_activation(*entry, *wanted.activation);
  return {};
}

api::Outcome<void> PolicyManager::set_mode(Entry& entry, api::RequestedMode mode) {
  if (!entry.runnable->policy.enforces())
    return failed(api::FailureKind::refused,
                  fmt::format("policy '{}' has no action that enforces, so it can only monitor",
                              entry.key.name));
  if (auto set = kernel_.set_policy_mode(entry.runnable->slot, to_mode(mode)); !set)
    return failed(api::FailureKind::kernel, set.error().message());
  entry.mode = to_mode(mode);
  entry.mode_was_set = true;
  return {};
}

api::Outcome<void> PolicyManager::set_activation(const EntryPtr& entry,
                                                 api::Activation activation) {
  if (activation == api::Activation::disable && knows_files(entry->runnable->policy))
    return failed(api::FailureKind::refused,
                  fmt::format("policy '{}' has 'binaryDigests', which would not be looked at when "
                              "it is enabled again; delete it instead",
                              entry->key.name));
  const auto before = std::exchange(entry->activation, activation);
  auto ran = run(entries_);
  if (!ran) entry->activation = before;
  return ran;
}

}  // namespace vigil::daemon
