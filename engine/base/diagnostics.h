// Diagnostics: what is wrong with a policy, told to the person who wrote it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vigil {

// A policy file as read; spans point into it. Immutable once it is shared, since
// plans and loaded programs keep pointing at lines after the file is gone.
struct SourceFile {
  // As the user named it; for a policy from the API `policy "NAME"`, or the domain, "<grpc>", when
  // it has none that can be read.
  std::string name;
  std::string text;

  // Line `line` (from 1) without its newline; empty when there is none.
  std::string_view line(std::uint32_t line) const;
};
using SourceFilePtr = std::shared_ptr<const SourceFile>;

// A place in a source file. Lines and columns count from 1 (columns in bytes); line 0: no place.
struct Span {
  SourceFilePtr file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;  // bytes marked, at least 1
};

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  // stable, to search for: "VG0104"
  Span span;
  std::string message;  // what is wrong
  std::string help;     // what would be right; may be empty
};

// Collects; one mistake gives one message, many mistakes per run. Counts all, keeps
// only so many: a hostile file can hold a mistake per line.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  void error(std::string_view code, Span span, std::string message, std::string help = {});
  void warning(std::string_view code, Span span, std::string message, std::string help = {});

  bool has_errors() const { return error_count_ > 0; }
  std::size_t error_count() const { return error_count_; }
  std::size_t warning_count() const { return warning_count_; }
  // At most max_kept.
  const std::vector<Diagnostic>& all() const { return all_; }

  static constexpr std::size_t max_kept = 200;

 private:
  std::vector<Diagnostic> all_;
  std::size_t error_count_ = 0;
  std::size_t warning_count_ = 0;
};

enum class Colour { never, always };

// "file:line:column: error[VG0104]: message", the source line, a mark below it, help.
std::string render(const Diagnostic& diagnostic, Colour colour);
// All of them, in the order of the file, then a line with the counts.
std::string render(const Diagnostics& diagnostics, Colour colour);

}  // namespace vigil
