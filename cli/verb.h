// What main() and the verbs share. Each verb lives in a file of its own and offers one function
// that describes its command line; parsing it leaves in Invocation what to run.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.h"

namespace vigil::cli {

enum class ExitStatus : int { ok = 0, failed = 1, usage = 2 };

struct Invocation {
  std::string server_address;
  std::function<ExitStatus()> run;  // of the verb that was named
};

void add_events(CLI::App& app, Invocation& invocation);
void add_explain(CLI::App& app, Invocation& invocation);
void add_policy(CLI::App& app, Invocation& invocation);  // the group below
void add_status(CLI::App& app, Invocation& invocation);
void add_version(CLI::App& app, Invocation& invocation);

void add_policy_add(CLI::App& app, Invocation& invocation);
void add_policy_delete(CLI::App& app, Invocation& invocation);
void add_policy_list(CLI::App& app, Invocation& invocation);
void add_policy_configure(CLI::App& app, Invocation& invocation);  // enable, disable, set-mode
void add_policy_check(CLI::App& app, Invocation& invocation);
void add_policy_explain(CLI::App& app, Invocation& invocation);
void add_policy_schema(CLI::App& app, Invocation& invocation);

// A sub-command with options of its own: `run(options, invocation)` when it is the one named.
template <typename Options, typename Run>
void on_run(CLI::App& verb, Invocation& invocation, const std::shared_ptr<Options>& options,
            Run run) {
  verb.callback([&invocation, options, run] {
    invocation.run = [&invocation, options, run] { return run(*options, invocation); };
  });
}

// "vigil: SENTENCE" on stderr, without control bytes.
void print_error(const Error& error);
// The same and failed; nothing and ok when `result` is good.
ExitStatus finish(const Result<void>& result);

}  // namespace vigil::cli
