// One made-up program, /opt/tide: what its symbols and probes are.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/compile/check/code_files.h"

namespace vigil::check {

// Code is at 0x1000 to 0x1fff of the file and 0x401000 of memory, data at 0x3000 and 0x404000.
class FakeFile : public CodeFile {
 public:
  std::vector<std::uint64_t> functions(std::string_view name) const override {
    const auto found = functions_.find(name);
    return found == functions_.end() ? std::vector<std::uint64_t>{} : found->second;
  }
  std::vector<std::string_view> function_names() const override {
    std::vector<std::string_view> names;
    for (const auto& [name, offsets] : functions_) names.push_back(name);
    return names;
  }
  std::optional<std::uint64_t> address_of(std::string_view symbol) const override {
    return symbol == "level" ? std::optional<std::uint64_t>(0x404010) : std::nullopt;
  }
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const override {
    if (address >= 0x401000 && address < 0x402000) return address - 0x400000;
    if (address >= 0x404000 && address < 0x405000) return address - 0x401000;
    return std::nullopt;
  }
  bool is_code(std::uint64_t offset) const override { return offset >= 0x1000 && offset < 0x2000; }
  bool is_data(std::uint64_t offset) const override { return offset >= 0x3000 && offset < 0x4000; }
  const std::vector<StaticProbe>& static_probes() const override { return probes_; }
  Result<std::string> digest(DigestKind kind) const override {
    if (kind == DigestKind::build_id) return std::string("c0ffee");
    if (kind == DigestKind::sha256) return std::string(64, 'a');
    return Error("reading it: Input/output error");
  }

 private:
  std::map<std::string, std::vector<std::uint64_t>, std::less<>> functions_ = {
      {"main", {0x1100}}, {"turn", {0x1200}}, {"twice", {0x1300, 0x1400}}};
  std::vector<StaticProbe> probes_ = {
      {.provider = "tide",
       .name = "high",
       .address = 0x401500,
       .offset = 0x1500,
       .semaphore_offset = 0x3020,
       .arguments = "-4@%edi 8@-16(%rbp) 1@$7"},
      {.provider = "tide", .name = "low", .address = 0x401600, .offset = 0x1600, .arguments = ""},
      {.provider = "tide",
       .name = "low",
       .address = 0x401700,
       .offset = 0x1700,
       .arguments = "8f@%xmm0"},
      {.provider = "tide",
       .name = "set",
       .address = 0x401800,
       .offset = 0x1800,
       .arguments = "-4@(%rdi) 4@%esi 8@8(%rdi)"}};
};

class FakeFiles : public CodeFiles {
 public:
  Result<std::shared_ptr<const CodeFile>> open(const std::string& path) const override {
    if (path == "/opt/tide") return std::shared_ptr<const CodeFile>(std::make_shared<FakeFile>());
    return Error("opening '" + path + "': No such file or directory");
  }
};

}  // namespace vigil::check
