// vigil explain: what a key of a policy means.
#include <fmt/format.h>
#include <unistd.h>

#include "cli/explain_field.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "engine/base/text.h"
#include "engine/schema/field_paths.h"
#include "engine/schema/similar.h"

namespace vigil::cli {
namespace {

struct Options {
  std::string field;
};

Error no_such_field(const std::string& name) {
  const auto meant = schema::did_you_mean(schema::similar_tails(name));
  return Error(fmt::format("there is no field '{}'; {}", printable(name),
                           meant.empty() ? "'vigil explain' lists them" : meant));
}

ExitStatus run(const Options& options, const Invocation&) {
  const Painter paint(wants_colour(ColourChoice::automatic, STDOUT_FILENO) ? Painter::Mode::coloured
                                                                           : Painter::Mode::plain);
  if (options.field.empty()) {
    fmt::print("{}", field_tree(paint));
    return ExitStatus::ok;
  }
  const auto text = explain_field(options.field, paint);
  if (!text) return finish(no_such_field(options.field));
  fmt::print("{}", *text);
  return ExitStatus::ok;
}

}  // namespace

void add_explain(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb =
      *app.add_subcommand("explain", "what a field of a policy means; needs no root, no daemon");
  verb.add_option("FIELD", options->field,
                  "a path of keys or the end of one, or a word such as an operator; left out: the "
                  "tree of all fields");
  verb.footer(R"(
examples:
  vigil explain                                       every field
  vigil explain kprobes.selectors.matchArgs.operator
  vigil explain matchPIDs
  vigil explain Sigkill)");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
