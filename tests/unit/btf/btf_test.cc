#include "engine/btf/btf_types.h"

#include <bpf/btf.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace vigil::btf {
namespace {

using check::CType;

// BTF of a few functions, written to a file as the kernel shows it.
class BtfFile : public testing::Test {
 protected:
  void SetUp() override {
    btf_ = btf__new_empty();
    int_ = btf__add_int(btf_, "int", 4, BTF_INT_SIGNED);
    char_ = btf__add_int(btf_, "char", 1, 0);
    ulong_ = btf__add_int(btf_, "unsigned long", 8, 0);
    bool_ = btf__add_int(btf_, "_Bool", 1, BTF_INT_BOOL);
  }
  void TearDown() override {
    btf__free(btf_);
    std::filesystem::remove(path_);
  }

  int pointer_to(int type) { return btf__add_ptr(btf_, type); }
  int const_of(int type) { return btf__add_const(btf_, type); }
  int record(const char* name, int size) {
    return btf__add_struct(btf_, name, static_cast<__u32>(size));
  }
  void function(const char* name, int result, std::vector<std::pair<const char*, int>> parameters) {
    int proto = btf__add_func_proto(btf_, result);
    for (auto [parameter, type] : parameters) btf__add_func_param(btf_, parameter, type);
    btf__add_func(btf_, name, BTF_FUNC_STATIC, proto);
  }

  void write(std::string_view bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  std::string raw() {
    __u32 size = 0;
    const void* data = btf__raw_data(btf_, &size);
    return {static_cast<const char*>(data), size};
  }
  std::unique_ptr<check::KernelTypes> loaded() {
    write(raw());
    auto types = load(path_);
    EXPECT_TRUE(types);
    return std::move(*types);
  }

  struct ::btf* btf_ = nullptr;
  int int_ = 0, char_ = 0, ulong_ = 0, bool_ = 0;
  std::string path_ = testing::TempDir() + "vigil_btf_test_" + std::to_string(::getpid());
};

TEST_F(BtfFile, FunctionsAsInC) {
  int file = record("file", 256);
  int path = record("path", 16);
  int size = btf__add_typedef(btf_, "size_t", ulong_);
  function("security_file_open", int_, {{"file", pointer_to(file)}});
  function("kernel_thing", 0,
           {{"path", pointer_to(const_of(path))},
            {"name", pointer_to(const_of(char_))},
            {"count", size},
            {"out", pointer_to(pointer_to(0))},
            {"", 0}});
  auto types = loaded();
  auto open = types->function("security_file_open");
  ASSERT_TRUE(open);
  EXPECT_EQ(check::to_string("security_file_open", *open),
            "int security_file_open(struct file *file)");
  EXPECT_EQ(open->parameters[0].type.record, "file");
  EXPECT_EQ(open->parameters[0].type.target, CType::Target::record);
  EXPECT_EQ(
      check::to_string("kernel_thing", *types->function("kernel_thing")),
      "void kernel_thing(const struct path *path, const char *name, size_t count, void **out)");
  EXPECT_FALSE(types->function("security_file_close"));
}

TEST_F(BtfFile, KindsSizesAndSigns) {
  int kuid = record("kuid", 4);
  int kuid_t_ = btf__add_typedef(btf_, "kuid_t", kuid);
  int e = btf__add_enum(btf_, "state", 4);
  btf__add_enum_value(btf_, "A", 0);
  function("f", bool_,
           {{"a", int_},
            {"b", ulong_},
            {"c", kuid_t_},
            {"d", e},
            {"e", pointer_to(char_)},
            {"g", pointer_to(0)}});
  auto f = loaded()->function("f");
  ASSERT_TRUE(f);
  EXPECT_EQ(f->result.kind, CType::Kind::boolean);
  EXPECT_TRUE(f->parameters[0].type.is_signed);
  EXPECT_EQ(f->parameters[1].type.size_bytes, 8u);
  EXPECT_FALSE(f->parameters[1].type.is_signed);
  EXPECT_EQ(f->parameters[2].type.kind, CType::Kind::record);
  EXPECT_EQ(f->parameters[2].type.text, "kuid_t");
  EXPECT_EQ(f->parameters[2].type.size_bytes, 4u);
  EXPECT_EQ(f->parameters[3].type.kind, CType::Kind::enumeration);
  EXPECT_EQ(f->parameters[4].type.target, CType::Target::character);
  EXPECT_EQ(f->parameters[5].type.target, CType::Target::nothing);
}

TEST_F(BtfFile, NamesByPrefix) {
  function("bpf_lsm_file_open", int_, {});
  function("bpf_lsm_task_kill", int_, {});
  function("tcp_connect", int_, {});
  auto types = loaded();
  EXPECT_EQ(types->function_names("bpf_lsm_").size(), 2u);
  EXPECT_EQ(types->function_names("").size(), 3u);
}

TEST_F(BtfFile, TracepointsAndWhatTheyRecord) {
  int data = pointer_to(0);
  int task = pointer_to(record("task_struct", 64));
  int proto = btf__add_func_proto(btf_, 0);
  btf__add_func_param(btf_, "__data", data);
  btf__add_func_param(btf_, "task", task);
  btf__add_typedef(btf_, "btf_trace_an_exec", pointer_to(const_of(proto)));
  int entry = record("trace_entry", 8);
  int name = btf__add_array(btf_, int_, char_, 16);
  int rest = btf__add_array(btf_, int_, char_, 0);
  int recorded = record("trace_event_raw_an_exec", 40);
  btf__add_field(btf_, "ent", entry, 0, 0);
  btf__add_field(btf_, "__data_loc_filename", int_, 64, 0);
  btf__add_field(btf_, "pid", int_, 96, 0);
  btf__add_field(btf_, "comm", name, 128, 0);
  btf__add_field(btf_, "__data", rest, 256, 0);
  ASSERT_GT(recorded, 0);
  auto types = loaded();
  auto raw = types->raw_tracepoint("an_exec");
  ASSERT_TRUE(raw);
  EXPECT_EQ(check::to_string("an_exec", *raw), "void an_exec(struct task_struct *task)");
  EXPECT_FALSE(types->raw_tracepoint("another"));
  EXPECT_EQ(types->raw_tracepoint_names().size(), 1u);
  auto fields = types->tracepoint("sched", "an_exec");
  ASSERT_TRUE(fields);
  ASSERT_EQ(fields->size(), 7u);
  EXPECT_EQ((*fields)[4].shown.name, "filename");
  EXPECT_EQ((*fields)[4].shown.type.kind, CType::Kind::dynamic);
  EXPECT_EQ((*fields)[5].offset_bytes, 12u);
  EXPECT_EQ((*fields)[6].shown.type.kind, CType::Kind::array);
  EXPECT_EQ((*fields)[6].shown.type.size_bytes, 16u);
  EXPECT_NE(types->tracepoint("sched", "another").error().errno_value(), ENOENT);
}

TEST_F(BtfFile, BrokenFilesAreRefused) {
  EXPECT_EQ(load("/nowhere").error().errno_value(), ENOENT);
  write("not BTF at all");
  testing::internal::CaptureStderr();
  EXPECT_NE(load(path_).error().message().find("it holds none"), std::string::npos);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "libbpf's own words";
  function("f", int_, {{"a", pointer_to(int_)}});
  std::string bytes = raw();
  for (std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{24}, bytes.size() / 2}) {
    write(bytes.substr(0, size));
    EXPECT_FALSE(load(path_)) << size;
  }
}

// Every byte of the types set to nonsense, one at a time: refused or read, never more.
TEST_F(BtfFile, NonsenseInsideDoesNoHarm) {
  int chain = int_;
  for (int i = 0; i < 5; ++i) chain = pointer_to(const_of(chain));
  function("f", int_, {{"a", chain}, {"b", record("s", 8)}});
  const std::string bytes = raw();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (char nonsense : {'\xff', '\x01', '\x0a'}) {
      std::string broken = bytes;
      broken[at] = nonsense;
      write(broken);
      auto types = load(path_);
      if (types) (*types)->function("f");
    }
  }
}

TEST_F(BtfFile, MembersOfRecords) {
  int inner = record("", 8);
  btf__add_field(btf_, "deep", int_, 32, 0);
  int array = btf__add_array(btf_, int_, char_, 16);
  int task = record("task", 64);
  int to_task = pointer_to(task);
  // Fields go to the record that was added last.
  task = record("task_struct", 64);
  btf__add_field(btf_, "parent", to_task, 64, 0);
  btf__add_field(btf_, "comm", array, 128, 0);
  btf__add_field(btf_, nullptr, inner, 256, 0);
  btf__add_field(btf_, "flag", int_, 331, 2);
  auto types = loaded();
  auto id = types->record("task_struct");
  ASSERT_TRUE(id);
  EXPECT_FALSE(types->record("nothing"));
  EXPECT_EQ(types->type(*id)->text, "struct task_struct");
  EXPECT_EQ(types->type(*id)->kind, CType::Kind::record);
  const auto parent = types->member(*id, "parent");
  ASSERT_TRUE(parent);
  EXPECT_EQ(parent->offset_bits, 64u);
  EXPECT_EQ(types->type(parent->type.id)->record, "task");
  const auto comm = types->member(*id, "comm");
  EXPECT_EQ(comm->type.kind, CType::Kind::array);
  EXPECT_EQ(comm->type.size_bytes, 16u);
  EXPECT_EQ(comm->type.target, CType::Target::character);
  EXPECT_EQ(types->type(comm->type.id)->size_bytes, 1u);
  EXPECT_EQ(types->member(*id, "deep")->offset_bits, 288u) << "of the member without a name";
  EXPECT_EQ(types->member(*id, "flag")->offset_bits, 331u);
  EXPECT_EQ(types->member(*id, "flag")->bits, 2);
  EXPECT_FALSE(types->member(*id, "absent"));
}

}  // namespace
}  // namespace vigil::btf
