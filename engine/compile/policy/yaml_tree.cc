#include "engine/compile/policy/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/node/node.h>  // clang-tidy wants what parser.h declares
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>

#include "engine/base/text.h"
#include "engine/compile/policy/parse.h"
#include "engine/compile/policy/yaml_mistakes.h"
#include "engine/compile/policy/yaml_source.h"
#include "engine/schema/codes.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;

constexpr std::string_view merge_key = "<<";

// Builds trees from the events. Once a limit is passed, it only counts down to the end.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceFilePtr& file, Diagnostics& diagnostics)
      : file_(file), source_(file), diagnostics_(diagnostics) {}

  Span span_at(const YAML::Mark& mark) const {
    return mark.is_null() ? Span{file_, 0, 0, 1} : source_.at(mark.line, mark.column);
  }
  std::vector<NodePtr> take_documents() { return std::move(documents_); }
  void refuse(const Span& span, std::string message) {
    if (!refused_) diagnostics_.error(code::too_large.code, span, std::move(message));
    refused_ = true;
    open_.clear();
  }
  void report(const YAML::Exception& error) {
    if (refused_) return;
    const Span noticed = span_at(error.mark);
    YamlMistake mistake =
        explain(error.msg, {source_.line_before(noticed), source_.rest_of_line(noticed)});
    diagnostics_.error(code::not_yaml.code, place_of(mistake, noticed), std::move(mistake.message),
                       std::move(mistake.help));
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // Of what cannot begin a document yaml-cpp makes an empty one, and then the same once more.
    if (mark.pos == document_start_) throw YAML::ParserException(mark, no_document);
    document_start_ = mark.pos;
    anchors_.clear();
    open_.clear();
    root_.reset();
  }
  void OnDocumentEnd() override {
    if (!refused_ && root_) documents_.push_back(std::move(root_));
    root_.reset();
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = start(mark, Node::Kind::null);
    if (!node) return;
    node->span = source_.nothing(node->span);
    finish(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (refused_) return;
    auto target = anchors_.find(anchor);
    if (target == anchors_.end()) return refuse(span_at(mark), "an alias inside its own anchor");
    add(target->second, span_at(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = start(mark, Node::Kind::scalar);
    if (!node) return;
    check_tag(tag, node->span);
    node->quoted = tag != "?";
    node->text = value;
    node->text_bytes = value.size();
    node->span = source_.scalar(node->span, value);
    check_quote(node->span);
    finish(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::shared_ptr<Node> node;
    NodePtr key;  // mapping: waits for its value
    YAML::anchor_t anchor;
  };

  Span place_of(const YamlMistake& mistake, const Span& noticed) const {
    switch (mistake.where) {
      case YamlMistake::Where::here: break;
      case YamlMistake::Where::tab: return source_.first_tab(noticed);
      case YamlMistake::Where::opening:
        if (!open_.empty()) return open_.back().node->span;
        break;
    }
    return noticed;
  }

  // A new node, or nothing when a limit is passed.
  std::shared_ptr<Node> start(const YAML::Mark& mark, Node::Kind kind) {
    if (refused_) return nullptr;
    if (++nodes_ > max_values) {
      refuse(span_at(mark), fmt::format("the file holds more than {} values", max_values));
      return nullptr;
    }
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->span = span_at(mark);
    return node;
  }

  // yaml-cpp takes a quote that is still open at the end of the text for closed.
  void check_quote(const Span& scalar) const {
    if (!is_open_quote(source_.rest(scalar))) return;
    YAML::Mark mark;
    mark.line = static_cast<int>(scalar.line) - 1;
    mark.column = static_cast<int>(scalar.column) - 1;
    throw YAML::ParserException(mark, open_quote);
  }

  void check_tag(const std::string& tag, const Span& span) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
    diagnostics_.error(code::wrong_shape.code, span, "the YAML tag here has no meaning",
                       "remove the tag");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    auto node = start(mark, kind);
    if (!node) return;
    if (open_.size() >= max_depth) {
      return refuse(node->span, fmt::format("nested deeper than {} levels", max_depth));
    }
    check_tag(tag, node->span);
    open_.push_back({std::move(node), nullptr, anchor});
  }

  void close() {
    if (refused_) return;
    Open done = std::move(open_.back());
    open_.pop_back();
    finish(std::move(done.node), done.anchor);
  }

  void finish(std::shared_ptr<Node> node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    Span span = node->span;
    add(std::move(node), span);
  }

  void add(NodePtr node, const Span& span) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    parent.node->values += node->values;
    if (parent.node->values > max_values) {
      return refuse(span,
                    fmt::format("more than {} values when aliases are written out", max_values));
    }
    parent.node->text_bytes += node->text_bytes;
    if (parent.node->text_bytes > max_file_bytes) {
      return refuse(span, fmt::format("more than {} bytes of text when aliases are written out",
                                      max_file_bytes));
    }
    if (parent.node->kind == Node::Kind::sequence) {
      parent.node->items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_member(*parent.node, std::move(parent.key), std::move(node));
      parent.key = nullptr;
    }
  }

  void add_member(Node& mapping, NodePtr key, NodePtr value) {
    if (key->quoted || key->text != merge_key) {
      mapping.members.emplace_back(std::move(key), std::move(value));
      return;
    }
    mapping.merges = true;
    diagnostics_.error(code::not_supported.code, key->span,
                       fmt::format("the merge key '{}' is not supported", merge_key),
                       "write out here what the alias stands for");
  }

  SourceFilePtr file_;
  YamlSource source_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, NodePtr> anchors_;
  std::vector<NodePtr> documents_;
  NodePtr root_;
  std::size_t nodes_ = 0;
  bool refused_ = false;
  std::optional<int> document_start_;  // of the last one, in the text
};

// First byte that is no UTF-8 text: yaml-cpp guesses at other encodings, and places go wrong.
std::optional<std::size_t> first_bad_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = utf8_length(text.substr(at));
    if (length == 0 || text[at] == '\0') return at;
    at += length;
  }
  return std::nullopt;
}

// Whether a bracket behind this byte, blanks aside, begins a list or mapping and is not just text.
bool may_begin_value(char before) {
  return std::string_view("\n,[{:?-").find(before) != std::string_view::npos;
}

// yaml-cpp queues all of a list or mapping in brackets before it tells of it. Text with brackets
// in it is counted roughly: far more of them must be open than may be. The first that may not, or
// none.
std::optional<std::size_t> opens_without_end(std::string_view text) {
  std::size_t open = 0, one_too_many = 0;
  char before = '\n';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool opens = c == '[' || c == '{';
    const bool counts = opens && may_begin_value(before);
    if (counts && ++open == max_depth + 1) one_too_many = at;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (open > 32 * max_depth) return one_too_many;
    if (c != ' ' && c != '\t' && c != '\r') before = opens && !counts ? 'x' : c;
  }
  return std::nullopt;
}

// What yaml-cpp queues is bounded before it is told of: as many values as there may be, twice. The
// first sign beyond, or none.
std::optional<std::size_t> one_separator_too_many(std::string_view text) {
  constexpr std::string_view separators = ",[{?";
  std::size_t count = 0;
  for (std::size_t at = text.find_first_of(separators); at != std::string_view::npos;
       at = text.find_first_of(separators, at + 1))
    if (++count > 2 * max_values) return at;
  return std::nullopt;
}

bool acceptable(const SourceFilePtr& source, Diagnostics& diagnostics) {
  if (source->text.size() > max_file_bytes) {
    diagnostics.error(code::too_large.code, {source, 0, 0, 1},
                      fmt::format("the file has {} bytes, a policy at most {}", source->text.size(),
                                  max_file_bytes));
    return false;
  }
  if (const auto deep = opens_without_end(source->text)) {
    diagnostics.error(code::too_large.code, YamlSource(source).at(*deep),
                      fmt::format("nested deeper than {} levels", max_depth));
    return false;
  }
  if (const auto many = one_separator_too_many(source->text)) {
    diagnostics.error(code::too_large.code, YamlSource(source).at(*many),
                      fmt::format("the file holds more than {} values", max_values));
    return false;
  }
  if (auto bad = first_bad_byte(source->text)) {
    diagnostics.error(code::not_yaml.code, YamlSource(source).at(*bad),
                      "the file is not UTF-8 text here", "save it as UTF-8");
    return false;
  }
  return true;
}

void run(std::istream& stream, TreeBuilder& builder) {
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::DeepRecursion& error) {
    builder.refuse(builder.span_at(error.mark),
                   fmt::format("nested deeper than {} levels", max_depth));
  } catch (const YAML::Exception& error) {
    builder.report(error);
  }
}

}  // namespace

std::vector<NodePtr> load_yaml(const SourceFilePtr& source, Diagnostics& diagnostics) {
  if (!acceptable(source, diagnostics)) return {};
  std::string_view text = source->text;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::istringstream stream{std::string(text)};
  TreeBuilder builder(source, diagnostics);
  run(stream, builder);
  return builder.take_documents();
}

}  // namespace vigil::policy
