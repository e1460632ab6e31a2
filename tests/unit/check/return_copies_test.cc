#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

// Argument 1 stands on line 8, the rest begins on line 9.
Checked reading(const std::string& buffer, const std::string& rest) {
  return checked("  kprobes:\n  - call: sys_read\n    args: [{index: 0, type: int},\n      " +
                 buffer + "]\n" + rest);
}

const std::string back = "    return: true\n    returnArg: {index: 0, type: size_t}\n";

TEST(ReturnCopies, ReadABufferThatTheCallFills) {
  const Checked out = reading("{index: 1, type: char_buf, returnCopy: true}", back);
  EXPECT_EQ(out.mistakes(), "6:11 VG0232\n") << "every read is reported, as it is asked for";
  const Hook& hook = out.policy->hooks().at(0);
  EXPECT_TRUE(hook.arguments.at(1).at_return);
  EXPECT_FALSE(hook.arguments.at(1).size_index);
  EXPECT_FALSE(hook.arguments.at(0).at_return);
  EXPECT_FALSE(reading("{index: 1, type: char_buf, sizeArgIndex: 3, returnCopy: false}", back)
                   .policy->hooks()
                   .at(0)
                   .arguments.at(1)
                   .at_return);
}

TEST(ReturnCopies, NeedAReturn) {
  EXPECT_EQ(reading("{index: 1, type: char_buf, returnCopy: true}", "").mistakes(),
            "8:46 VG0212\n");
}

TEST(ReturnCopies, AreBuffers) {
  EXPECT_EQ(reading("{index: 1, type: string, returnCopy: true}", back).mistakes(),
            "8:44 VG0212\n");
}

TEST(ReturnCopies, DoNotGoTogetherWithMaxData) {
  EXPECT_EQ(reading("{index: 1, type: char_buf, returnCopy: true, maxData: true}", back).mistakes(),
            "8:61 VG0212\n");
  EXPECT_TRUE(reading("{index: 1, type: char_buf, sizeArgIndex: 3, maxData: true}", "")
                  .policy->hooks()
                  .at(0)
                  .arguments.at(1)
                  .whole);
  EXPECT_EQ(reading("{index: 1, type: string, maxData: true}", "").mistakes(),
            "8:41 VG0219\n6:11 VG0232\n");
}

TEST(ReturnCopies, CannotBeMatchedAtTheEntry) {
  EXPECT_EQ(reading("{index: 1, type: char_buf, returnCopy: true}",
                    back + "    selectors:\n    - matchArgs:\n"
                           "      - {index: 1, operator: Prefix, values: [GET]}\n")
                .mistakes(),
            "13:30 VG0212\n");
}

TEST(ReturnCopies, NeedTheirArgumentsAtTheReturn) {
  EXPECT_EQ(checked("  uprobes:\n  - path: /opt/tide\n    symbols: [turn]\n"
                    "    args: [{index: 0, type: char_buf, returnCopy: true}]\n"
                    "    return: true\n    returnArg: {index: 0, type: int}\n")
                .mistakes(),
            "8:51 VG0212\n");
}

}  // namespace
}  // namespace vigil::check
