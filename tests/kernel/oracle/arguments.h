// Arguments: from a value of the language to the register that a traced function has it in.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tests/kernel/oracle/kernel_memory.h"
#include "tests/support/reference.h"

namespace vigil::testing {

class Arguments {
 public:
  // `user` is memory that whoever runs the program has at the same address; `descriptors`: the
  // files that are open there, by path.
  Arguments(KernelMemory kernel, StructLayouts layouts, std::span<std::byte> user,
            std::map<std::string, int> descriptors);

  // The same for equal arguments in equal order. Everything made before clear() stays.
  std::uint64_t make(schema::ArgType type, const Value& value);
  void clear();

 private:
  std::uint64_t text(const std::string& text, bool terminated);
  std::uint64_t fd(const std::string& path) const;
  KernelMemory::Place dentries(const std::string& path, std::uint64_t& root);
  std::uint64_t dentry(const std::string& path);
  std::uint64_t path(const std::string& path);
  std::uint64_t file(const std::string& path);
  std::uint64_t sock(const SockValue& value);
  std::uint64_t sockaddr(const SockValue& value);
  std::uint64_t pointing_to(const std::string& record, const std::string& member,
                            std::uint64_t address);
  std::uint64_t bytes(std::span<const std::byte> bytes);

  KernelMemory::Place make_struct(const std::string& record);
  template <typename T>
  void set(const KernelMemory::Place& place, const std::string& record, const std::string& member,
           T value);
  void set_bytes(const KernelMemory::Place& place, const std::string& record,
                 const std::string& member, std::span<const std::byte> bytes);

  KernelMemory kernel_;
  StructLayouts layouts_;
  std::span<std::byte> user_;
  std::size_t user_used_ = 0;
  std::uint64_t made_ = 0;
  std::map<std::string, int> descriptors_;
};

// An address that nobody can read.
inline constexpr std::uint64_t unreadable_address = 8;

}  // namespace vigil::testing
