// What a document says of itself.
#pragma once

#include <string_view>

namespace vigil::schema {

constexpr std::string_view api_version = "cilium.io/v1alpha1";
constexpr std::string_view policy_kind = "TracingPolicy";
constexpr std::string_view namespaced_policy_kind = "TracingPolicyNamespaced";

// Of matchExpressions.
constexpr std::string_view label_operators[] = {"In", "NotIn", "Exists", "DoesNotExist"};

}  // namespace vigil::schema
