#include "engine/stream/event/queue.h"

#include <utility>

#include "engine/stream/event/shortened.h"

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
  std::size_t operator()(const CredValue&) const { return 0; }
};

std::size_t bytes_of(const ProcessPtr& process) {
  if (process == nullptr) return 0;
  const SharedText& arguments = process->arguments;
  return sizeof(Process) + process->cwd.size() + (TextMemory::is_long(arguments) ? 0 : arguments.size());
}

struct BodyBytes {
  std::size_t operator()(const ProcessExec& exec) const { return bytes_of(exec.process); }
  std::size_t operator()(const ProcessExit& exit) const { return bytes_of(exit.process); }
  std::size_t operator()(const ProcessHook& hook) const {
    std::size_t bytes = 0;
    for (const Argument& argument : hook.arguments)
      bytes += sizeof(Argument) + std::visit(ValueBytes{}, argument.value);
    return bytes;
  }
  std::size_t operator()(const Loss&) const { return 0; }
};

// Calls use(ProcessPtr&), constant if the event is, for each process that an event names.
void each_process(auto& event, auto&& use) {
  std::visit(
      [&](auto& body) {
        if constexpr (requires { body.process; }) {
          use(body.process);
          use(body.parent);
        }
      },
      event.body);
}

void each_arguments(const Event& event, auto&& use) {
  each_process(event, [&](const ProcessPtr& process) {
    if (process != nullptr) use(process->arguments);
  });
}

EventPtr without_long_arguments(const Event& event) {
  Event shorter = event;
  each_process(shorter, [](ProcessPtr& process) { process = shortened(process); });
  return std::make_shared<const Event>(std::move(shorter));
}

}  // namespace

std::size_t memory_bytes(const Event& event) {
  return sizeof(Event) + std::visit(BodyBytes{}, event.body);
}

bool Queue::fits(const Event& event) const {
  std::size_t cost = 0;
  each_arguments(event, [&](const SharedText& text) { cost += arguments_.cost(text); });
  return cost == 0 || arguments_.bytes() + cost <= limits_.argument_bytes;
}

void Queue::push(EventPtr event) {
  if (!fits(*event)) event = without_long_arguments(*event);
  each_arguments(*event, [&](const SharedText& text) { arguments_.hold(text); });
  bytes_ += memory_bytes(*event);
  events_.push_back(std::move(event));
}

EventPtr Queue::pop() {
  EventPtr first = std::move(events_.front());
  events_.pop_front();
  each_arguments(*first, [&](const SharedText& text) { arguments_.release(text); });
  bytes_ -= memory_bytes(*first);
  return first;
}

}  // namespace vigil::event
