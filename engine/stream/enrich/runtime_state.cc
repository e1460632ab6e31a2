#include "engine/stream/enrich/runtime_state.h"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "engine/base/file.h"

namespace vigil::enrich {
namespace {

// One file per container, or one for all of them.
constexpr std::size_t most_own_bytes = std::size_t{1} << 20;
constexpr std::size_t most_common_bytes = std::size_t{8} << 20;
constexpr std::size_t most_namespaces = 64;  // of one containerd

struct Place {
  std::string_view path;  // {}: the container's id; one "*/": any folder
  ContainerLabels (*read)(std::string_view json, std::string_view id);
  std::size_t most_bytes;
};

// What an earlier one tells counts.
constexpr Place places[] = {
    {"var/lib/docker/containers/{}/config.v2.json", read_docker_state, most_own_bytes},
    {"run/containerd/io.containerd.runtime.v2.task/*/{}/config.json", read_oci_state,
     most_own_bytes},
    {"run/k3s/containerd/io.containerd.runtime.v2.task/*/{}/config.json", read_oci_state,
     most_own_bytes},
    {"run/containers/storage/overlay-containers/{}/userdata/config.json", read_oci_state,
     most_own_bytes},
    {"var/lib/containers/storage/overlay-containers/{}/userdata/config.json", read_oci_state,
     most_own_bytes},
    {"var/lib/containers/storage/overlay-containers/containers.json", read_storage_state,
     most_common_bytes},
    {"var/lib/containers/storage/overlay-containers/volatile-containers.json", read_storage_state,
     most_common_bytes},
};

// With each folder that the star stands for.
std::vector<std::string> paths_of(const std::string& root, std::string_view pattern) {
  constexpr std::string_view any_folder = "*/";
  const auto star = pattern.find(any_folder);
  if (star == std::string_view::npos) return {fmt::format("{}/{}", root, pattern)};
  const auto above = fmt::format("{}/{}", root, pattern.substr(0, star));
  const auto below = pattern.substr(star + any_folder.size());
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator folder(above, error), end;
       !error && folder != end && paths.size() < most_namespaces; folder.increment(error))
    paths.push_back(fmt::format("{}/{}", folder->path().string(), below));
  return paths;
}

void fill(std::string& known, std::string&& told) {
  if (known.empty()) known = std::move(told);
}

// `id` is made of hexadecimal digits.
std::string with_id(std::string path, std::string_view id) {
  constexpr std::string_view place = "{}";
  if (const auto at = path.find(place); at != std::string::npos) path.replace(at, place.size(), id);
  return path;
}

}  // namespace

std::optional<ContainerLabels> RuntimeState::find(std::string_view id) const {
  ContainerLabels labels;
  for (const Place& place : places) {
    for (const std::string& path : paths_of(root_, place.path)) {
      const auto json = read_file(with_id(path, id), place.most_bytes);
      if (!json) continue;
      auto [name, repo] = place.read(*json, id);
      fill(labels.name, std::move(name));
      fill(labels.repo, std::move(repo));
    }
    if (!labels.name.empty() && !labels.repo.empty()) break;
  }
  return labels == ContainerLabels{} ? std::nullopt : std::optional(std::move(labels));
}

}  // namespace vigil::enrich
