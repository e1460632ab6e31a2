#include "engine/daemon/whole_events.h"

#include <grpcpp/impl/codegen/proto_utils.h>

namespace vigil::daemon {

grpc::ByteBuffer WholeEvents::bytes_of(const event::EventPtr& event) {
  std::lock_guard lock(mutex_);
  if (const grpc::ByteBuffer* known = recent_.find(event)) return *known;
  scratch_.clear();
  encoder_.append(*event, scratch_);
  const grpc::Slice slice(scratch_);
  const grpc::ByteBuffer bytes(&slice, 1);
  if (scratch_.size() <= kept_bytes) recent_.keep(event, bytes);
  return bytes;
}

tetragon::GetEventsResponse WholeEvents::message_of(const event::EventPtr& event) {
  grpc::ByteBuffer bytes = bytes_of(event);
  tetragon::GetEventsResponse message;
  grpc::SerializationTraits<tetragon::GetEventsResponse>::Deserialize(&bytes, &message);
  return message;
}

}  // namespace vigil::daemon
