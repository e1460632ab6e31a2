// RuntimeState: what Docker, containerd, podman and CRI-O keep on disk about their containers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/stream/enrich/container_state.h"

namespace vigil::enrich {

class RuntimeState {
 public:
  // `root` is where the host's root is seen.
  explicit RuntimeState(std::string root) : root_(std::move(root)) {}

  // None: no runtime says anything of such a container, yet. Files that are too long or no JSON say
  // nothing.
  std::optional<ContainerLabels> find(std::string_view id) const;

 private:
  std::string root_;
};

}  // namespace vigil::enrich
