// Any bytes as records of both rings. The input is cut into records by its own length
// bytes: two, then the record; every 64th record time passes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/stream/decode/decoder.h"

namespace {

using namespace vigil;

// Shows every type, one slot each, with a return value; and stacks, of one selector only that of
// the kernel.
event::HookInfoPtr everything() {
  event::HookInfo info;
  for (std::uint8_t type = 0; type <= static_cast<std::uint8_t>(schema::ArgType::nop); ++type)
    info.arguments.push_back({static_cast<schema::ArgType>(type), "", type});
  info.stacks = {{.kernel = 30, .user = 31}, {.kernel = 31}};
  info.return_argument = event::HookInfo::Shown{schema::ArgType::int32, "", 255};
  return std::make_shared<const event::HookInfo>(info);
}

// Knows every hook.
class AnyHook : public decode::HookRegistry {
 public:
  event::HookInfoPtr find(const decode::HookId&) const override { return info_; }

 private:
  event::HookInfoPtr info_ = everything();
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the fuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  AnyHook hooks;
  decode::Decoder decoder(hooks, [](event::Record&&) {});
  std::span<const std::uint8_t> input(data, size);
  for (std::uint64_t i = 0; input.size() > 2; ++i) {
    const std::size_t length = std::min<std::size_t>(input[0] | input[1] << 8, input.size() - 2);
    const auto bytes = input.subspan(2, length);
    const std::vector<std::uint8_t> record(bytes.begin(), bytes.end());
    decoder.feed(i % 2 == 0 ? decode::Ring::process : decode::Ring::events, record);
    if (i % 64 == 63) decoder.tick(i * 1'000'000'000);
    input = input.subspan(2 + length);
  }
  decoder.tick(UINT64_MAX);
  return 0;
}
