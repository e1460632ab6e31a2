// Looking up a word of a policy: one message when it is not there or not supported yet, none when
// it could not be read.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string_view>

#include "engine/base/diagnostics.h"
#include "engine/compile/policy/policy.h"
#include "engine/schema/codes.h"
#include "engine/schema/similar.h"
#include "engine/schema/word.h"

namespace vigil::check {

// `noun`: "an operator"; `unknown`: the code for a word nobody knows.
template <typename T>
std::optional<T> look_up(std::span<const schema::Word<T>> words, const policy::Text& text,
                         std::string_view noun, const schema::Code& unknown,
                         Diagnostics& diagnostics) {
  if (!text.readable) return std::nullopt;
  const schema::Word<T>* word = schema::find_word(words, text.value);
  if (word == nullptr) {
    diagnostics.error(unknown.code, text.span, fmt::format("'{}' is not {}", text.value, noun),
                      schema::meant_or_all(text.value, schema::spellings(words)));
  } else if (!word->value) {
    diagnostics.error(schema::code::not_supported.code, text.span,
                      fmt::format("'{}' is not supported yet", text.value));
  }
  return word == nullptr ? std::nullopt : word->value;
}

}  // namespace vigil::check
