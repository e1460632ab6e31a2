// What a document says of itself, and what Kubernetes has it say.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/schema/word.h"

namespace vigil::schema {

constexpr std::string_view api_version = "cilium.io/v1alpha1";
constexpr std::string_view policy_kind = "TracingPolicy";
constexpr std::string_view namespaced_policy_kind = "TracingPolicyNamespaced";

// Labels that containers have.
constexpr std::string_view container_name_label = "name";
constexpr std::string_view container_repo_label = "repo";

// Of matchExpressions.
enum class LabelOperator : std::uint8_t { in, not_in, exists, does_not_exist };
constexpr Word<LabelOperator> label_operators[] = {{"In", LabelOperator::in},
                                                   {"NotIn", LabelOperator::not_in},
                                                   {"Exists", LabelOperator::exists},
                                                   {"DoesNotExist", LabelOperator::does_not_exist}};
constexpr std::span<const Word<LabelOperator>> label_operator_words() { return label_operators; }

}  // namespace vigil::schema
