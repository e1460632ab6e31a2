// Dispatcher: the small program that stays attached to a hook and tail-calls the hook's
// program of the day. A swap is one map update, so no call ever runs neither.
#pragma once

#include <string>
#include <vector>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/loader/attach.h"
#include "engine/loader/capture.h"
#include "engine/loader/hook_loader.h"

namespace vigil::loader {

class Dispatcher {
 public:
  // Loaded, not yet running.
  struct Programs {
    HookCode code;
    std::vector<UniqueFd> preloads;  // none: the hook reads no memory of user space
  };
  struct Content {
    HookCode code;
    std::vector<UniqueFd> preload_links;
  };

  // Attached with `first` already in its slot.
  static Result<Dispatcher> make(const plan::HookKey& key,
                                 const std::vector<std::string>& functions, const Target& target,
                                 const RelocatedObject& prebuilt, Programs first);

  // Gives back what ran until now; calls that are under way still run it.
  Result<Content> put(Programs programs);
  Result<Content> put_back(Content content);
  const Target& target() const { return target_; }
  int program() const { return program_.get(); }

 private:
  Result<std::vector<UniqueFd>> attach_preloads(const std::vector<UniqueFd>& preloads) const;

  plan::HookKey key_;
  Target target_;
  // A program array forgets its programs with the last descriptor, so it outlives the link.
  UniqueFd slots_;
  Content current_;
  UniqueFd program_;
  std::vector<UniqueFd> links_;
};

}  // namespace vigil::loader
