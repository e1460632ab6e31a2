// Ring records as a busy host makes them, made by code: the same at every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/stream/decode/decoder.h"
#include "engine/stream/decode/registry.h"

namespace vigil::bench {

class Recording {
 public:
  struct Record {
    decode::Ring ring;
    std::size_t begin = 0, size = 0;  // bytes
  };

  void add(decode::Ring ring, std::span<const std::uint8_t> bytes);
  std::span<const Record> records() const { return records_; }
  std::span<const std::uint8_t> bytes_of(const Record& record) const {
    return std::span(bytes_).subspan(record.begin, record.size);
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<Record> records_;
};

// The policy whose events the records are: an LSM hook on file_open that shows its file.
void publish_hook(decode::HookMap& hooks);

// A shell and the programs it started: what opens() are made by.
Recording starts();
// Matching opens of those programs, one event each.
Recording opens(std::size_t events);
// Forks that exec and exit, two events each.
Recording lives(std::size_t events);

}  // namespace vigil::bench
