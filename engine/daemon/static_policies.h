// Policy files on disk: which there are, and what they say now.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace vigil::daemon {

struct StaticFile {
  std::string path;
  std::string text;
  std::string error;  // why it could not be read
};

// The YAML files of the directories, then the single files, each once. A file that cannot
// be read is part of the answer; a directory that cannot be read makes it an error, since
// its policies would seem to be gone.
Result<std::vector<StaticFile>> read_static_files(const std::vector<std::string>& directories,
                                                  const std::vector<std::string>& files);

// What loading the static policies came to.
struct SyncReport {
  struct Failure {
    std::string path;
    std::string error;
  };
  struct Warning {
    std::string path;
    std::string text;
  };
  std::size_t loaded = 0, unchanged = 0, removed = 0;
  std::vector<Failure> failures;
  std::vector<Warning> warnings;  // of what was loaded
};

}  // namespace vigil::daemon
