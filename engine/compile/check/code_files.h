// What check must know of files of machine code, as an interface: elf/ reads them, tests make them
// up.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace vigil::check {

// A probe that the program's author put there (.note.stapsdt).
struct StaticProbe {
  std::string provider;
  std::string name;
  std::uint64_t address = 0;
  std::uint64_t offset = 0;                       // in the file
  std::optional<std::uint64_t> semaphore_offset;  // in the file: a counter of who listens
  std::string arguments;                          // "-4@%edi 8@-16(%rbp)"
};

// What may tell a file apart; a build id is of one that was linked so.
enum class DigestKind : std::uint8_t { sha1, sha256, sha384, sha512, build_id };

class CodeFile {
 public:
  virtual ~CodeFile() = default;

  // Where functions of this name begin in the file; more than one when the name is not unique.
  virtual std::vector<std::uint64_t> functions(std::string_view name) const = 0;
  // For did-you-mean.
  virtual std::vector<std::string_view> function_names() const = 0;
  // The virtual address of a symbol of any kind.
  virtual std::optional<std::uint64_t> address_of(std::string_view symbol) const = 0;
  // The place in the file of what is loaded at a virtual address.
  virtual std::optional<std::uint64_t> offset_of(std::uint64_t address) const = 0;
  // Whether what stands there is loaded as code, or as data that can be written.
  virtual bool is_code(std::uint64_t offset) const = 0;
  virtual bool is_data(std::uint64_t offset) const = 0;
  virtual const std::vector<StaticProbe>& static_probes() const = 0;
  // Hexadecimal digits in lower case, of the file as it is now; empty when it has no build id.
  virtual Result<std::string> digest(DigestKind kind) const = 0;
};

class CodeFiles {
 public:
  virtual ~CodeFiles() = default;
  virtual Result<std::shared_ptr<const CodeFile>> open(const std::string& path) const = 0;
};

}  // namespace vigil::check
