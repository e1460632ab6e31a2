// Which events a client or a sink gets.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/stream/event/event.h"
#include "engine/stream/filter/spec.h"

namespace vigil::filter {

// An event by its kind in the API.
EventKind kind_of(const event::Event& event);

// Finds a process by its key; null when it is not known. Called from the thread that filters.
using ProcessLookup = std::function<event::ProcessPtr(const event::ExecKey&)>;

// Holds no state: any number of threads may use one. That events were lost is told to
// everyone whose filters leave room for its kind, whatever else they ask for.
class Filter {
 public:
  // Fails on a regular expression that is wrong and on a field that is not supported,
  // naming it as "allow filter 2: binary_regex '(': missing ): (".
  static Result<Filter> make(const FilterLists& lists, ProcessLookup lookup);

  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

  bool passes(const event::Event& event) const;

 private:
  class Rule;
  using Rules = std::vector<Rule>;

  Filter();
  static Result<Rules> make_rules(const char* list, const std::vector<FilterSpec>& specs);

  ProcessLookup lookup_;
  Rules allow_;
  Rules deny_;
};

}  // namespace vigil::filter
