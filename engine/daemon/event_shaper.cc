#include "engine/daemon/event_shaper.h"

#include <memory>
#include <utility>

#include "engine/api/event_filters.h"
#include "engine/api/field_filters.h"
#include "engine/stream/filter/filter.h"
#include "engine/stream/sinks/to_proto.h"

namespace vigil::daemon {
namespace {

api::EventShaper shaper(std::shared_ptr<const filter::Filter> filter, api::FieldFilters fields,
                        std::string node_name) {
  return [filter = std::move(filter), fields = std::move(fields),
          node_name = std::move(node_name)](const event::Event& event) -> std::unique_ptr<tetragon::GetEventsResponse> {
    if (!filter->passes(event)) return nullptr;
    auto response = std::make_unique<tetragon::GetEventsResponse>(sinks::to_proto(event, node_name));
    fields.trim(*response);
    return response;
  };
}

}  // namespace

api::ShaperFactory make_shaper_factory(const process::Table& processes, std::string node_name) {
  return [&processes, node_name = std::move(node_name)](
             const tetragon::GetEventsRequest& request) -> std::expected<api::EventShaper, std::string> {
    auto lookup = [&processes](const event::ExecKey& key) { return processes.find(key); };
    auto filter = filter::Filter::make(api::filter_lists(request), lookup);
    if (!filter) return std::unexpected(filter.error().message());
    auto fields = api::FieldFilters::make(request);
    if (!fields) return std::unexpected(fields.error());
    return shaper(std::make_shared<const filter::Filter>(std::move(*filter)), std::move(*fields), node_name);
  };
}

}  // namespace vigil::daemon
