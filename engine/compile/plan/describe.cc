#include "engine/compile/plan/describe.h"

#include <fmt/core.h>

#include "engine/base/text.h"
#include "engine/compile/plan/hook_limits.h"
#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/process_values.h"

namespace vigil::plan {
namespace {

std::string_view name_of(Field field) {
  switch (field) {
    case Field::value: return "";
    case Field::source_port: return "source port of ";
    case Field::destination_port: return "destination port of ";
    case Field::protocol: return "protocol of ";
    case Field::family: return "family of ";
    case Field::state: return "state of ";
    case Field::source_address: return "source address of ";
    case Field::destination_address: return "destination address of ";
    case Field::file_type: return "type of ";
    case Field::tgid: return "process id";
    case Field::ns_tgid: return "process id in its namespace";
    case Field::binary: return "binary";
    case Field::follow: return "ancestors";
    case Field::binary_family: return "its binary or an ancestor's";
    case Field::parent_binary: return "its parent's binary";
    case Field::ancestor_binary: return "its ancestors' binaries";
    case Field::process_value: return "";
    case Field::workload: return "whether it is in a container, and in which";
  }
  return "";
}

bool is_of_process(Field field) { return field >= Field::tgid; }

struct HowRead {
  std::string operator()(const TrieClassifier& trie) const {
    return trie.reversed ? ", from its end" : "";
  }
  std::string operator()(const SubstringClassifier& texts) const {
    return texts.ignores_case ? ", anywhere, in any case" : ", anywhere";
  }
  std::string operator()(const RangeClassifier&) const { return ""; }
  std::string operator()(const AddressClassifier&) const { return ""; }
  std::string operator()(const BitClassifier& bits) const {
    return bits.none_of ? ", bits that must not be set" : ", bits";
  }
};

void append(std::string& text, std::string_view part) {
  if (!text.empty()) text += ", ";
  text += part;
}

}  // namespace

std::string describe(const Slot& slot) {
  if (slot.stack == Stack::kernel) return "the kernel's stack";
  if (slot.stack == Stack::user) return "the program's stack";
  const std::string_view type = schema::info(slot.type).name;
  if (slot.raw == function_raw) return "which of the functions was called";
  if (slot.way && slot.way->from == check::Way::From::current_task)
    return fmt::format("{} {} of the task", type, slot.way->text);
  if (slot.way && slot.way->from == check::Way::From::registers)
    return fmt::format("{} in register {}", type, slot.way->text);
  if (slot.raw == return_raw && slot.way)
    return fmt::format("{} {} of what is returned", type, slot.way->text);
  if (slot.raw == return_raw) return fmt::format("{} returned", type);
  std::string text =
      fmt::format("{} {}argument {}", type, slot.way ? slot.way->text + " of " : std::string{},
                  slot.argument.value_or(slot.raw));
  const bool is_set = schema::info(slot.type).category == schema::Category::capability_set;
  const std::string_view relation = is_set ? "without that of" : "of the size in";
  if (slot.size_raw) {
    text += fmt::format(" {} argument {}", relation, slot.size_argument.value_or(*slot.size_raw));
  }
  if (slot.user_memory) text += " in user memory";
  if (slot.whole) text += ", whole";
  return text;
}

std::string describe(const HookPlan& plan, const Dimension& dimension) {
  std::string text(name_of(dimension.field));
  if (dimension.field == Field::process_value) {
    text += schema::info(static_cast<schema::ProcessValue>(dimension.slot)).name;
  } else if (!is_of_process(dimension.field)) {
    text += describe(plan.slots[dimension.slot]);
  }
  return text + std::visit(HowRead{}, dimension.classifier);
}

std::string describe(const Rule& rule) {
  std::string text;
  if (rule.enforcer) return "do what a notification asks for";
  if (rule.notifies) append(text, "notify the enforcer");
  if (rule.drops_notification) append(text, "drop a notification");
  if (rule.overrides) append(text, fmt::format("refuse with {}", rule.error));
  if (rule.writes) append(text, fmt::format("write {}", rule.writes->value));
  if (rule.signal != 0) append(text, fmt::format("send signal {}", rule.signal));
  append(text, rule.post ? "post" : "post nothing");
  if (rule.rate_ms != 0) {
    text += fmt::format(" once in {} ms per {}", rule.rate_ms,
                        schema::spelling_of(schema::rate_scope_words(), rule.rate_scope));
  }
  if (rule.track_slots != 0) append(text, "remember whose sock it is");
  if (rule.untrack_slots != 0) append(text, "forget whose sock it is");
  if (rule.asks_return) {
    append(text, "if its return half matches");
  } else if (rule.awaits_return) {
    append(text, "wait for the return value");
  }
  return text;
}

std::string place(const Span& span) {
  if (span.line == 0 || span.file == nullptr) return "";
  return fmt::format("{}:{}", printable(span.file->name), span.line);
}

}  // namespace vigil::plan
