// Options whose value is one word of a closed list.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vigil::cli {

template <typename Value>
using Choices = std::vector<std::pair<std::string_view, Value>>;

// The value that `word` names; else the complaint that says which words there are.
template <typename Value>
Value choose(const Choices<Value>& choices, std::string_view option, const std::string& word) {
  std::string known;
  for (const auto& [name, value] : choices) {
    if (name == word) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw CLI::ValidationError(std::string(option), "'" + word + "' is none of " + known);
}

template <typename Value>
CLI::Option* add_choice(CLI::App& verb, const std::string& option, Value& target,
                        Choices<Value> choices, const std::string& help) {
  return verb.add_option_function<std::string>(
      option,
      [&target, choices = std::move(choices), option](const std::string& word) {
        target = choose(choices, option.substr(option.find(',') + 1), word);
      },
      help);
}

}  // namespace vigil::cli
