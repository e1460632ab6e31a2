// The system calls whose cost is measured, on files and sockets of our own.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "tests/bench/timing.h"

namespace vigil::bench {

constexpr const char* work_dir = "/tmp/vigil-bench";
constexpr const char* plain_file = "/tmp/vigil-bench/plain-file";

struct Call {
  std::string_view name;
  std::string_view does;  // what one round is, for the report
  Loop loop;
};

const std::vector<Call>& all_calls();
const Call& call_named(std::string_view name);

// Makes the files and sockets. `program` is a small static one that "exit 0" ends at once.
Result<void> prepare_calls(const char* program);

}  // namespace vigil::bench
