#include "engine/btf/module_types.h"

#include <bpf/btf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace vigil::btf {
namespace {

namespace fs = std::filesystem;

// A kernel with one type, and a module with a struct of its own.
class ModuleTypesTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    struct ::btf* kernel = btf__new_empty();
    int_ = btf__add_int(kernel, "int", 4, BTF_INT_SIGNED);
    kernel_ = BtfPtr(
        kernel, [](const struct ::btf* opened) { btf__free(const_cast<struct ::btf*>(opened)); });
    struct ::btf* split = btf__new_empty_split(kernel);
    alg_ = btf__add_struct(split, "sockaddr_alg", 8);
    btf__add_field(split, "salg_feat", int_, 0, 0);
    __u32 size = 0;
    const void* bytes = btf__raw_data(split, &size);
    std::ofstream(folder_ / "af_alg", std::ios::binary)
        .write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    btf__free(split);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_ = fs::path(testing::TempDir()) / fmt::format("modules-{}", ::getpid());
  BtfPtr kernel_;
  int int_ = 0, alg_ = 0;
  ModuleTypes modules_{folder_.string()};
};

TEST_F(ModuleTypesTest, AModuleIsReadOnce) {
  const auto found = modules_.find("af-alg", kernel_);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->name, "af_alg") << "as files are called";
  EXPECT_EQ((*found)->number, 1u);
  EXPECT_EQ(btf__find_by_name_kind((*found)->btf.get(), "sockaddr_alg", BTF_KIND_STRUCT), alg_);
  fs::remove(folder_ / "af_alg");
  const auto again = modules_.find("af_alg", kernel_);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *found);
}

TEST_F(ModuleTypesTest, ATypeKnowsItsModule) {
  const auto found = modules_.find("af_alg", kernel_);
  ASSERT_TRUE(found);
  const check::TypeId id = tag(static_cast<std::uint32_t>(alg_), (*found)->number);
  EXPECT_EQ(untagged(id), static_cast<std::uint32_t>(alg_));
  EXPECT_EQ(modules_.owner_of(id, kernel_), std::pair((*found)->btf, 1u));
  EXPECT_EQ(modules_.owner_of(static_cast<std::uint32_t>(int_), kernel_), std::pair(kernel_, 0u));
  EXPECT_EQ(tag(0, 1), 0u) << "no type is no type";
}

TEST_F(ModuleTypesTest, WhatIsNotLoadedHasNoTypes) {
  for (const char* name : {"", "ext9", "../af_alg", "af_alg/", "."})
    EXPECT_FALSE(modules_.find(name, kernel_)) << name;
}

}  // namespace
}  // namespace vigil::btf
