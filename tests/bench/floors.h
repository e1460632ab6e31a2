// Floors: the programs of floors/floors.bpf.c, loaded once, attached one at a time.
#pragma once

#include <memory>
#include <string>

#include <bpf/libbpf.h>

#include "engine/base/result.h"

namespace vigil::bench {

class Floors {
 public:
  static Result<Floors> load();
  bool has(const std::string& program) const;

  struct Detach {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
  };
  using Attached = std::unique_ptr<bpf_link, Detach>;
  Result<Attached> attach(const std::string& program) const;

 private:
  struct Close {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
  };
  std::unique_ptr<bpf_object, Close> object_;
};

}  // namespace vigil::bench
