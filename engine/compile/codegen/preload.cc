#include "engine/compile/codegen/preload.h"

#include <algorithm>

#include "engine/compile/codegen/emitter.h"
#include "engine/compile/codegen/operands.h"
#include "engine/compile/plan/describe.h"
#include "engine/compile/plan/placement.h"
#include "engine/schema/actions.h"
#include "kernel/include/runtime_abi.h"

namespace vigil::codegen {
namespace {

constexpr Register context = Register::r6, size = Register::r7;
constexpr Register argument1 = Register::r1, argument2 = Register::r2, result = Register::r0;

// How much of a value's memory is read; nothing: as far as a string goes.
enum class Reach { nothing, string, buffer, address, local_address, attributes };
constexpr std::int32_t address_bytes = 28;  // of the longest struct sockaddr that is looked at
constexpr std::int32_t local_address_bytes = 2 + VG_UNIX_PATH_MAX;
constexpr std::int32_t attributes_bytes = 64;  // as many of a union bpf_attr as are looked at

Reach reach_of(const plan::Slot& slot) {
  if (!slot.user_memory) return Reach::nothing;
  switch (slot.type) {
    case schema::ArgType::char_buf: return Reach::buffer;
    case schema::ArgType::sockaddr: return Reach::address;
    case schema::ArgType::sockaddr_un: return Reach::local_address;
    case schema::ArgType::bpf_attr: return Reach::attributes;
    default: return Reach::string;
  }
}

class PreloadProgram {
 public:
  explicit PreloadProgram(const plan::HookPlan& plan) : plan_(plan) {}

  Result<Code> make() {
    if (std::ranges::none_of(plan_.slots, [&](const auto& slot) { return is_in_memory(slot); }))
      return Code{};
    emit_.line(plan_.placements.front().span, "bring in what will be read");
    emit_.move(context, argument1);
    for (const plan::Slot& slot : plan_.slots) {
      if (is_in_memory(slot)) bring_in(slot);
    }
    emit_.move(result, 0);
    emit_.exit();
    return emit_.finish();
  }

 private:
  const check::Operand& operand(std::uint8_t raw) const { return plan_.operands[raw]; }

  bool is_in_memory(const plan::Slot& slot) const {
    return reach_of(slot) != Reach::nothing || operand(slot.raw).memory_bytes != 0;
  }

  // Leaves the value in r1.
  void take(std::uint8_t raw) {
    emit_operand(emit_, operand(raw), context, argument1, argument2);
    if (operand(raw).memory_bytes == 0) return;
    emit_.move(argument2, operand(raw).memory_bytes);
    emit_.call("vg_preload_word");
    emit_.move(argument1, result);
  }

  void bring_in(const plan::Slot& slot) {
    emit_.line(slot.span, "bring in " + plan::describe(slot));
    switch (reach_of(slot)) {
      case Reach::nothing: take(slot.raw); return;
      case Reach::string:
        take(slot.raw);
        emit_.call("vg_preload_string");
        return;
      case Reach::address: return bring_in_bytes(slot, address_bytes);
      case Reach::local_address: return bring_in_bytes(slot, local_address_bytes);
      case Reach::attributes: return bring_in_bytes(slot, attributes_bytes);
      case Reach::buffer:
        take(slot.size_raw.value());
        emit_.move(size, argument1);
        take(slot.raw);
        emit_.move(argument2, size);
        emit_.call("vg_preload_bytes");
        return;
    }
  }

  void bring_in_bytes(const plan::Slot& slot, std::int32_t bytes) {
    take(slot.raw);
    emit_.move(argument2, bytes);
    emit_.call("vg_preload_bytes");
  }

  const plan::HookPlan& plan_;
  Emitter emit_;
};

}  // namespace

Result<Code> make_preload_program(const plan::HookPlan& plan) {
  if (!plan::is_user(plan.key.mechanism) || schema::is_return(plan.key.mechanism)) return Code{};
  return PreloadProgram(plan).make();
}

}  // namespace vigil::codegen
