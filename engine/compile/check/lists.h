// The lists of a policy: which functions or system calls each name stands for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/policy/policy.h"
#include "engine/schema/types.h"

namespace vigil::check {

constexpr std::string_view list_prefix = "list:";

struct FunctionList {
  schema::ListType type = schema::ListType::functions;
  std::vector<policy::Text> functions;  // as `call` would name them
  bool trusted = false;                 // none of them needs to be known by the kernel's types
  bool readable = true;                 // false: a mistake has been reported
};

class Lists {
 public:
  // Mistakes in lists are reported here, also of those that nothing refers to.
  Lists(const std::vector<policy::List>& written, const KernelTypes& kernel,
        Diagnostics& diagnostics);

  // Of "list:NAME"; null, and reported, when there is none.
  const FunctionList* find(const policy::Text& reference, Diagnostics& diagnostics) const;

  // The numbers of its system calls, those of 32 bits with schema::i386_bit.
  std::vector<std::uint64_t> numbers(const policy::Text& reference, Diagnostics& diagnostics) const;

 private:
  std::map<std::string, FunctionList, std::less<>> lists_;
};

}  // namespace vigil::check
