#include "engine/stream/enrich/container_state.h"

#include <gtest/gtest.h>

namespace vigil::enrich {
namespace {

TEST(ContainerState, RepoIsAnImageWithoutTagAndDigest) {
  EXPECT_EQ(repo_of("nginx"), "nginx");
  EXPECT_EQ(repo_of("nginx:1.27"), "nginx");
  EXPECT_EQ(repo_of("docker.io/library/nginx:1.27@sha256:0011"), "docker.io/library/nginx");
  EXPECT_EQ(repo_of("localhost:5000/web"), "localhost:5000/web");
  EXPECT_EQ(repo_of("localhost:5000/web:2"), "localhost:5000/web");
  EXPECT_EQ(repo_of("sha256:0011"), "");
  EXPECT_EQ(repo_of(""), "");
}

TEST(ContainerState, OfDocker) {
  EXPECT_EQ(read_docker_state(R"({"Name":"/web","Config":{"Image":"nginx:1.27"}})", "1"),
            (ContainerLabels{"web", "nginx"}));
  EXPECT_EQ(read_docker_state(R"({"Name":"/k8s_web_pod_ns_uid_0","Config":{"Image":"sha256:00",
                                  "Labels":{"io.kubernetes.container.name":"web"}}})",
                              "1"),
            (ContainerLabels{"web", ""}));
}

TEST(ContainerState, OfABundle) {
  EXPECT_EQ(read_oci_state(R"({"annotations":{"io.kubernetes.cri.container-name":"web",
                               "io.kubernetes.cri.image-name":"docker.io/library/nginx:1"}})",
                           "1"),
            (ContainerLabels{"web", "docker.io/library/nginx"}));
  EXPECT_EQ(read_oci_state(R"({"annotations":{"io.kubernetes.container.name":"web",
                               "io.kubernetes.cri-o.ImageName":"quay.io/web:1"}})",
                           "1"),
            (ContainerLabels{"web", "quay.io/web"}));
}

TEST(ContainerState, OfAStorage) {
  const char* json =
      R"([{"id":"1","metadata":"{\"image-name\":\"quay.io/web:1\",\"name\":\"web\"}"},
          {"id":"2","metadata":"{\"name\":\"k8s_db_pod\",\"metadata-name\":\"db\"}"},
          {"id":"3","metadata":"no json"}, 7])";
  EXPECT_EQ(read_storage_state(json, "1"), (ContainerLabels{"web", "quay.io/web"}));
  EXPECT_EQ(read_storage_state(json, "2"), (ContainerLabels{"db", ""}));
  EXPECT_EQ(read_storage_state(json, "3"), ContainerLabels{});
  EXPECT_EQ(read_storage_state(json, "4"), ContainerLabels{});
}

TEST(ContainerState, OfOtherBytesIsNothing) {
  for (const char* json :
       {"", "{", "[]", "7", "null", R"({"Name":7,"Config":[],"annotations":"x"})", "\xff\xfe",
        R"({"Config":{"Image":{"a":1},"Labels":7}})", R"([{"id":["1"]}])"}) {
    EXPECT_EQ(read_docker_state(json, "1"), ContainerLabels{}) << json;
    EXPECT_EQ(read_oci_state(json, "1"), ContainerLabels{}) << json;
    EXPECT_EQ(read_storage_state(json, "1"), ContainerLabels{}) << json;
  }
  const std::string deep(100'000, '[');
  EXPECT_EQ(read_oci_state(deep, "1"), ContainerLabels{});
}

}  // namespace
}  // namespace vigil::enrich
