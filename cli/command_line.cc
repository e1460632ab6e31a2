#include "cli/command_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/client.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "engine/base/command_line.h"
#include "engine/base/fd.h"
#include "engine/base/text.h"
#include "engine/schema/similar.h"

namespace vigil::cli {
namespace {

constexpr std::string_view examples = R"(
examples:
  vigil policy check protect.yaml      mistakes with line and column; no root, no daemon
  vigil explain matchArgs              what a field of a policy means
  sudo vigil policy add protect.yaml   load it
  sudo vigil events                    watch what happens
  sudo vigil policy list               what is loaded, and how it is enforced

exit status: 0 done, 1 failed, 2 wrong usage)";

void describe(CLI::App& app, Invocation& invocation) {
  app.name("vigil");
  app.set_version_flag("--version", "vigil " VIGIL_VERSION);
  app.require_subcommand(1);
  app.footer(std::string(examples));
  app.add_option("--server-address", invocation.server_address,
                 "where vigild listens: unix:///PATH or HOST:PORT (or VIGIL_SERVER_ADDRESS)")
      ->type_name("ADDRESS")
      ->check(why_no_address)
      ->capture_default_str();
  add_events(app, invocation);
  add_explain(app, invocation);
  add_policy(app, invocation);
  add_status(app, invocation);
  add_version(app, invocation);
}

// The verb that was being read: "vigil policy add".
std::string whose_help(const CLI::App& app) {
  const auto verbs = app.get_subcommands();
  return verbs.empty() ? app.get_name() : app.get_name() + " " + whose_help(*verbs.back());
}

std::string no_such_verb(const CLI::App& app, const std::string& word) {
  const CLI::App* read = &app;
  while (!read->get_subcommands().empty()) read = read->get_subcommands().back();
  std::vector<std::string_view> verbs;
  for (const CLI::App* verb : read->get_subcommands([](const CLI::App*) { return true; }))
    verbs.push_back(verb->get_name());
  const auto meant = schema::did_you_mean(word, verbs);
  return fmt::format("there is no '{} {}'{}", whose_help(app), word,
                     meant.empty() ? "" : "; " + meant);
}

// A word that is no verb is an extra word to the library, which misses the verb first.
std::string what_is_wrong(const CLI::App& app, const CLI::Error& error) {
  const auto words = app.remaining(true);
  const bool misses_verb = error.get_name() == "RequiredError";
  return misses_verb && !words.empty() ? no_such_verb(app, words.front()) : error.what();
}

// --help is output like any other.
ExitStatus leave(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out, err;
  const int status = app.exit(error, out, err);
  fmt::print("{}", out.str());
  fmt::print(stderr, "{}", err.str());
  return status == 0 ? ExitStatus::ok : ExitStatus::usage;
}

Result<ExitStatus> run_verb(const std::function<ExitStatus()>& run) {
  try {
    return run();
  } catch (const std::system_error& error) {  // fmt::print, when there is more than a buffer
    return Error(error.what());
  }
}

// What was printed but did not get out is a failure of every verb.
ExitStatus with_output(const std::function<ExitStatus()>& run) {
  const auto status = run_verb(run);
  if (!status) return finish(status.error().in("writing the output"));
  if (*status != ExitStatus::ok) return *status;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return *status;
  return finish(Error::from_errno("writing the output"));
}

}  // namespace

ExitStatus run_command_line(int argc, const char* const* argv) {
  if (!is_writable(STDOUT_FILENO)) return finish(Error("the standard output is closed"));
  Invocation invocation{.server_address = default_server_address(), .run = {}};
  CLI::App app("Client of Vigil, the runtime security enforcement engine.");
  app.fallthrough();
  app.failure_message([](const CLI::App* all, const CLI::Error& error) {
    return fmt::format("vigil: {}\n       try: {} --help\n", printable(what_is_wrong(*all, error)),
                       whose_help(*all));
  });
  describe(app, invocation);
  try {
    if (const auto why = flag_without_value(argc, argv)) throw CLI::ValidationError(*why);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return with_output([&] { return leave(app, error); });
  }
  return with_output(invocation.run);
}

void print_error(const Error& error) {
  const std::string text = printable_text(error.message());
  fmt::print(stderr, "vigil: {}{}", text, text.ends_with('\n') ? "" : "\n");
}

ExitStatus finish(const Result<void>& result) {
  if (result) return ExitStatus::ok;
  print_error(result.error());
  return ExitStatus::failed;
}

}  // namespace vigil::cli
