// Containers by the names of their cgroups.
#pragma once

#include <string_view>

namespace vigil::enrich {

// The container's id in the last component of a cgroup's path, as Docker, containerd, CRI-O and
// podman name them; empty: it is no container's. What looks after one from outside (conmon) is
// none.
std::string_view container_id_in(std::string_view cgroup_name);

}  // namespace vigil::enrich
