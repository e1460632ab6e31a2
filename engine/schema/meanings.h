// What the words of the language mean, each in half a sentence.
#pragma once

#include <string>
#include <string_view>

#include "engine/schema/actions.h"
#include "engine/schema/process_values.h"
#include "engine/schema/types.h"

namespace vigil::schema {

std::string meaning(Operator op);
std::string_view meaning(ActionKind kind);
std::string_view meaning(ArgType type);
std::string_view meaning(RateScope scope);
std::string_view meaning(PolicyMode mode);
std::string_view meaning(ListType type);
std::string_view meaning(Option option);
std::string_view meaning(ProcessValue value);

}  // namespace vigil::schema
