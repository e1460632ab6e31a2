#include "engine/stream/event/memory_bytes.h"

#include "engine/stream/event/text_memory.h"

namespace vigil::event {
namespace {

struct ValueBytes {
  std::size_t operator()(const std::string& text) const { return text.size(); }
  std::size_t operator()(const PathValue& value) const { return value.path.size(); }
  std::size_t operator()(const BytesValue& value) const { return value.bytes.size(); }
  std::size_t operator()(const ErrorValue& value) const { return value.message.size(); }
  std::size_t operator()(const std::uint64_t&) const { return 0; }
  std::size_t operator()(const SockValue&) const { return 0; }
  std::size_t operator()(const SockaddrValue&) const { return 0; }
  std::size_t operator()(const UnixAddressValue& value) const { return value.path.size(); }
  std::size_t operator()(const SkbValue&) const { return 0; }
  std::size_t operator()(const UserNsValue&) const { return 0; }
  std::size_t operator()(const CredValue&) const { return 0; }
  std::size_t operator()(const BpfProgValue& value) const { return value.name.size(); }
  std::size_t operator()(const BpfMapValue& value) const { return value.name.size(); }
  std::size_t operator()(const PerfEventValue& value) const { return value.function.size(); }
  std::size_t operator()(const ModuleValue& value) const { return value.name.size(); }
};

std::size_t bytes_of(const std::vector<Argument>& arguments) {
  std::size_t bytes = 0;
  for (const Argument& argument : arguments)
    bytes += sizeof(Argument) + std::visit(ValueBytes{}, argument.value);
  return bytes;
}

std::size_t bytes_of(const Stacks& stacks) {
  std::size_t bytes = 0;
  for (const auto* frames : {&stacks.kernel, &stacks.user}) {
    for (const StackFrame& frame : *frames)
      bytes += sizeof(StackFrame) + frame.symbol.size() + frame.file.size();
  }
  return bytes;
}

std::size_t bytes_of(const ProcessPtr& process) {
  if (process == nullptr) return 0;
  const SharedText& arguments = process->arguments;
  return sizeof(Process) + process->cwd.size() +
         (TextMemory::is_long(arguments) ? 0 : arguments.size());
}

struct BodyBytes {
  std::size_t operator()(const ProcessExec& exec) const { return bytes_of(exec.process); }
  std::size_t operator()(const ProcessExit& exit) const { return bytes_of(exit.process); }
  std::size_t operator()(const ProcessHook& hook) const {
    return bytes_of(hook.arguments) + bytes_of(hook.data) + bytes_of(hook.stacks);
  }
  std::size_t operator()(const Loss&) const { return 0; }
};

}  // namespace

std::size_t memory_bytes(const Event& event) {
  return sizeof(Event) + std::visit(BodyBytes{}, event.body);
}

std::size_t memory_bytes(const HookRecord& record) {
  return sizeof(HookRecord) + bytes_of(record.arguments) + bytes_of(record.data) +
         bytes_of(record.stacks);
}

std::size_t memory_bytes(const std::vector<Argument>& arguments) { return bytes_of(arguments); }

}  // namespace vigil::event
