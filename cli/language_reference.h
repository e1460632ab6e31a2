// docs/language/reference.md.
#pragma once

#include <string>

namespace vigil::cli {

// Every key and word of the language as Markdown.
std::string language_reference();

}  // namespace vigil::cli
