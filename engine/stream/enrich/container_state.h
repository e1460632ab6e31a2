// What one file of a runtime says of a container: text in, labels out. The bytes come from outside.
#pragma once

#include <string>
#include <string_view>

namespace vigil::enrich {

// What 'containerSelector' asks about. Empty: not told.
struct ContainerLabels {
  std::string name;
  std::string repo;  // its image, without tag and digest
  bool operator==(const ContainerLabels&) const = default;
};

// Docker's config.v2.json.
ContainerLabels read_docker_state(std::string_view json, std::string_view id);
// config.json of an OCI bundle, of containers that the CRI of containerd or CRI-O has made.
ContainerLabels read_oci_state(std::string_view json, std::string_view id);
// containers.json of containers/storage, which podman and CRI-O use: a list of all of them.
ContainerLabels read_storage_state(std::string_view json, std::string_view id);

// "docker.io/library/nginx" of "docker.io/library/nginx:1.27@sha256:..."; empty for a bare digest.
std::string repo_of(std::string_view image);

}  // namespace vigil::enrich
