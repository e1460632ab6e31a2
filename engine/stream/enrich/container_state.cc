#include "engine/stream/enrich/container_state.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <optional>
#include <span>

namespace vigil::enrich {
namespace {

using google::protobuf::Value;

std::optional<Value> parse(std::string_view json) {
  Value value;
  const auto status = google::protobuf::util::JsonStringToMessage(std::string(json), &value);
  return status.ok() ? std::optional(std::move(value)) : std::nullopt;
}

const Value* member(const Value& value, std::string_view key) {
  const auto& fields = value.struct_value().fields();
  const auto found = fields.find(std::string(key));
  return found == fields.end() ? nullptr : &found->second;
}

std::string text_of(const Value& value, std::string_view key) {
  const Value* found = member(value, key);
  return found == nullptr ? "" : found->string_value();
}

// Of the first key that has one.
std::string first_text(const Value& value, std::span<const std::string_view> keys) {
  for (const std::string_view key : keys)
    if (std::string text = text_of(value, key); !text.empty()) return text;
  return {};
}

constexpr std::string_view kubernetes_name = "io.kubernetes.container.name";

}  // namespace

std::string repo_of(std::string_view image) {
  image = image.substr(0, image.find('@'));
  if (image.starts_with("sha256:")) return {};
  const auto colon = image.rfind(':');
  const auto slash = image.rfind('/');
  const bool has_tag =
      colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  return std::string(has_tag ? image.substr(0, colon) : image);
}

ContainerLabels read_docker_state(std::string_view json, std::string_view /*id*/) {
  const auto state = parse(json);
  if (!state) return {};
  ContainerLabels labels{.name = text_of(*state, "Name"), .repo = {}};
  if (labels.name.starts_with('/')) labels.name.erase(0, 1);
  const Value* config = member(*state, "Config");
  if (config == nullptr) return labels;
  labels.repo = repo_of(text_of(*config, "Image"));
  const Value* given = member(*config, "Labels");
  if (given == nullptr) return labels;
  if (std::string name = text_of(*given, kubernetes_name); !name.empty())
    labels.name = std::move(name);
  return labels;
}

ContainerLabels read_oci_state(std::string_view json, std::string_view /*id*/) {
  constexpr std::string_view names[] = {"io.kubernetes.cri.container-name", kubernetes_name,
                                        "io.kubernetes.cri-o.ContainerName"};
  constexpr std::string_view images[] = {"io.kubernetes.cri.image-name",
                                         "io.kubernetes.cri-o.ImageName"};
  const auto bundle = parse(json);
  if (!bundle) return {};
  const Value* annotations = member(*bundle, "annotations");
  if (annotations == nullptr) return {};
  return {.name = first_text(*annotations, names),
          .repo = repo_of(first_text(*annotations, images))};
}

ContainerLabels read_storage_state(std::string_view json, std::string_view id) {
  // Of CRI-O the first is what Kubernetes calls it.
  constexpr std::string_view names[] = {"metadata-name", "name"};
  const auto containers = parse(json);
  if (!containers) return {};
  for (const Value& container : containers->list_value().values()) {
    if (text_of(container, "id") != id) continue;
    const auto metadata = parse(text_of(container, "metadata"));
    if (!metadata) return {};
    return {.name = first_text(*metadata, names),
            .repo = repo_of(text_of(*metadata, "image-name"))};
  }
  return {};
}

}  // namespace vigil::enrich
