#include "engine/stream/enrich/container_id.h"

#include <gtest/gtest.h>

#include <string>

namespace vigil::enrich {
namespace {

const std::string id(64, 'a');

TEST(ContainerId, IsFoundInTheNamesThatRuntimesGive) {
  for (const std::string& name :
       {id, "docker-" + id + ".scope", "libpod-" + id + ".scope", "libpod-" + id,
        "crio-" + id + ".scope", "cri-containerd-" + id + ".scope", "nerdctl-" + id + ".scope",
        "system.slice:cri-containerd:" + id})
    EXPECT_EQ(container_id_in(name), id) << name;
}

TEST(ContainerId, IsInNoOtherName) {
  const std::string capital(64, 'A');
  for (const std::string& name :
       {std::string(), std::string("ssh.service"), std::string(63, 'a'), "docker-" + capital,
        std::string(40, 'a') + "-" + std::string(40, 'b'), "crio-conmon-" + id + ".scope",
        "libpod-conmon-" + id + ".scope"})
    EXPECT_EQ(container_id_in(name), "") << name;
}

}  // namespace
}  // namespace vigil::enrich
