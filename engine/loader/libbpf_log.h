// What libbpf prints, kept for the error that follows instead of going to stderr.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vigil::loader {

// While it lives, warnings that libbpf prints on this thread are collected here.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  void append(std::string_view text);
  // The last `lines` lines, joined by "; "; empty when nothing was printed.
  std::string tail(std::size_t lines) const;

 private:
  std::string text_;
  LibbpfLog* outer_;
};

}  // namespace vigil::loader
