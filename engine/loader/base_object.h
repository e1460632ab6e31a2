// BaseObject: the life cycle programs and the maps that all programs share.
#pragma once

#include <vector>

#include "engine/base/result.h"
#include "engine/loader/capture.h"
#include "engine/loader/kernel.h"

namespace vigil::loader {

struct RingSizes {
  std::uint32_t process_bytes = 4u << 20;  // powers of two
  std::uint32_t events_bytes = 8u << 20;
};

class BaseObject {
 public:
  static Result<BaseObject> load(const RingSizes& sizes, const Features& features,
                                 const VmlinuxTypes& types);

  Result<void> attach();
  void detach() { links_.clear(); }

  std::vector<ProgramMisses> misses() const;
  const MapFds& maps() const { return maps_; }
  Result<int> map(std::string_view name) const;

 private:
  struct LinkCloser {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
  };
  ObjectPtr object_;
  MapFds maps_;
  std::vector<std::unique_ptr<bpf_link, LinkCloser>> links_;
};

}  // namespace vigil::loader
