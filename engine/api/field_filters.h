// Which fields of an event a client wants: field_filters of a GetEvents request.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "tetragon/events.pb.h"

namespace vigil::api {

class FieldFilters {
 public:
  // Fails on a path that no event has.
  static std::expected<FieldFilters, std::string> make(const tetragon::GetEventsRequest& request);

  // All fields are wanted.
  bool empty() const { return filters_.empty(); }
  // Applies them in their order.
  void trim(tetragon::GetEventsResponse& response) const;

 private:
  std::vector<tetragon::FieldFilter> filters_;
};

}  // namespace vigil::api
