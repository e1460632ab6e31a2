#include "engine/compile/codegen/traced_context.h"

namespace vigil::codegen {
namespace {

Width width_of(std::uint32_t size_bytes) {
  switch (size_bytes) {
    case 1: return Width::u8;
    case 2: return Width::u16;
    case 4: return Width::u32;
    default: return Width::u64;
  }
}

}  // namespace

Context context_of(schema::Mechanism mechanism) {
  using enum schema::Mechanism;
  switch (mechanism) {
    case kprobe:
    case kretprobe:
    case uprobe:
    case uretprobe: return Context::registers;
    case lsm:
    case fmod_ret:
    case fentry:
    case fexit: return Context::typed_words;
    case raw_tracepoint: return Context::words;
    case tracepoint: return Context::record;
  }
  return Context::registers;
}

void load_field(Emitter& emit, Register to, Register context, const check::RecordPlace& place) {
  emit.load(width_of(place.size_bytes), to,
            {context, static_cast<std::int16_t>(place.offset_bytes)});
  const auto rest = static_cast<std::uint8_t>(64 - 8 * place.size_bytes);
  if (place.is_signed && rest > 0 && rest < 64) {
    emit.shift_left(to, rest);
    emit.shift_right_signed(to, rest);
  }
}

}  // namespace vigil::codegen
