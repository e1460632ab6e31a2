#include "engine/loader/core_types.h"

#include <gtest/gtest.h>

namespace vigil::loader {
namespace {

const btf_type* named(const btf& types, const char* name, std::uint32_t kind) {
  const int id = btf__find_by_name_kind(&types, name, kind);
  return id < 0 ? nullptr : btf__type_by_id(&types, static_cast<std::uint32_t>(id));
}

// struct inner { int number; };
// struct far { int number; };
// typedef struct inner inner_t;
// struct outer { int first; inner_t nested[4]; struct far *away; int (*call)(struct far *); };
// enum kind { one = 7 };
BtfPtr kernel() {
  BtfPtr types(btf__new_empty());
  btf* to = types.get();
  const int number = btf__add_int(to, "int", 4, BTF_INT_SIGNED);
  const int inner = btf__add_struct(to, "inner", 4);
  btf__add_field(to, "number", number, 0, 0);
  const int away = btf__add_struct(to, "far", 4);
  btf__add_field(to, "number", number, 0, 0);
  const int inner_name = btf__add_typedef(to, "inner_t", inner);
  const int nested = btf__add_array(to, number, inner_name, 4);
  const int far_pointer = btf__add_ptr(to, away);
  const int function = btf__add_func_proto(to, number);
  btf__add_func_param(to, "far", far_pointer);
  const int call = btf__add_ptr(to, function);
  btf__add_struct(to, "outer", 40);
  btf__add_field(to, "first", number, 0, 0);
  btf__add_field(to, "nested", nested, 32, 0);
  btf__add_field(to, "away", far_pointer, 192, 0);
  btf__add_field(to, "call", call, 256, 0);
  btf__add_enum(to, "kind", 4);
  btf__add_enum_value(to, "one", 7);
  btf__add_typedef(to, "handler", function);
  return types;
}

BtfPtr object_naming(std::initializer_list<const char*> names) {
  BtfPtr types(btf__new_empty());
  for (const char* name : names) btf__add_struct(types.get(), name, 4);
  return types;
}

TEST(CoreTypes, WhatAnObjectNamesIsThereWithWhatLiesInside) {
  const auto types = core_types(*kernel(), *object_naming({"outer"}));
  ASSERT_TRUE(types) << types.error().message();
  const btf_type* outer = named(**types, "outer", BTF_KIND_STRUCT);
  ASSERT_NE(outer, nullptr);
  ASSERT_EQ(btf_vlen(outer), 4);
  const btf_member& nested = btf_members(outer)[1];
  EXPECT_STREQ(btf__name_by_offset(types->get(), nested.name_off), "nested");
  EXPECT_EQ(btf_member_bit_offset(outer, 1), 32U);
  EXPECT_EQ(btf__resolve_size(types->get(), nested.type), 16);
  EXPECT_NE(named(**types, "inner", BTF_KIND_STRUCT), nullptr);
}

TEST(CoreTypes, WhatAPointerLeadsToIsLeftOut) {
  const auto types = core_types(*kernel(), *object_naming({"outer"}));
  ASSERT_TRUE(types) << types.error().message();
  EXPECT_EQ(named(**types, "far", BTF_KIND_STRUCT), nullptr);
  const btf_type* outer = named(**types, "outer", BTF_KIND_STRUCT);
  ASSERT_NE(outer, nullptr);
  for (const int member : {2, 3}) {
    const btf_type* pointer = btf__type_by_id(types->get(), btf_members(outer)[member].type);
    EXPECT_TRUE(btf_is_ptr(pointer));
    EXPECT_EQ(pointer->type, 0U);
  }
}

TEST(CoreTypes, AVariantIsNamedByWhatStandsBeforeItsSuffix) {
  const auto types = core_types(*kernel(), *object_naming({"inner___old"}));
  ASSERT_TRUE(types) << types.error().message();
  EXPECT_NE(named(**types, "inner", BTF_KIND_STRUCT), nullptr);
  EXPECT_EQ(named(**types, "outer", BTF_KIND_STRUCT), nullptr);
}

TEST(CoreTypes, EnumsKeepTheirValuesAndNamesOfFunctionsLeadNowhere) {
  const auto types = core_types(*kernel(), *object_naming({"kind", "handler", "nowhere"}));
  ASSERT_TRUE(types) << types.error().message();
  const btf_type* kind = named(**types, "kind", BTF_KIND_ENUM);
  ASSERT_NE(kind, nullptr);
  EXPECT_EQ(btf_enum(kind)[0].val, 7);
  const btf_type* handler = named(**types, "handler", BTF_KIND_TYPEDEF);
  ASSERT_NE(handler, nullptr);
  EXPECT_EQ(handler->type, 0U);
}

TEST(CoreTypes, LibbpfReadsThemBack) {
  const auto types = core_types(*kernel(), *object_naming({"outer", "kind", "handler"}));
  ASSERT_TRUE(types) << types.error().message();
  std::uint32_t size = 0;
  const void* bytes = btf__raw_data(types->get(), &size);
  const BtfPtr again(btf__new(bytes, size));
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(btf__type_cnt(again.get()), btf__type_cnt(types->get()));
}

}  // namespace
}  // namespace vigil::loader
