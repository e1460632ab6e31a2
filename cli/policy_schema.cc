// vigil policy schema: the language for editors and for people.
#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/json_schema.h"
#include "cli/language_reference.h"
#include "cli/verb.h"

namespace vigil::cli {
namespace {

enum class Output { json, markdown };
const Choices<Output> outputs = {{"json", Output::json}, {"markdown", Output::markdown}};

struct Options {
  Output output = Output::json;
};

ExitStatus run(const Options& options, const Invocation&) {
  switch (options.output) {
    case Output::json: fmt::print("{}", json_schema()); break;
    case Output::markdown: fmt::print("{}", language_reference()); break;
  }
  return ExitStatus::ok;
}

}  // namespace

void add_policy_schema(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb = *app.add_subcommand(
      "schema", "print the language as a JSON Schema for editors; needs no root and no daemon");
  add_choice(verb, "-o,--output", options->output, outputs,
             "json: JSON Schema, draft 7; markdown: docs/language/reference.md")
      ->type_name("FORM");
  verb.footer(R"(
examples:
  vigil policy schema > tracingpolicy.json
  # yaml-language-server: $schema=tracingpolicy.json      (first line of a policy, for editors))");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
