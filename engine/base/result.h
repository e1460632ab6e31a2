// Result<T>: the outcome of an operation on the world (file, kernel, socket).
// A policy author's mistakes go to Diagnostics instead; our own bugs abort.
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace vigil {

// What failed, as one sentence without a final stop, context first:
// "attaching 'file_open': permission denied".
class Error {
 public:
  explicit Error(std::string message, int errno_value = 0)
      : message_(std::move(message)), errno_value_(errno_value) {}

  // "`doing`: strerror(errno_value)".
  static Error from_errno(std::string_view doing, int errno_value = errno);

  const std::string& message() const { return message_; }

  // The errno behind the failure; 0 when there is none.
  int errno_value() const { return errno_value_; }

  // The same error seen from one boundary further out: "`doing`: message".
  Error in(std::string_view doing) const;

 private:
  std::string message_;
  int errno_value_;
};

// std::expected of g++ 12 is not [[nodiscard]] and has no and_then.
template <typename T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
  Result() = default;
  Result(Error error) : std::expected<T, Error>(std::unexpected(std::move(error))) {}
};

// TRY(value, expression): unwraps into `value` or returns the error to the caller.
#define VIGIL_CONCAT_(a, b) a##b
#define VIGIL_CONCAT(a, b) VIGIL_CONCAT_(a, b)
#define VIGIL_TRY_(result, declaration, expression) \
  auto result = (expression);                       \
  if (!result) return result.error();               \
  declaration = std::move(*result)
#define TRY(declaration, expression) \
  VIGIL_TRY_(VIGIL_CONCAT(try_result_, __LINE__), declaration, expression)
// The same for Result<void>.
#define TRY_VOID(expression) \
  if (auto try_void_result = (expression); !try_void_result) return try_void_result.error()

}  // namespace vigil
