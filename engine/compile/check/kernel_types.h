// What check must know of a kernel, as an interface: btf/ reads it from BTF, tests make it up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/schema/process_values.h"

namespace vigil::check {

// Names a type of one KernelTypes; 0: none.
using TypeId = std::uint32_t;

// A C type as far as arguments go; typedefs and qualifiers are looked through.
struct CType {
  enum class Kind : std::uint8_t {
    nothing,
    integer,
    boolean,
    enumeration,
    pointer,
    record,
    array,    // of bytes or numbers, where it stands
    dynamic,  // the same, found by an offset and a size in its place
    other
  };
  enum class Target : std::uint8_t { nothing, character, number, record, pointer, function, other };

  Kind kind = Kind::nothing;
  Target target = Target::nothing;  // what it points to, or is an array of
  std::string text = "void";        // in C: "const struct path *"
  std::string record;               // struct or union, of the value or of what it points to
  std::uint32_t size_bytes = 0;
  std::uint32_t element_bytes = 0;  // array, dynamic: 0 when not known
  bool is_signed = false;
  TypeId id = 0;  // of a record itself, of what a pointer points to, of an array's elements

  bool is_number() const {
    return kind == Kind::integer || kind == Kind::boolean || kind == Kind::enumeration;
  }
};

struct Parameter {
  std::string name;  // may be empty
  CType type;
};

struct Prototype {
  std::vector<Parameter> parameters;
  CType result;
  bool is_variadic = false;
};

// One field of what a tracepoint records, in the order of its format file.
struct RecordField {
  Parameter shown;
  std::uint32_t offset_bytes = 0;
};

struct Member {
  CType type;
  std::uint32_t offset_bits = 0;
  std::uint8_t bits = 0;  // of a bit field, else 0
};

class KernelTypes {
 public:
  virtual ~KernelTypes() = default;

  // Of a function of the kernel itself; nothing when there is none of this name.
  virtual std::optional<Prototype> function(std::string_view name) const = 0;
  // All functions whose name begins with `prefix`, for did-you-mean.
  virtual std::vector<std::string_view> function_names(std::string_view prefix) const = 0;

  // Of a struct or union of this name.
  virtual std::optional<TypeId> record(std::string_view name) const = 0;
  // Of one that this module has, or the kernel itself. An error: what types the module has is not
  // known.
  virtual Result<std::optional<TypeId>> record_of_module(std::string_view kernel_module,
                                                         std::string_view name) const = 0;
  virtual std::optional<CType> type(TypeId id) const = 0;
  // Of a record, also when it is in a member that has no name.
  virtual std::optional<Member> member(TypeId record, std::string_view name) const = 0;
  // Every function that the kernel lets be traced, those of modules, too, sorted; nothing when
  // nobody here can tell.
  virtual std::optional<std::vector<std::string>> traceable_functions() const = 0;

  // What the kernel passes to a tracepoint of this name, whatever its subsystem.
  virtual std::optional<Prototype> raw_tracepoint(std::string_view event) const = 0;
  // All of their names, for did-you-mean.
  virtual std::vector<std::string_view> raw_tracepoint_names() const = 0;
  // What it records of it. ENOENT: there is none; else nobody here can tell.
  virtual Result<std::vector<RecordField>> tracepoint(std::string_view subsystem,
                                                      std::string_view event) const = 0;
};

// What the kernel allows, apart from its types.
struct KernelTraits {
  bool bpf_lsm_active = false;  // attached LSM programs really run
  bool fmod_ret = false;
  bool override_return = false;    // bpf_override_return
  bool fmod_ret_syscalls = false;  // fmod_ret on system calls, too
  // Numbers of the namespaces that process 1 is in; 0: the kernel has none of the kind. Without
  // them, as for a kernel that does not run, 0 stands where no number is fixed.
  std::optional<std::array<std::uint32_t, schema::namespace_count>> host_namespaces = std::nullopt;
};

// "int security_file_open(struct file *file)": for messages and explain.
std::string to_string(std::string_view name, const Prototype& prototype);

}  // namespace vigil::check
