// The language as it is told to editors and people.
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "cli/command_line.h"
#include "cli/explain_field.h"
#include "cli/json_schema.h"
#include "cli/language_reference.h"

namespace vigil::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const Painter plain(Painter::Mode::plain);

std::string explained(std::string_view name) { return explain_field(name, plain).value_or("-"); }

google::protobuf::Struct parsed(const std::string& json) {
  google::protobuf::Struct value;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &value);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return value;
}

TEST(JsonSchema, IsOneAndItsReferencesLeadSomewhere) {
  const std::string text = json_schema();
  const auto schema = parsed(text);
  const auto& definitions = schema.fields().at("definitions").struct_value().fields();
  const std::regex reference("#/definitions/([^\"]*)");
  int count = 0;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), reference);
       it != std::sregex_iterator(); ++it, ++count)
    EXPECT_TRUE(definitions.contains((*it)[1])) << (*it)[1];
  EXPECT_GT(count, 20);
}

TEST(JsonSchema, KnowsKeysWordsAndWhatIsMissing) {
  const auto schema = parsed(json_schema());
  const auto& definitions = schema.fields().at("definitions").struct_value().fields();
  const auto& match_args =
      definitions.at("spec.kprobes.selectors.matchArgs").struct_value().fields();
  EXPECT_FALSE(match_args.at("additionalProperties").bool_value());
  EXPECT_EQ(match_args.at("required").list_value().values(0).string_value(), "operator");
  const auto& operators = match_args.at("properties").struct_value().fields().at("operator");
  const auto& words = operators.struct_value().fields().at("enum").list_value();
  EXPECT_EQ(words.values(0).string_value(), "Equal");
  EXPECT_EQ(words.values_size(),
            operators.struct_value().fields().at("enumDescriptions").list_value().values_size());
}

TEST(Reference, IsTheOneInTheDocumentation) {
  std::ifstream file(std::string(std::getenv("VIGIL_ROOT")) + "/docs/language/reference.md");
  std::stringstream committed;
  committed << file.rdbuf();
  EXPECT_TRUE(committed.str() == language_reference())
      << "run: vigil policy schema --output markdown > docs/language/reference.md";
}

TEST(Explain, TellsOfAFieldWhereverItIsNamed) {
  const std::string text = explained("spec.kprobes.selectors.matchArgs.operator");
  EXPECT_THAT(text,
              testing::StartsWith("spec.kprobes.selectors.matchArgs.operator: word, required\n"));
  EXPECT_THAT(text, HasSubstr("  GT                  is greater than one of the values\n"));
  EXPECT_THAT(text, HasSubstr("\nExample:\n  operator: Prefix\n"));
  EXPECT_EQ(explained("kprobes.selectors.matchArgs.operator"), text);
  EXPECT_THAT(explained("matchPIDs"), HasSubstr("\n  operator *      Whether"));
  EXPECT_THAT(explained("matchPIDs"), HasSubstr("\nAlso spec.fentries.selectors.matchPIDs, "));
}

TEST(Explain, ListsWhatIsMeantInSeveralWays) {
  const std::string text = explained("operator");
  EXPECT_THAT(text, testing::StartsWith("'operator' stands in several places:\n"));
  EXPECT_THAT(text, HasSubstr("spec.kprobes.selectors.matchPIDs.operator"));
}

TEST(Explain, KnowsWords) {
  EXPECT_THAT(explained("Sigkill"), testing::StartsWith("Sigkill: one of the actions"));
  EXPECT_EQ(explained("Sigkil"), "-");
}

TEST(Explain, LinesFitATerminal) {
  for (const char* name : {"spec", "operator", "matchArgs.operator", "matchActions", "type"}) {
    std::istringstream lines(explained(name));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
  }
}

TEST(Explain, TheTreeWritesEachMappingOnce) {
  const std::string tree = field_tree(plain);
  EXPECT_THAT(tree, HasSubstr("    call  text\n"));
  EXPECT_THAT(tree, HasSubstr("  fentries  list of mappings\n"));
  EXPECT_THAT(tree, HasSubstr("    selectors  list of mappings, as spec.kprobes.selectors\n"));
  EXPECT_THAT(tree, Not(HasSubstr("\x1b")));
}

struct Outcome {
  ExitStatus status;
  std::string out, err;
};

Outcome run(std::vector<const char*> words) {
  words.insert(words.begin(), "vigil");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const auto status = run_command_line(static_cast<int>(words.size()), words.data());
  auto out = testing::internal::GetCapturedStdout();
  return {status, std::move(out), testing::internal::GetCapturedStderr()};
}

TEST(Explain, IsAVerbThatNeedsNoDaemon) {
  EXPECT_EQ(run({"explain"}).out, field_tree(plain));
  EXPECT_EQ(run({"explain", "matchPIDs"}).out, explained("matchPIDs"));
  const auto miss = run({"explain", "matchpids"});
  EXPECT_EQ(miss.status, ExitStatus::failed);
  EXPECT_EQ(miss.err, "vigil: there is no field 'matchpids'; did you mean 'matchPIDs'?\n");
  EXPECT_EQ(run({"explain", "\x1b[31m"}).err,
            "vigil: there is no field '\\x1b[31m'; 'vigil explain' lists them\n");
  EXPECT_EQ(run({"explain", "a", "b"}).status, ExitStatus::usage);
  EXPECT_EQ(run({"policy", "schema"}).out, json_schema());
  EXPECT_EQ(run({"policy", "schema", "--output", "markdown"}).out, language_reference());
  EXPECT_EQ(run({"policy", "schema", "--output", "yaml"}).status, ExitStatus::usage);
}

}  // namespace
}  // namespace vigil::cli
