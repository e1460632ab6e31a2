// vigil policy add: sends files to the daemon, which checks and loads them.
#include <fmt/format.h>

#include "cli/client.h"
#include "cli/compile.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "engine/base/text.h"
#include "engine/compile/policy/source_name.h"

namespace vigil::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string domain;
};

// Trailing metadata: what check has to say of a policy that was loaded all the same.
constexpr const char* warnings_key = "vigil-warnings-bin";

// The daemon knows no file name; its complaints name the policy instead, or else the domain.
std::string with_file_name(const std::string& text, const std::string& file,
                           const Options& options) {
  std::string message = policy::with_file_name(text, file);
  const std::string unnamed =
      fmt::format("<{}>", options.domain.empty() ? "grpc" : printable(options.domain));
  for (auto at = message.find(unnamed); at != std::string::npos;
       at = message.find(unnamed, at + file.size()))
    message.replace(at, unnamed.size(), file);
  return message;
}

std::string warnings_beside(const grpc::ClientContext& context) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find(warnings_key);
  return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
}

Result<void> add(const std::string& file, const Options& options, const std::string& address) {
  TRY(const auto source, read_policy_file(file));
  tetragon::AddTracingPolicyRequest request;
  request.set_yaml(source->text);
  request.set_domain(options.domain);
  grpc::ClientContext context;
  const auto answer = call(address, &Stub::AddTracingPolicy, request, context);
  const std::string name = printable(source->name);
  if (!answer) return Error(with_file_name(answer.error().message(), name, options));
  if (const auto warnings = warnings_beside(context); !warnings.empty())
    fmt::print(stderr, "{}", printable_text(with_file_name(warnings, name, options)));
  fmt::print("{}: loaded\n", name);
  return {};
}

ExitStatus run(const Options& options, const Invocation& invocation) {
  ExitStatus status = ExitStatus::ok;
  for (const auto& file : options.files)
    if (finish(add(file, options, invocation.server_address)) != ExitStatus::ok)
      status = ExitStatus::failed;
  return status;
}

}  // namespace

void add_policy_add(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb = *app.add_subcommand("add", "load policies");
  verb.add_option("FILE", options->files, "TracingPolicy files; - is the standard input")
      ->required();
  verb.add_option("--domain", options->domain, "domain to load them into (grpc)")
      ->type_name("NAME");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
