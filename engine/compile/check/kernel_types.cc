#include "engine/compile/check/kernel_types.h"

namespace vigil::check {
namespace {

// "struct file *" + "file": no blank after a star.
std::string declare(const CType& type, std::string_view name) {
  if (name.empty()) return type.text;
  return type.text + (type.text.ends_with('*') ? "" : " ") + std::string(name);
}

}  // namespace

std::string to_string(std::string_view name, const Prototype& prototype) {
  std::string parameters;
  for (const Parameter& parameter : prototype.parameters) {
    parameters += parameters.empty() ? "" : ", ";
    parameters += declare(parameter.type, parameter.name);
  }
  return declare(prototype.result, name) + '(' + (parameters.empty() ? "void" : parameters) + ')';
}

}  // namespace vigil::check
