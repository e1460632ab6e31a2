// Did you mean: the known words nearest to one that is not known.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::schema {

// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`,
// case ignored; gives up with limit + 1 when there are more than `limit`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// How far a word may be off to be worth suggesting.
std::size_t suggestion_limit(std::string_view word);

// Comparing with all names of a kernel, a file or a policy takes a while: not for mistake after
// mistake of one policy.
constexpr std::size_t max_suggested = 20;

// At most `count` of `known`, nearest first, none that is too far off; where all are, those that
// hold the word: "IPPROTO_TCP" for "tcp".
std::vector<std::string_view> similar(std::string_view word,
                                      std::span<const std::string_view> known, std::size_t count);

// "did you mean 'a' or 'b'?"; empty when there is nothing to suggest.
std::string did_you_mean(std::span<const std::string_view> suggestions);
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);
// Where nothing is near and there are few, all of them: "write 'In' or 'NotIn'".
std::string meant_or_all(std::string_view word, std::span<const std::string_view> known);

}  // namespace vigil::schema
