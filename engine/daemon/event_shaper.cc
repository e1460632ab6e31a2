#include "engine/daemon/event_shaper.h"

#include <memory>
#include <optional>
#include <utility>

#include "engine/api/event_filters.h"
#include "engine/api/field_filters.h"
#include "engine/daemon/whole_events.h"
#include "engine/stream/filter/filter.h"

namespace vigil::daemon {
namespace {

grpc::ByteBuffer to_bytes(const tetragon::GetEventsResponse& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

api::EventShaper shaper(std::shared_ptr<const filter::Filter> filter, api::FieldFilters fields,
                        std::shared_ptr<WholeEvents> events) {
  return [filter = std::move(filter), fields = std::move(fields), events = std::move(events)](
             const event::EventPtr& event) -> std::optional<grpc::ByteBuffer> {
    if (!filter->passes(*event)) return std::nullopt;
    if (fields.empty()) return events->bytes_of(event);
    auto response = events->message_of(event);
    fields.trim(response);
    return to_bytes(response);
  };
}

}  // namespace

api::ShaperFactory make_shaper_factory(const process::Table& processes, std::string node_name) {
  return [&processes, events = std::make_shared<WholeEvents>(std::move(node_name))](
             const tetragon::GetEventsRequest& request)
             -> std::expected<api::EventShaper, std::string> {
    auto lookup = [&processes](const event::ExecKey& key) { return processes.find(key); };
    auto filter = filter::Filter::make(api::filter_lists(request), lookup);
    if (!filter) return std::unexpected(filter.error().message());
    auto fields = api::FieldFilters::make(request);
    if (!fields) return std::unexpected(fields.error());
    return shaper(std::make_shared<const filter::Filter>(std::move(*filter)), std::move(*fields),
                  events);
  };
}

}  // namespace vigil::daemon
