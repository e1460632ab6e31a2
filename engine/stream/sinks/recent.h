// Recent: what was made of shared, immutable objects not long ago.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace vigil::sinks {

// Bounded by its slots: an object takes the place of the one that stood there, and none is kept
// alive. An object that has gone is never taken for a new one at its address.
template <typename Object, typename Made, std::size_t slots>
class Recent {
 public:
  using Pointer = std::shared_ptr<const Object>;

  // Null: not made, or no longer known.
  const Made* find(const Pointer& object) const {
    const Slot& slot = slots_[place(object)];
    return is_same(slot.object, object) ? &slot.made : nullptr;
  }
  // Copied: what the place held gives its memory.
  const Made& keep(const Pointer& object, const Made& made) {
    Slot& slot = slots_[place(object)];
    slot.object = object;
    slot.made = made;
    return slot.made;
  }

 private:
  struct Slot {
    std::weak_ptr<const Object> object;
    Made made;
  };

  static std::size_t place(const Pointer& object) {
    const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(object.get()));
    return (address * 0x9e3779b97f4a7c15u >> 32) % slots;
  }
  static bool is_same(const std::weak_ptr<const Object>& known, const Pointer& object) {
    return !known.owner_before(object) && !object.owner_before(known);
  }

  std::array<Slot, slots> slots_;
};

}  // namespace vigil::sinks
