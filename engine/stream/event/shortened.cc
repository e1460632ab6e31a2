#include "engine/stream/event/shortened.h"

#include <string>
#include <string_view>
#include <utility>

#include "engine/stream/event/process_flags.h"
#include "engine/stream/event/text_memory.h"

namespace vigil::event {
namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

std::string_view beginning(std::string_view text) {
  std::size_t size = TextMemory::long_bytes;
  while (size > 0 && continues_character(text[size])) --size;
  return text.substr(0, size);
}

}  // namespace

ProcessPtr shortened(const ProcessPtr& process) {
  if (process == nullptr || !TextMemory::is_long(process->arguments)) return process;
  Process shorter = *process;
  shorter.arguments = std::string(beginning(process->arguments));
  const std::string cut = to_string(ProcessFlags{ProcessFlag::trunc_args});
  if (shorter.flags.find(cut) == std::string::npos)
    shorter.flags += (shorter.flags.empty() ? "" : " ") + cut;
  return std::make_shared<const Process>(std::move(shorter));
}

}  // namespace vigil::event
