// Finds what a ring lost from the sequence numbers of what it delivered.
#pragma once

#include <cstdint>
#include <map>

namespace vigil::decode {

// One ring. On a CPU a record can be overtaken by one that interrupted its writer, so a
// gap may still be filled: it shrinks with every late arrival.
class Sequences {
 public:
  void see(std::uint16_t cpu, std::uint64_t sequence);

  // Records missing now, of all CPUs.
  std::uint64_t missing() const { return missing_; }

  // Records that were missing at the call before this one, still are, and were not told yet.
  std::uint64_t take_confirmed();

 private:
  struct Cpu {
    std::uint64_t next = 0;
    std::uint64_t missing = 0;
  };
  std::map<std::uint16_t, Cpu> cpus_;
  std::uint64_t missing_ = 0;
  std::uint64_t missing_before_ = 0;  // at the last take_confirmed()
  std::uint64_t told_ = 0;
};

}  // namespace vigil::decode
