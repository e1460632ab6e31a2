#include "engine/loader/libbpf_log.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>

#include "engine/loader/verifier_log.h"

namespace vigil::loader {
namespace {

// A verifier log that libbpf prints in one piece can be megabytes; its end says why.
constexpr std::size_t kept_bytes = 65'536;

thread_local LibbpfLog* current = nullptr;

int print(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG || current == nullptr) return 0;
  va_list copy;
  va_copy(copy, arguments);
  int size = std::vsnprintf(nullptr, 0, format, copy);
  va_end(copy);
  if (size <= 0) return 0;
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::vsnprintf(text.data(), text.size(), format, arguments);
  text.pop_back();
  current->append(text);
  return 0;
}

}  // namespace

LibbpfLog::LibbpfLog() : outer_(current) {
  libbpf_set_print(print);
  current = this;
}

LibbpfLog::~LibbpfLog() { current = outer_; }

void LibbpfLog::append(std::string_view text) {
  text_ += text;
  if (text_.size() > kept_bytes) text_.erase(0, text_.size() - kept_bytes);
}

std::string LibbpfLog::tail(std::size_t lines) const { return last_lines(text_, lines); }

}  // namespace vigil::loader
