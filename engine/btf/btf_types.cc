#include "engine/btf/btf_types.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <cerrno>
#include <mutex>
#include <unordered_map>

#include "engine/base/text.h"
#include "engine/btf/module_types.h"
#include "engine/btf/trace_format.h"
#include "engine/btf/type_reader.h"

namespace vigil::btf {
namespace {

// What libbpf would print says less than our error.
class Quiet {
 public:
  Quiet() : before_(libbpf_set_print(nullptr)) {}
  ~Quiet() { libbpf_set_print(before_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  libbpf_print_fn_t before_;
};

// The views point into the BTF's strings.
using Names = std::unordered_map<std::string_view, std::uint32_t>;

constexpr std::string_view raw_tracepoint_prefix = "btf_trace_";
constexpr std::string_view record_prefix = "trace_event_raw_";

struct Index {
  Names functions;
  Names raw_tracepoints;  // by event
  Names records;          // of tracepoints, by event or the template that events share
};

void add_after(std::string_view prefix, std::string_view name, std::uint32_t id, Names& names) {
  if (name.starts_with(prefix)) names.emplace(name.substr(prefix.size()), id);
}

Index make_index(const struct ::btf& btf) {
  Index index;
  std::uint32_t count = btf__type_cnt(&btf);
  for (std::uint32_t id = 1; id < count; ++id) {
    const btf_type* type = btf__type_by_id(&btf, id);
    const char* name = type == nullptr ? nullptr : btf__name_by_offset(&btf, type->name_off);
    if (name == nullptr || *name == '\0') continue;
    if (btf_is_func(type)) index.functions.emplace(name, id);
    if (btf_is_typedef(type)) add_after(raw_tracepoint_prefix, name, id, index.raw_tracepoints);
    if (btf_is_struct(type)) add_after(record_prefix, name, id, index.records);
  }
  return index;
}

std::optional<std::uint32_t> find(const Names& names, std::string_view name) {
  auto found = names.find(name);
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

std::optional<check::TypeId> record_in(const struct ::btf& btf, std::string_view name) {
  for (const std::uint32_t kind : {BTF_KIND_STRUCT, BTF_KIND_UNION}) {
    const int id = btf__find_by_name_kind(&btf, std::string(name).c_str(), kind);
    if (id > 0) return static_cast<check::TypeId>(id);
  }
  return std::nullopt;
}

// Whether tracefs tells of the kernel that the BTF is of.
enum class Tracefs { of_this_kernel, of_another };

class BtfTypes : public check::KernelTypes {
 public:
  BtfTypes(BtfPtr btf, Tracefs tracefs) : btf_(std::move(btf)), tracefs_(tracefs) {}

  std::optional<check::Prototype> function(std::string_view name) const override {
    const auto id = find(index().functions, name);
    return id ? read_prototype(*btf_, *id) : std::nullopt;
  }

  std::vector<std::string_view> function_names(std::string_view prefix) const override {
    std::vector<std::string_view> names;
    for (const auto& [name, id] : index().functions) {
      if (name.starts_with(prefix)) names.push_back(name);
    }
    return names;
  }

  std::optional<std::vector<std::string>> traceable_functions() const override {
    if (tracefs_ != Tracefs::of_this_kernel) return std::nullopt;
    auto names = read_traceable_functions();
    return names ? std::optional(std::move(*names)) : std::nullopt;
  }

  std::optional<check::TypeId> record(std::string_view name) const override {
    return record_in(*btf_, name);
  }

  Result<std::optional<check::TypeId>> record_of_module(std::string_view kernel_module,
                                                        std::string_view name) const override {
    if (tracefs_ != Tracefs::of_this_kernel) {
      return Error(fmt::format("the types of module '{}' are told by the kernel that runs it only",
                               kernel_module));
    }
    TRY(const ModuleTypes::Module* found, modules_.find(kernel_module, btf_));
    const auto id = record_in(*found->btf, name);
    return id ? std::optional(tag(*id, found->number)) : std::nullopt;
  }

  std::optional<check::CType> type(check::TypeId id) const override {
    if (id == 0) return std::nullopt;
    const auto [btf, number] = modules_.owner_of(id, btf_);
    check::CType type = read_type(*btf, untagged(id));
    type.id = tag(type.id, number);
    return type;
  }

  std::optional<check::Member> member(check::TypeId record, std::string_view name) const override {
    const auto [btf, number] = modules_.owner_of(record, btf_);
    auto member = read_member(*btf, untagged(record), name);
    if (member) member->type.id = tag(member->type.id, number);
    return member;
  }

  std::optional<check::Prototype> raw_tracepoint(std::string_view event) const override {
    const auto id = find(index().raw_tracepoints, event);
    auto prototype = id ? read_pointed_prototype(*btf_, *id) : std::nullopt;
    // The first parameter is the tracepoint's own.
    if (!prototype || prototype->parameters.empty()) return std::nullopt;
    prototype->parameters.erase(prototype->parameters.begin());
    return prototype;
  }

  std::vector<std::string_view> raw_tracepoint_names() const override {
    std::vector<std::string_view> names;
    for (const auto& [name, id] : index().raw_tracepoints) names.push_back(name);
    return names;
  }

  Result<std::vector<check::RecordField>> tracepoint(std::string_view subsystem,
                                                     std::string_view event) const override {
    if (tracefs_ == Tracefs::of_this_kernel) return read_trace_format(subsystem, event);
    if (const auto id = find(index().records, event)) return read_record(*btf_, *id);
    return Error(
        fmt::format("what '{}/{}' records is told by the kernel that runs it only, not by "
                    "its types",
                    subsystem, event));
  }

 private:
  const Index& index() const {
    std::call_once(indexed_, [this] { index_ = make_index(*btf_); });
    return index_;
  }

  BtfPtr btf_;
  Tracefs tracefs_;
  mutable ModuleTypes modules_;
  mutable std::once_flag indexed_;
  mutable Index index_;
};

}  // namespace

Result<BtfPtr> open(const std::string& path) {
  const std::string doing = fmt::format("reading kernel types from '{}'", printable(path));
  if (access(path.c_str(), R_OK) != 0) return Error::from_errno(doing);
  const Quiet quiet;
  struct ::btf* btf = btf__parse(path.c_str(), nullptr);
  if (btf == nullptr) {
    if (errno == ENOMEM) return Error::from_errno(doing);
    return Error(doing + ": it holds none (neither BTF nor an ELF file with a section .BTF)");
  }
  return BtfPtr(btf,
                [](const struct ::btf* opened) { btf__free(const_cast<struct ::btf*>(opened)); });
}

std::unique_ptr<check::KernelTypes> types_of_running_kernel(BtfPtr btf) {
  return std::make_unique<BtfTypes>(std::move(btf), Tracefs::of_this_kernel);
}

Result<std::unique_ptr<check::KernelTypes>> load(const std::string& path) {
  TRY(BtfPtr btf, open(path));
  const auto tracefs = path == running_kernel ? Tracefs::of_this_kernel : Tracefs::of_another;
  return std::unique_ptr<check::KernelTypes>(std::make_unique<BtfTypes>(std::move(btf), tracefs));
}

}  // namespace vigil::btf
