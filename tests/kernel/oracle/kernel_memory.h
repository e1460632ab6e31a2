// KernelMemory: memory of the kernel's that this process writes, so that programs are given
// pointers to objects that we have made up. Needs root.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/loader/btf_ptr.h"

namespace vigil::testing {

class KernelMemory {
 public:
  static Result<KernelMemory> make(std::size_t size_bytes);

  struct Place {
    std::byte* here = nullptr;
    std::uint64_t address = 0;  // in the kernel
  };
  // Zeroed. All of it is free again after clear().
  Place take(std::size_t size_bytes);
  void clear() { used_ = 0; }

 private:
  UniqueFd map_;
  std::span<std::byte> memory_;  // mapped as long as this process lives
  std::uint64_t address_ = 0;
  std::size_t used_ = 0;
};

// Where the running kernel has the members of its structs.
class StructLayouts {
 public:
  static Result<StructLayouts> load();

  // "sock", "__sk_common.skc_family". Aborts when there is no such member.
  std::uint32_t offset(const std::string& record, const std::string& member);
  std::uint32_t size(const std::string& record);

 private:
  std::uint32_t find(const std::string& record, std::string_view member) const;

  loader::BtfPtr types_;
  std::map<std::string, std::uint32_t> known_;  // finding searches all of the kernel's types
};

}  // namespace vigil::testing
