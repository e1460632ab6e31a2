// RelocatedObject: an embedded object whose maps libbpf has made and whose code it has
// relocated for this kernel, kept as an Image for the programs to be made of it.
// Relocating once keeps the cost of BTF and CO-RE out of every later swap.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <bpf/libbpf.h>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/loader/image.h"
#include "engine/loader/join.h"
#include "engine/loader/vmlinux_types.h"

namespace vigil::loader {

struct ObjectCloser {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};
using ObjectPtr = std::unique_ptr<bpf_object, ObjectCloser>;

// An embedded object, ready to be loaded, and the file of kernel types it is then relocated with.
struct OpenObject {
  UniqueFd types;
  ObjectPtr object;
};

// `name` is for errors.
Result<OpenObject> open_object(const char* name, std::span<const std::uint8_t> elf,
                               const VmlinuxTypes& types);

// Fds of all maps of a loaded object, by name.
MapFds map_fds(const bpf_object& object);

class RelocatedObject {
 public:
  // The object has one program, in section "vigil". Maps that `shared` names are used
  // instead of new ones.
  static Result<RelocatedObject> make(const char* name, std::span<const std::uint8_t> elf,
                                      const MapFds& shared, const VmlinuxTypes& types);

  const Image& image() const { return image_; }
  // Its own maps and the shared ones.
  const MapFds& maps() const { return maps_; }

 private:
  ObjectPtr object_;
  MapFds maps_;
  Image image_;
};

}  // namespace vigil::loader
