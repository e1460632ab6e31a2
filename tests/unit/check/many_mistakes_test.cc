// Mistakes of all stages in one run, and none that only follow from another.
#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

// "line:column code" of errors as they are shown, in the order of the file.
std::string shown(const Checked& out) {
  std::string text = render(out.diagnostics, Colour::never), places;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    std::string_view line = std::string_view(text).substr(at, text.find('\n', at) - at);
    if (!line.starts_with("p.yaml:")) continue;
    line.remove_prefix(std::string_view("p.yaml:").size());
    std::size_t code = line.find("[VG");
    places += std::string(line.substr(0, line.find(": "))) + ' ' +
              std::string(line.substr(code + 1, 6)) + '\n';
  }
  return places;
}

TEST(ManyMistakes, OfAllStagesAreShownInTheOrderOfTheFile) {
  Checked out = checked(
      "  options: [{name: policy-mode, value: monitr}]\n"    // 5
      "  kprobes:\n"                                         // 6
      "  - call: security_file_opne\n"                       // 7: no function
      "    syscall: false\n"                                 // 8
      "    lable: x\n"                                       // 9: unknown key
      "    args:\n"                                          // 10
      "    - {index: -1, type: int}\n"                       // 11: no such index
      "    - {index: 1, type: fiel}\n"                       // 12: unknown type
      "    - {index: 2, type: int}\n"                        // 13
      "    - {index: three, type: char_buf}\n"               // 14: two mistakes
      "    message: x\n"                                     // 15: too short
      "    selectors:\n"                                     // 16
      "    - matchArgs:\n"                                   // 17
      "      - {index: 2, operator: Prefix, values: [1]}\n"  // 18: not of numbers
      "      - {index: 2, operator: Equal, values: [1, many, [], 99999999999]}\n"  // 19: three
      "      - {index: 1, operator: Equls, values: [x]}\n"                // 20: no operator
      "      - {index: 7, operator: Equal, values: [x]}\n"                // 21: maybe line 14's
      "      matchBinaries: [{operator: In, values: [/bin/sh], x: 1}]\n"  // 22: unknown key
      "      matchPIDs: [{operator: In, values: [-1]}]\n"                 // 23: no pid
      "      matchActions:\n"                                             // 24
      "      - {action: Sigkil}\n"                                        // 25: no action
      "      - {action: Signal, argSig: 99}\n"                            // 26: no signal
      "      - {action: Override, argError: EPERM}\n"                     // 27: no number
      "      - {action: Post, rateLimit: soon}\n"                         // 28: no interval
      "  lsmhooks:\n"                                                     // 29
      "  - hook: file_open\n"                                             // 30
      "    args: [{index: 1, type: file}]\n"                              // 31: no argument 1
      "    tags: [a]\n"                                                   // 32: too short
      "  - hok: file_open\n"                                              // 33: unknown key
      "    selectors: [{matchArg: []}]\n");                               // 34: unknown key
  EXPECT_FALSE(out.policy);
  EXPECT_EQ(shown(out),
            "5:40 VG0218\n7:11 VG0201\n9:5 VG0103\n11:15 VG0204\n12:24 VG0205\n14:15 VG0104\n"
            "14:28 VG0204\n15:14 VG0111\n18:30 VG0208\n19:49 VG0209\n19:55 VG0104\n19:59 VG0210\n"
            "20:30 VG0207\n22:57 VG0103\n23:43 VG0210\n25:18 VG0213\n26:34 VG0214\n27:38 VG0104\n"
            "28:35 VG0214\n31:20 VG0204\n32:12 VG0111\n33:5 VG0103\n34:18 VG0103\n");
}

TEST(ManyMistakes, WhatIsLeftOutIsCheckedToo) {
  Checked out = kprobe("security_gone",
                       "    ignore: {callNotFound: true}\n    selectors:\n    - matchPIDs:\n"
                       "      - {operator: Inn, values: [1]}\n");
  EXPECT_EQ(shown(out), "6:11 VG0222\n11:20 VG0207\n");
  EXPECT_FALSE(out.policy);
}

struct Single {
  const char* lines;
  const char* mistake;
};

// Each has one mistake that other checks could stumble over.
TEST(ManyMistakes, OneMistakeGivesOneMessage) {
  for (const Single& row : std::vector<Single>{
           {"    args: {index: 0, type: sock}\n    selectors: [{matchArgs: [{index: 0, operator: "
            "DAddr, values: ['::1']}]}]\n",
            "8:11 VG0104\n"},
           {"    arg: [{index: 0, type: sock}]\n    selectors: [{matchArgs: [{args: [0], operator: "
            "DAddr, values: ['::1']}]}]\n",
            "8:5 VG0103\n"},
           {"    args: [{indx: 0, type: sock}]\n    selectors: [{matchArgs: [{index: 0, operator: "
            "DAddr, values: ['::1']}]}]\n",
            "8:13 VG0103\n"},
           {"    args: [{index: 0, type: int, resolve: a.b}]\n    selectors: [{matchArgs: [{index: "
            "0, operator: Equal, values: [1]}]}]\n",
            "8:43 VG0228\n"},
           {"    args: [{index: 0, typ: sock}]\n    selectors: [{matchArgs: [{index: 0, operator: "
            "DAddr, values: ['::1']}]}]\n",
            "8:23 VG0103\n"},
           {"    args: [{index: 0, type: char_buf, sizeArgIndx: 1}]\n", "8:39 VG0103\n"},
           {"    selectors: [{matchBinaries: [{operator: In}]}]\n", "8:34 VG0105\n"},
           {"    selectors: [{matchBinaries: [{operator: In, vlaues: [/bin/sh]}]}]\n",
            "8:49 VG0103\n"},
           {"    selectors: [{matchPIDs: [{operator: In, values: 1}]}]\n", "8:53 VG0104\n"},
           {"    selectors: [{matchPIDs: [{operatr: In, values: [1]}]}]\n", "8:31 VG0103\n"},
           {"    selectors: [{matchArgs: [{operator: Equal, values: [1]}]}]\n", "8:30 VG0105\n"},
           {"    selectors: [{matchActions: [{action: Signal, argSg: 9}]}]\n", "8:50 VG0103\n"},
           {"    selectors: [{matchActions: [{action: Post, rateLimt: 5, rateLimitScope: "
            "global}]}]\n",
            "8:48 VG0103\n"},
           {"    selectors: [{matchActions: [{action: Signal, argSig: 9}, {action: Sigkil}]}]\n",
            "8:71 VG0213\n"},
           {"    retrun: true\n    returnArg: {type: int}\n", "8:5 VG0103\n"},
           {"    return: maybe\n    returnArg: {type: int}\n", "8:13 VG0104\n"},
           {"    return: true\n    returnArgs: {type: int}\n", "9:5 VG0103\n"},
           {"    return: true\n    returnArg: int\n", "9:16 VG0104\n"},
           {"    tags: one\n", "8:11 VG0104\n"},
           {"    message: [a]\n", "8:14 VG0104\n"},
       }) {
    EXPECT_EQ(shown(kprobe("tcp_connect", row.lines)), row.mistake) << row.lines;
  }
  EXPECT_EQ(shown(kprobe("gone", "    ignore: {callNotFond: true}\n")), "8:14 VG0103\n");
  EXPECT_EQ(shown(kprobe("gone", "    ignor: {callNotFound: true}\n")), "8:5 VG0103\n");
  const std::string denying =
      "  lsmhooks:\n  - hook: file_open\n    selectors:\n"
      "    - matchActions: [{action: Override, argError: -1}]\n";
  EXPECT_EQ(shown(checked(denying, {false, false, false})), "6:11 VG0220\n");
}

}  // namespace
}  // namespace vigil::check
