// This program looks at itself.
#include "engine/elf/function_names.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/elf/elf_file.h"

extern "C" {
__attribute__((noinline, used)) int vigil_names_test_function(int value) { return value + 7; }
}

namespace vigil::elf {
namespace {

std::uint64_t place_of(const char* function) {
  const auto file = make_elf_files()->open("/proc/self/exe");
  return file ? (*file)->functions(function).at(0) : 0;
}

TEST(FunctionNames, OfAPlaceInTheFile) {
  const auto names = FunctionNames::read("/proc/self/exe");
  ASSERT_TRUE(names);
  const auto place = place_of("vigil_names_test_function");
  const auto found = names->find(place + 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "vigil_names_test_function");
  EXPECT_EQ(found->offset, 2u);
  EXPECT_GT(names->memory_bytes(), 0u);
}

TEST(FunctionNames, NothingIsWhereNoCodeIs) {
  const auto names = FunctionNames::read("/proc/self/exe");
  ASSERT_TRUE(names);
  EXPECT_FALSE(names->find(0));
  EXPECT_FALSE(names->find(~std::uint64_t{0}));
}

TEST(FunctionNames, AFileThatIsBrokenHasNone) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "names-broken";
  std::ifstream whole("/proc/self/exe", std::ios::binary);
  std::string head(4096, '\0');
  whole.read(head.data(), static_cast<std::streamsize>(head.size()));
  std::ofstream(path, std::ios::binary) << head;
  if (const auto names = FunctionNames::read(path.string())) {
    EXPECT_FALSE(names->find(place_of("vigil_names_test_function")));
  }
  std::filesystem::resize_file(path, FunctionNames::max_file_bytes + 1);
  EXPECT_FALSE(FunctionNames::read(path.string())) << "too large";
  std::filesystem::remove(path);
  EXPECT_FALSE(FunctionNames::read(path.string()));
}

}  // namespace
}  // namespace vigil::elf
