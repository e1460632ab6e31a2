#include "engine/btf/trace_format.h"

#include <gtest/gtest.h>

namespace vigil::btf {
namespace {

using check::CType;

constexpr std::string_view a_format = R"(name: an_event
ID: 311
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

	field:__data_loc char[] filename;	offset:8;	size:4;	signed:0;
	field:pid_t pid;	offset:12;	size:4;	signed:1;
	field:char comm[16];	offset:16;	size:16;	signed:0;
	field:unsigned long args[6];	offset:32;	size:48;	signed:0;
	field:const char * name;	offset:80;	size:8;	signed:0;
	field:struct sock * sk;	offset:88;	size:8;	signed:0;
	field:__rel_loc u32[] numbers;	offset:96;	size:4;	signed:0;
	field:struct odd odd;	offset:100;	size:12;	signed:0;

print fmt: "field:%s", __get_str(filename)
)";

TEST(TraceFormat, FieldsAsTheKernelListsThem) {
  const auto fields = parse_trace_format(a_format);
  ASSERT_TRUE(fields);
  ASSERT_EQ(fields->size(), 10U);
  const auto type = [&](std::size_t i) { return (*fields)[i].shown.type; };
  EXPECT_EQ((*fields)[0].shown.name, "common_type");
  EXPECT_EQ((*fields)[2].shown.name, "filename");
  EXPECT_EQ(type(2).kind, CType::Kind::dynamic);
  EXPECT_EQ(type(2).target, CType::Target::character);
  EXPECT_EQ((*fields)[3].offset_bytes, 12U);
  EXPECT_EQ(type(3).kind, CType::Kind::integer);
  EXPECT_TRUE(type(3).is_signed);
  EXPECT_EQ((*fields)[4].shown.name, "comm");
  EXPECT_EQ(type(4).kind, CType::Kind::array);
  EXPECT_EQ(type(4).text, "char [16]");
  EXPECT_EQ(type(5).target, CType::Target::number);
  EXPECT_EQ(type(5).element_bytes, 8U);
  EXPECT_EQ(type(5).size_bytes, 48U);
  EXPECT_EQ((*fields)[6].shown.name, "name");
  EXPECT_EQ(type(6).kind, CType::Kind::pointer);
  EXPECT_EQ(type(6).target, CType::Target::character);
  EXPECT_EQ(type(7).target, CType::Target::record);
  EXPECT_EQ(type(7).record, "sock");
  EXPECT_EQ(type(8).kind, CType::Kind::dynamic);
  EXPECT_EQ(type(8).target, CType::Target::number);
  EXPECT_EQ(type(8).text, "__rel_loc u32[]");
  EXPECT_EQ(type(9).kind, CType::Kind::other);
}

TEST(TraceFormat, WhatIsNotOneIsRefused) {
  EXPECT_FALSE(parse_trace_format(""));
  EXPECT_FALSE(parse_trace_format("name: x\n"));
  EXPECT_FALSE(parse_trace_format("\tfield:int a;\toffset:x;\tsize:4;\tsigned:1;\n"));
  EXPECT_FALSE(parse_trace_format("\tfield:;\toffset:0;\tsize:4;\tsigned:1;\n"));
}

}  // namespace
}  // namespace vigil::btf
