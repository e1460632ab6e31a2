// Ring bytes -> records. Believes nothing it has not checked; what it cannot use it counts.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <span>

#include "engine/base/cursor.h"
#include "engine/stream/decode/pieces.h"
#include "engine/stream/decode/registry.h"
#include "engine/stream/decode/returns.h"
#include "engine/stream/decode/sequences.h"
#include "engine/stream/decode/values.h"
#include "engine/stream/event/record.h"

struct wire_head;
struct wire_hook;

namespace vigil::decode {

using Ring = event::Loss::Ring;

// Since the start; any thread may read them.
struct Counters {
  std::atomic<std::uint64_t> records{0};
  std::atomic<std::uint64_t> malformed{0};  // too short, or sizes that do not add up
  std::atomic<std::uint64_t> unknown_kind{0};
  std::atomic<std::uint64_t> unknown_hook{0};                        // of a policy nobody knows
  std::atomic<std::uint64_t> missing_process{0}, missing_events{0};  // lost in the kernel, by ring
  std::atomic<std::uint64_t> lost_arguments{0};  // execs whose arguments are not whole
  std::atomic<std::uint64_t> cut_stacks{0};      // events with a stack that is not whole
  std::atomic<std::uint64_t> entries_without_return{0};
  std::atomic<std::uint64_t> returns_without_entry{0};
};

// Used by one thread.
class Decoder {
 public:
  using Handler = std::function<void(event::Record&&)>;

  // `hooks` must outlive the decoder.
  Decoder(const HookRegistry& hooks, Handler handler);

  // One record, as the ring gave it. Calls the handler once, or not at all.
  void feed(Ring ring, std::span<const std::uint8_t> bytes);

  // The kernel has numbered so many records of the ring on that processor.
  void expect(Ring ring, std::uint16_t cpu, std::uint64_t records);

  // To be called about once a second: gives up waiting for what does not come, tells losses.
  void tick(std::uint64_t now_ktime_ns);

  const Counters& counters() const { return counters_; }

 private:
  bool dispatch(const wire_head& head, ByteCursor cursor);
  bool on_fork(ByteCursor cursor);
  bool on_exec(ByteCursor cursor);
  bool on_exit(ByteCursor cursor);
  bool on_data(ByteCursor cursor);
  bool on_rest(ByteCursor cursor);
  Values take_hook_values(ByteCursor cursor, const event::HookInfo& info, const wire_hook& wire);
  bool on_hook(ByteCursor cursor);
  bool on_return(ByteCursor cursor);
  void tell_losses();
  void publish_counters();

  const HookRegistry& hooks_;
  Handler handler_;
  Counters counters_;
  std::array<Sequences, 2> sequences_;  // by Ring
  Pieces arguments_;                    // of execs
  Pieces rests_;                        // of buffers in records of hooks
  Returns returns_;
};

}  // namespace vigil::decode
