// Dispatcher: the small program that stays attached to a hook and tail-calls the hook's
// program of the day. A swap is one map update, so no call ever runs neither.
#pragma once

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/loader/attach.h"
#include "engine/loader/capture.h"

namespace vigil::loader {

class Dispatcher {
 public:
  // Attached with `first` already in its slot.
  static Result<Dispatcher> make(const plan::HookKey& key, const Target& target,
                                 const RelocatedObject& prebuilt, UniqueFd first);

  // Gives back the program that ran until now.
  Result<UniqueFd> put(UniqueFd program);
  const Target& target() const { return target_; }
  int program() const { return program_.get(); }

 private:
  Target target_;
  // A program array forgets its programs with the last descriptor, so it outlives the link.
  UniqueFd slots_;
  UniqueFd current_;
  UniqueFd program_;
  UniqueFd link_;
};

}  // namespace vigil::loader
