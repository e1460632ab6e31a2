#include "tests/bench/floors.h"

#include <cstdint>

extern "C" {
extern const std::uint8_t vigil_floors_object[], vigil_floors_object_end[];
}

namespace vigil::bench {

Result<Floors> Floors::load() {
  Floors floors;
  const auto size = static_cast<std::size_t>(vigil_floors_object_end - vigil_floors_object);
  floors.object_.reset(bpf_object__open_mem(vigil_floors_object, size, nullptr));
  if (!floors.object_) return Error::from_errno("opening the floors");
  if (int error = bpf_object__load(floors.object_.get()); error != 0)
    return Error::from_errno("loading the floors", -error);
  return floors;
}

bool Floors::has(const std::string& program) const {
  return bpf_object__find_program_by_name(object_.get(), program.c_str()) != nullptr;
}

Result<Floors::Attached> Floors::attach(const std::string& program) const {
  auto* found = bpf_object__find_program_by_name(object_.get(), program.c_str());
  if (found == nullptr) return Error("there is no floor " + program);
  Attached attached(bpf_program__attach(found));
  if (!attached) return Error::from_errno("attaching the floor " + program);
  return attached;
}

}  // namespace vigil::bench
