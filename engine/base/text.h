// Text from outside: shown without losing a byte and without reaching the terminal raw.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vigil {

// Behind the path of what was unlinked, in /proc and in events.
inline constexpr std::string_view deleted_suffix = " (deleted)";

// Of ASCII; every other byte stays.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Bytes of the well-formed UTF-8 character at the start of `text`; 0: there is none.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);

// Control characters (C0, DEL, C1, the invisible ones that reorder text) and bytes that
// are not UTF-8 become \n, \t, \r or \xNN; a backslash is doubled, so that no two texts
// become the same.
std::string escape(std::string_view text);

// The same without doubling backslashes: for people, who need not read back what was there. It is
// one line; what was made printable stays as it is.
std::string printable(std::string_view text);

// A path as a URI has it: what has a meaning there, and what may not stand there, as %XX.
std::string uri_path(std::string_view path);

// Bytes that are not UTF-8 become \xNN, and all else stays: for what carries UTF-8 only.
std::string as_utf8(std::string_view text);

}  // namespace vigil
