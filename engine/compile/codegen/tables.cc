#include "engine/compile/codegen/tables.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/compile/codegen/double_array.h"
#include "engine/compile/codegen/slot_kinds.h"
#include "engine/compile/plan/hook_limits.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/process_values.h"
#include "kernel/include/runtime_abi.h"

namespace vigil::codegen {
namespace {

static_assert(plan::max_raw_arguments == VG_MAX_RAW);
static_assert(plan::function_raw == VG_RAW_FUNCTION);
static_assert(plan::return_raw == VG_RAW_RETURN);
static_assert(plan::max_slots == VG_MAX_SLOTS);
// Of the mechanisms whose programs remember calls uprobe is the last.
static_assert(static_cast<int>(schema::Mechanism::uprobe) == VG_MECHANISMS - 1);
static_assert(plan::max_dimensions == VG_MAX_DIMENSIONS);
static_assert(plan::max_rules == VG_MAX_RULES);
static_assert(plan::max_record_value_bytes == VG_HEAP_SIZE);
static_assert(plan::max_value_bytes == VG_VALUE_MAX);
static_assert(plan::follow_set_bits == 64 * VG_FOLLOW_WORDS);
static_assert(plan::workload_of_host == VG_WORKLOAD_HOST);
static_assert(plan::workload_of_any_container == VG_WORKLOAD_ANY_CONTAINER);
static_assert(plan::max_workload_sets == 64 * VG_WORKLOAD_WORDS);
static_assert(plan::name_end_bytes == VG_NAME_END);
static_assert(plan::value_head_bytes == sizeof(wire_value));
static_assert(plan::path_head_bytes == sizeof(wire_path));
static_assert(plan::buffer_head_bytes == sizeof(wire_bytes));
static_assert(plan::sock_value_bytes == sizeof(wire_sock));
static_assert(plan::sockaddr_value_bytes == sizeof(wire_sockaddr));
static_assert(plan::skb_value_bytes == sizeof(wire_skb));
static_assert(plan::unix_address_value_bytes == sizeof(wire_sockaddr_un) + VG_UNIX_PATH_MAX);
static_assert(plan::cred_value_bytes == sizeof(wire_cred));
static_assert(plan::user_ns_value_bytes == sizeof(wire_user_ns));
static_assert(plan::net_device_value_bytes == VG_DEVICE_NAME_MAX);
static_assert(plan::bpf_prog_value_bytes == sizeof(wire_bpf_prog));
static_assert(plan::bpf_map_value_bytes == sizeof(wire_bpf_map));
static_assert(plan::perf_event_value_bytes == sizeof(wire_perf_event) + VG_SYMBOL_MAX);
static_assert(plan::stack_value_bytes == VG_STACK_SIZE);
static_assert(plan::module_value_bytes == sizeof(wire_module) + VG_MODULE_NAME_MAX);

constexpr bool is_same(schema::ProcessValue value, vg_process_value number) {
  return static_cast<int>(value) == static_cast<int>(number);
}
static_assert(is_same(schema::ProcessValue::uts_namespace, VG_PROCESS_NAMESPACE));
static_assert(is_same(schema::ProcessValue::user_namespace, VG_PROCESS_USER_NAMESPACE));
static_assert(is_same(schema::ProcessValue::permitted_capabilities, VG_PROCESS_PERMITTED));
static_assert(is_same(schema::ProcessValue::uid, VG_PROCESS_UID));
static_assert(is_same(schema::ProcessValue::namespace_changes, VG_PROCESS_NAMESPACE_CHANGES));
static_assert(is_same(schema::ProcessValue::inheritable_changes, VG_PROCESS_INHERITABLE_CHANGES));

vg_field field_of(plan::Field field) {
  switch (field) {
    case plan::Field::value: return VG_FIELD_VALUE;
    case plan::Field::source_port: return VG_FIELD_SOURCE_PORT;
    case plan::Field::destination_port: return VG_FIELD_DESTINATION_PORT;
    case plan::Field::protocol: return VG_FIELD_PROTOCOL;
    case plan::Field::family: return VG_FIELD_FAMILY;
    case plan::Field::state: return VG_FIELD_STATE;
    case plan::Field::source_address: return VG_FIELD_SOURCE_ADDRESS;
    case plan::Field::destination_address: return VG_FIELD_DESTINATION_ADDRESS;
    case plan::Field::file_type: return VG_FIELD_FILE_TYPE;
    case plan::Field::tgid: return VG_FIELD_TGID;
    case plan::Field::ns_tgid: return VG_FIELD_NS_TGID;
    case plan::Field::binary: return VG_FIELD_BINARY;
    case plan::Field::follow: return VG_FIELD_FOLLOW;
    case plan::Field::binary_family: return VG_FIELD_BINARY_FAMILY;
    case plan::Field::parent_binary: return VG_FIELD_PARENT_BINARY;
    case plan::Field::ancestor_binary: return VG_FIELD_ANCESTOR_BINARY;
    case plan::Field::process_value: return VG_FIELD_PROCESS_VALUE;
    case plan::Field::workload: return VG_FIELD_WORKLOAD;
  }
  return VG_FIELD_VALUE;
}

wire_action action_of(schema::ActionKind kind) {
  switch (kind) {
    case schema::ActionKind::post: return WIRE_ACTION_POST;
    case schema::ActionKind::no_post: return WIRE_ACTION_NOPOST;
    case schema::ActionKind::sigkill: return WIRE_ACTION_SIGKILL;
    case schema::ActionKind::signal: return WIRE_ACTION_SIGNAL;
    case schema::ActionKind::override: return WIRE_ACTION_OVERRIDE;
    case schema::ActionKind::notify_enforcer: return WIRE_ACTION_NOTIFY_ENFORCER;
    case schema::ActionKind::cleanup_enforcer: return WIRE_ACTION_CLEANUP_ENFORCER;
    case schema::ActionKind::track_sock: return WIRE_ACTION_TRACKSOCK;
    case schema::ActionKind::untrack_sock: return WIRE_ACTION_UNTRACKSOCK;
    case schema::ActionKind::set: return WIRE_ACTION_SET;
  }
  return WIRE_ACTION_POST;
}

vg_rate_scope scope_of(schema::RateScope scope) {
  switch (scope) {
    case schema::RateScope::thread: return VG_RATE_THREAD;
    case schema::RateScope::process: return VG_RATE_PROCESS;
    case schema::RateScope::global: return VG_RATE_GLOBAL;
  }
  return VG_RATE_THREAD;
}

wire_u8 flags_of(const check::Way& way) {
  unsigned flags = 0;
  if (way.from == check::Way::From::current_task) flags |= VG_WAY_TASK;
  if (way.read == check::Way::Read::address) flags |= VG_WAY_ADDRESS;
  if (way.is_signed) flags |= VG_WAY_SIGNED;
  return static_cast<wire_u8>(flags);
}

vg_slot slot_of(const plan::Slot& slot) {
  if (slot.stack) {
    vg_slot made{};
    made.kind = WIRE_VALUE_STACK;
    return made;
  }
  const SlotKind kind = kind_of(slot.type);
  const unsigned user = slot.user_memory ? VG_SLOT_USER : 0;
  const unsigned sized = slot.size_raw ? VG_SLOT_SIZED : 0;
  vg_slot made{};
  made.raw = slot.raw;
  made.kind = static_cast<wire_u8>(kind.kind);
  made.width = schema::info(slot.type).width_bytes;
  made.flags = static_cast<wire_u8>(kind.flags | user | sized);
  made.size_raw = slot.size_raw.value_or(0);
  made.fixed_size = slot.fixed_size;
  if (slot.filled) {
    made.flags |= VG_SLOT_FILLED;
    made.width = schema::info(*slot.filled).width_bytes;
  }
  return made;
}

wire_u16 flags_of(const plan::Rule& rule) {
  unsigned flags = 0;
  if (rule.post) flags |= VG_RULE_POST;
  if (rule.overrides) flags |= VG_RULE_OVERRIDE;
  if (rule.hook_refuses) flags |= VG_RULE_HOOK_REFUSES;
  if (rule.signal != 0) flags |= VG_RULE_SIGNAL;
  if (rule.awaits_return) flags |= VG_RULE_AWAITS_RETURN;
  if (rule.rate_ms != 0) flags |= VG_RULE_RATE_LIMITED;
  if (rule.enforces()) flags |= VG_RULE_ENFORCES;
  if (rule.enforcer) flags |= VG_RULE_ENFORCER;
  if (rule.notifies) flags |= VG_RULE_NOTIFY;
  if (rule.drops_notification) flags |= VG_RULE_DROP_NOTIFICATION;
  if (rule.accepts_namespaces) flags |= VG_RULE_ACCEPTS_NAMESPACES;
  if (rule.accepts_capabilities) flags |= VG_RULE_ACCEPTS_CAPABILITIES;
  if (rule.asks_return) flags |= VG_RULE_ASKS_RETURN;
  if (rule.is_urgent) flags |= VG_RULE_URGENT;
  if (rule.writes) flags |= VG_RULE_WRITE;
  return static_cast<wire_u16>(flags);
}

vg_rule rule_of(const plan::Rule& rule) {
  const auto notification = rule.notifies.value_or(plan::Rule::Notification{});
  const auto write = rule.writes.value_or(plan::Rule::Write{});
  return {.policy_id = rule.policy_id,
          .policy_slot = rule.policy_slot,
          .hook_index = rule.hook_index,
          .selector = rule.selector,
          .flags = flags_of(rule),
          .action = static_cast<wire_u8>(action_of(rule.reported)),
          .signal = rule.signal,
          .rate_scope = static_cast<wire_u8>(scope_of(rule.rate_scope)),
          .notify_signal = notification.signal,
          .write_raw = write.raw,
          .pad = 0,
          .error = rule.error,
          .notify_error = notification.error,
          .write_value = write.value,
          .rate_ms = rule.rate_ms,
          .report_slots = rule.report_slots,
          .order = rule.order,
          .track_slots = rule.track_slots,
          .untrack_slots = rule.untrack_slots};
}

wire_u32 sock_slots(const plan::HookPlan& plan) {
  wire_u32 bits = 0;
  for (std::size_t i = 0; i < plan.slots.size(); ++i)
    if (kind_of(plan.slots[i].type).kind == WIRE_VALUE_SOCK) bits |= wire_u32{1} << i;
  return bits;
}

wire_u32 whole_slots(const plan::HookPlan& plan) {
  wire_u32 bits = 0;
  for (std::size_t i = 0; i < plan.slots.size(); ++i)
    if (plan.slots[i].whole) bits |= wire_u32{1} << i;
  return bits;
}

wire_u8 entries_of(const plan::HookPlan& plan) {
  unsigned bits = 0;
  for (const schema::Mechanism mechanism : plan.entries)
    bits |= 1u << static_cast<unsigned>(mechanism);
  return static_cast<wire_u8>(bits);
}

// A table under construction: elements, and what fills it up to a power of two.
template <typename Element>
class Elements {
 public:
  explicit Elements(Element filler = {}) : filler_(filler) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(elements_.size()); }
  void add(const Element& element) { elements_.push_back(element); }
  void assign(std::vector<Element> elements) { elements_ = std::move(elements); }
  void pad_to(std::size_t count) { elements_.resize(count, filler_); }

  // Elements - 1 of the finished table.
  std::uint32_t mask() const { return std::bit_ceil(size()) - 1; }

  Table finish(std::string_view name) && {
    if (elements_.empty()) {
      elements_.resize(1);
    } else {
      pad_to(std::bit_ceil(elements_.size()));
    }
    Table table{.name = std::string(name),
                .bytes = std::vector<std::uint8_t>(elements_.size() * sizeof(Element))};
    std::memcpy(table.bytes.data(), elements_.data(), table.bytes.size());
    return table;
  }

 private:
  Element filler_;
  std::vector<Element> elements_;
};

// Places each dimension's classifier into the tables that all dimensions share.
class Tables {
 public:
  explicit Tables(const plan::HookPlan& plan) : plan_(plan), shape_(row_shape(plan.rules.size())) {}

  std::vector<Table> make();

 private:
  vg_dimension describe(const plan::Dimension& dimension) const;
  void place(const plan::TrieClassifier& trie, vg_dimension& entry);
  void place(const plan::SubstringClassifier& automaton, vg_dimension& entry);
  void place(const plan::RangeClassifier& ranges, vg_dimension& entry);
  void place(const plan::AddressClassifier& addresses, vg_dimension& entry);
  void place(const plan::BitClassifier& bits, vg_dimension& entry);
  void add_slot(const plan::Slot& slot);
  void add_row(const plan::Row& row);
  vg_conf conf() const;

  const plan::HookPlan& plan_;
  RowShape shape_;
  DoubleArray tries_;
  wire_u32 name_root_ = 0;
  Elements<vg_slot> slots_;
  Elements<vg_step> steps_;
  Elements<vg_dimension> dimensions_;
  Elements<vg_trie_node> trie_{
      vg_trie_node{.check = ~wire_u32{0}, .base = 0, .row_prefix = 0, .row_exact = 0}};
  Elements<vg_bound> bounds_;
  Elements<vg_bound6> bounds6_;
  Elements<wire_u64> rows_;
  Elements<vg_rule> rules_;
};

vg_dimension Tables::describe(const plan::Dimension& dimension) const {
  return {.slot = dimension.slot,
          .field = static_cast<wire_u8>(field_of(dimension.field)),
          .flags = 0,
          .words = 0,
          .root = 0,
          .count = 0,
          .row_none = dimension.row_none,
          .root6 = 0,
          .count6 = 0};
}

void Tables::place(const plan::TrieClassifier& trie, vg_dimension& entry) {
  if (trie.reversed) entry.flags |= VG_DIM_REVERSED;
  entry.root = tries_.add(trie);
  entry.count = trie.row_cut;
}

void Tables::place(const plan::SubstringClassifier& automaton, vg_dimension& entry) {
  if (automaton.ignores_case) entry.flags |= VG_DIM_IGNORE_CASE;
  entry.root = tries_.add(automaton);
  entry.count = automaton.row_cut;
}

void Tables::place(const plan::RangeClassifier& ranges, vg_dimension& entry) {
  entry.root = bounds_.size();
  entry.count = static_cast<wire_u32>(ranges.bounds.size());
  for (const auto& bound : ranges.bounds) bounds_.add({bound.from, bound.row, 0});
}

void Tables::place(const plan::AddressClassifier& addresses, vg_dimension& entry) {
  place(plan::RangeClassifier{.bounds = addresses.ipv4}, entry);
  entry.root6 = bounds6_.size();
  entry.count6 = static_cast<wire_u32>(addresses.ipv6.size());
  for (const auto& bound : addresses.ipv6)
    bounds6_.add({bound.from_high, bound.from_low, bound.row, 0});
}

void Tables::place(const plan::BitClassifier& bits, vg_dimension& entry) {
  if (bits.none_of) entry.flags |= VG_DIM_NONE_OF;
  entry.words = static_cast<wire_u8>(bits.rows.size() / 64);
  entry.root = bits.rows.front();
}

void Tables::add_slot(const plan::Slot& slot) {
  vg_slot entry = slot_of(slot);
  if (slot.way) {
    entry.root = slot.raw;
    entry.raw = static_cast<wire_u8>(VG_RAW_RESOLVED + slots_.size());
    entry.steps = static_cast<wire_u8>(slot.way->steps.size());
    entry.first_step = steps_.size();
    entry.depth = slot.way->depth;
    entry.offset = slot.way->offset;
    entry.bits = slot.way->bits;
    entry.bit_offset = slot.way->bit_offset;
    entry.way = flags_of(*slot.way);
    for (const check::Way::Step& step : slot.way->steps) steps_.add({step.offset, step.depth});
  }
  slots_.add(entry);
}

void Tables::add_row(const plan::Row& row) {
  rows_.add(summary(row, shape_));
  if (shape_.row_words == 0) return;
  for (std::uint64_t word : row.words()) rows_.add(word);
}

wire_u8 memory_of(const check::Operand& operand) {
  if (operand.memory_bytes == 0) return 0;
  const unsigned is_signed = operand.is_signed ? VG_RAW_IN_MEMORY_SIGNED : 0;
  return static_cast<wire_u8>(operand.memory_bytes | is_signed);
}

vg_conf Tables::conf() const {
  const std::size_t rules = plan_.rules.size();
  vg_conf conf{.rules = static_cast<wire_u32>(rules),
               .row_words = shape_.row_words,
               .block_words = shape_.block_words,
               .rows_mask = rows_.mask(),
               .trie_mask = trie_.mask(),
               .bounds_mask = bounds_.mask(),
               .bounds6_mask = bounds6_.mask(),
               .rules_mask = rules_.mask(),
               .all_rules = summary(plan::Row::all(rules), shape_),
               .function_number = plan_.function_number,
               .generation = plan_.generation,
               .mechanism = static_cast<wire_u16>(plan_.key.mechanism),
               .memo = plan_.memo,
               .name_root = name_root_,
               .functions = static_cast<wire_u32>(plan_.functions.size()),
               .sock_slots = sock_slots(plan_),
               .memory = {},
               .telling = plan_.telling_parameters,
               .entries = entries_of(plan_),
               .pad = 0,
               .steps_mask = steps_.mask(),
               .whole_slots = whole_slots(plan_),
               .pad2 = 0};
  std::ranges::transform(plan_.operands, conf.memory, memory_of);
  return conf;
}

std::vector<Table> Tables::make() {
  for (const plan::Slot& slot : plan_.slots) add_slot(slot);
  for (const plan::Dimension& dimension : plan_.dimensions) {
    vg_dimension entry = describe(dimension);
    std::visit([&](const auto& classifier) { place(classifier, entry); }, dimension.classifier);
    dimensions_.add(entry);
  }
  for (const plan::TextProbe& probe : plan_.probes) {
    vg_dimension entry = describe({.slot = probe.slot});
    std::visit([&](const auto& classifier) { place(classifier, entry); }, probe.classifier);
    dimensions_.add(entry);
  }
  if (plan_.name_gate) name_root_ = tries_.add(plan_.name_gate->trie);
  for (const plan::Row& row : plan_.rows) add_row(row);
  for (const plan::Rule& rule : plan_.rules) rules_.add(rule_of(rule));
  trie_.assign(tries_.take());
  slots_.pad_to(VG_MAX_SLOTS);
  dimensions_.pad_to(VG_MAX_DIMENSIONS);
  Elements<vg_conf> conf_table;
  conf_table.add(conf());
  std::vector<Table> tables;
  tables.push_back(std::move(conf_table).finish(".rodata.conf"));
  tables.push_back(std::move(slots_).finish(".rodata.slots"));
  tables.push_back(std::move(steps_).finish(".rodata.steps"));
  tables.push_back(std::move(dimensions_).finish(".rodata.dimensions"));
  tables.push_back(std::move(trie_).finish(".rodata.trie"));
  tables.push_back(std::move(bounds_).finish(".rodata.bounds"));
  tables.push_back(std::move(bounds6_).finish(".rodata.bounds6"));
  tables.push_back(std::move(rows_).finish(".rodata.rows"));
  tables.push_back(std::move(rules_).finish(".rodata.rules"));
  return tables;
}

}  // namespace

RowShape row_shape(std::size_t rules) {
  if (rules <= 64) return {};
  const auto words = static_cast<std::uint32_t>((rules + 63) / 64);
  return {.row_words = words, .block_words = (words + 63) / 64};
}

std::uint64_t summary(const plan::Row& row, const RowShape& shape) {
  const auto words = row.words();
  if (shape.row_words == 0) return words.empty() ? 0 : words[0];
  std::uint64_t blocks = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] != 0) blocks |= std::uint64_t{1} << (i / shape.block_words);
  }
  return blocks;
}

std::vector<Table> make_tables(const plan::HookPlan& plan) { return Tables(plan).make(); }

}  // namespace vigil::codegen
