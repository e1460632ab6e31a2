// CgroupTree: the cgroups of containers, followed as they come and go. What lies inside of one is
// the container's own business: nobody looks there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/fd.h"
#include "engine/base/result.h"

namespace vigil::enrich {

struct ContainerCgroup {
  std::uint64_t cgroup = 0;  // its id in the kernel
  std::string container;     // the id that its name has
  bool operator==(const ContainerCgroup&) const = default;
};

class CgroupTree {
 public:
  // Of the hierarchy that is mounted at `root` (v2).
  static Result<CgroupTree> watch(std::string root, std::size_t most_watches = 65536);

  // Readable when there is something to take in.
  int fd() const { return notices_.get(); }
  // Takes in what has changed.
  void update();
  // By path.
  const std::map<std::string, ContainerCgroup>& containers() const { return containers_; }
  // False: there are more cgroups than can be watched; look_again() finds what is not.
  bool sees_all() const { return sees_all_; }
  void look_again();

 private:
  CgroupTree(std::string root, UniqueFd notices, std::size_t most_watches)
      : root_(std::move(root)), notices_(std::move(notices)), most_watches_(most_watches) {}
  void look_at(std::string path);
  void enter(const std::string& path, std::vector<std::string>& found);
  void watch_folder(const std::string& path);

  std::string root_;
  UniqueFd notices_;
  std::size_t most_watches_;
  bool sees_all_ = true;
  std::unordered_map<int, std::string> watched_;  // path of each watch
  std::map<std::string, ContainerCgroup> containers_;
};

}  // namespace vigil::enrich
