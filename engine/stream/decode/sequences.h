// Finds what a ring lost from the sequence numbers of what it delivered.
#pragma once

#include <cstdint>
#include <map>

namespace vigil::decode {

// One ring. On a CPU a record can be overtaken by one that interrupted its writer, so a
// gap may still be filled: it is told when it has stayed open from one take_confirmed() to
// the next. One that fills even later is taken off the losses told next.
class Sequences {
 public:
  void see(std::uint16_t cpu, std::uint64_t sequence);
  // All numbers below `end` were given out.
  void expect(std::uint16_t cpu, std::uint64_t end);

  // Records missing now, of all CPUs.
  std::uint64_t missing() const;

  // Records that were missing at the call before this one, still are, and were not told yet.
  std::uint64_t take_confirmed();

  // Sum of what take_confirmed() gave: what missing() comes to once all gaps are old.
  std::uint64_t told() const { return told_; }

 private:
  // Numbers below `end` and not in an older span.
  struct Span {
    std::uint64_t end = 0;
    std::uint64_t missing = 0;
  };
  struct Cpu {
    Span told, old, fresh;
  };

  std::map<std::uint16_t, Cpu> cpus_;
  std::uint64_t told_ = 0;
  std::uint64_t came_after_all_ = 0;  // told, and not yet taken off
};

}  // namespace vigil::decode
