// This program looks at itself: its functions, a variable, a static probe written below.
#include "engine/elf/elf_file.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

extern "C" {
__attribute__((noinline, used)) int vigil_elf_test_function(int value) { return value + 1; }
__attribute__((used)) int vigil_elf_test_variable = 1;
volatile unsigned short vigil_elf_test_semaphore __attribute__((section(".probes"), used));

__attribute__((noinline, used)) void vigil_elf_test_probe() {
  asm volatile(
      ".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
      ".weak _.stapsdt.base\n.hidden _.stapsdt.base\n_.stapsdt.base: .space 1\n"
      ".size _.stapsdt.base, 1\n.popsection\n"
      "990: nop\n"
      ".pushsection .note.stapsdt,\"\",\"note\"\n.balign 4\n"
      ".4byte 992f-991f, 994f-993f, 3\n991: .asciz \"stapsdt\"\n992: .balign 4\n"
      "993: .8byte 990b, _.stapsdt.base, vigil_elf_test_semaphore\n"
      ".asciz \"vigil\"\n.asciz \"tested\"\n.asciz \"-4@$7\"\n994: .balign 4\n.popsection\n");
}

// A table as Go leaves it, of one function under a name that no symbol has.
asm(".pushsection .gopclntab,\"\",\"progbits\"\n"
    "800: .4byte 0xfffffff1\n.byte 0, 0, 1, 8\n"
    ".8byte 1, 0, vigil_elf_test_function - 16, 810f - 800b, 0, 0, 0, 820f - 800b\n"
    "810: .asciz \"x\"\n811: .asciz \"main.(*Tide).Turn\"\n"
    "820: .4byte 16, 830f - 820b\n"
    "830: .4byte 16, 811b - 810b\n"
    ".popsection\n");
}

namespace vigil::elf {
namespace {

std::shared_ptr<const check::CodeFile> this_program() {
  auto file = make_elf_files()->open("/proc/self/exe");
  return file ? *file : nullptr;
}

std::string failure(const std::string& path) {
  auto file = make_elf_files()->open(path);
  return file ? "" : file.error().message();
}

TEST(Elf, FunctionsAreFoundInTheFile) {
  const auto file = this_program();
  ASSERT_NE(file, nullptr);
  const auto found = file->functions("vigil_elf_test_function");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(file->is_code(found[0]));
  EXPECT_FALSE(file->is_data(found[0]));
  // What stands there is what runs.
  std::ifstream bytes("/proc/self/exe", std::ios::binary);
  bytes.seekg(static_cast<std::streamoff>(found[0]));
  char first[8] = {};
  bytes.read(first, sizeof first);
  const auto* code = reinterpret_cast<const char*>(&vigil_elf_test_function);
  EXPECT_TRUE(std::equal(first, first + sizeof first, code));
}

TEST(Elf, OtherNamesAreNotFound) {
  const auto file = this_program();
  EXPECT_TRUE(file->functions("vigil_elf_test_functio").empty());
  EXPECT_TRUE(file->functions("vigil_elf_test_variable").empty()) << "no function";
  EXPECT_TRUE(file->functions("").empty());
  EXPECT_TRUE(file->address_of("vigil_elf_test_variable"));
  const auto names = file->function_names();
  EXPECT_NE(std::ranges::find(names, "vigil_elf_test_function"), names.end());
}

TEST(Elf, OfSeveralVersionsTheOneThatNewProgramsGet) {
  const void* function = dlsym(RTLD_DEFAULT, "pthread_cond_signal");
  Dl_info library{};
  ASSERT_NE(dladdr(function, &library), 0);
  const auto file = make_elf_files()->open(library.dli_fname);
  ASSERT_TRUE(file);
  const auto found = (*file)->functions("pthread_cond_signal");
  ASSERT_EQ(found.size(), 1u);
  const auto address = reinterpret_cast<std::uintptr_t>(function) -
                       reinterpret_cast<std::uintptr_t>(library.dli_fbase);
  EXPECT_EQ((*file)->offset_of(address), found[0]);
}

TEST(Elf, GoTellsOfItsFunctionsBesides) {
  const auto file = this_program();
  EXPECT_EQ(file->functions("main.(*Tide).Turn"), file->functions("vigil_elf_test_function"));
  EXPECT_TRUE(file->functions("x").empty());
}

TEST(Elf, AddressesLeadIntoTheFile) {
  const auto file = this_program();
  const auto offset = file->functions("vigil_elf_test_function").at(0);
  const auto address = file->address_of("vigil_elf_test_function").value();
  EXPECT_EQ(file->offset_of(address), offset);
  EXPECT_EQ(file->offset_of(UINT64_MAX), std::nullopt);
  EXPECT_FALSE(file->is_code(UINT64_MAX));
}

TEST(Elf, StaticProbes) {
  const auto file = this_program();
  const auto& probes = file->static_probes();
  const auto found = std::ranges::find(probes, "tested", &check::StaticProbe::name);
  ASSERT_NE(found, probes.end());
  EXPECT_EQ(found->provider, "vigil");
  EXPECT_EQ(found->arguments, "-4@$7");
  EXPECT_EQ(file->offset_of(found->address), found->offset);
  const auto start = file->functions("vigil_elf_test_probe").at(0);
  EXPECT_GE(found->offset, start);
  EXPECT_LT(found->offset, start + 64);
  ASSERT_TRUE(found->semaphore_offset);
  EXPECT_TRUE(file->is_data(*found->semaphore_offset));
}

std::string first_word_of(const char* command) {
  FILE* output = popen(command, "r");
  char word[256] = {};
  EXPECT_EQ(std::fscanf(output, "%255s", word), 1) << command;
  pclose(output);
  return word;
}

TEST(Elf, Digests) {
  const auto file = make_elf_files()->open("/bin/sh");
  ASSERT_TRUE(file);
  using enum check::DigestKind;
  EXPECT_EQ((*file)->digest(sha1).value(), first_word_of("sha1sum /bin/sh"));
  EXPECT_EQ((*file)->digest(sha256).value(), first_word_of("sha256sum /bin/sh"));
  EXPECT_EQ((*file)->digest(sha384).value(), first_word_of("sha384sum /bin/sh"));
  EXPECT_EQ((*file)->digest(sha512).value(), first_word_of("sha512sum /bin/sh"));
  EXPECT_EQ((*file)->digest(build_id).value(),
            first_word_of("readelf -n /bin/sh | sed -n 's/.*Build ID: //p'"));
}

TEST(Elf, WhatIsNoProgramIsSaid) {
  EXPECT_EQ(failure("/no/such/file"), "opening '/no/such/file': No such file or directory");
  EXPECT_EQ(failure("/no\n\t"), "opening '/no\\n\\t': No such file or directory");
  EXPECT_EQ(failure("/"), "'/' is not a file");
  EXPECT_EQ(failure("/etc/passwd"), "'/etc/passwd' is neither a program nor a library");
}

// Whatever stands in a file, reading it ends and touches nothing else.
TEST(Elf, HostileFiles) {
  std::ifstream in("/proc/self/exe", std::ios::binary);
  std::string head(4096, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  char path[] = "/tmp/vigil-elf-test.XXXXXX";
  const int fd = mkstemp(path);
  ASSERT_GE(fd, 0);
  close(fd);
  for (std::size_t seed = 1; seed < 300; ++seed) {
    std::string broken = head.substr(0, 64 + (seed * 131) % head.size());
    for (std::size_t i = 0; i < 16; ++i)
      broken[16 + (seed * 7919 + i * 104729) % (broken.size() - 16)] = static_cast<char>(seed * i);
    std::ofstream(path, std::ios::binary) << broken;
    if (auto file = make_elf_files()->open(path)) {
      EXPECT_TRUE((*file)->functions("main").size() < 2);
      (*file)->is_code(seed);
    }
  }
  unlink(path);
}

}  // namespace
}  // namespace vigil::elf
