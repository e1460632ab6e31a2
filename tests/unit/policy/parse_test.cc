#include "engine/compile/policy/parse.h"

#include <gtest/gtest.h>

namespace vigil::policy {
namespace {

struct Parsed {
  std::vector<Policy> policies;
  Diagnostics diagnostics;

  // "line:column code", one per line.
  std::string mistakes() const {
    std::string text;
    for (const Diagnostic& found : diagnostics.all()) {
      text += std::to_string(found.span.line) + ':' + std::to_string(found.span.column) + ' ' +
              found.code + '\n';
    }
    return text;
  }
};

Parsed parsed(std::string text) {
  Parsed out;
  auto source = std::make_shared<const SourceFile>(SourceFile{"p.yaml", std::move(text)});
  out.policies = parse(source, out.diagnostics);
  for (const Diagnostic& found : out.diagnostics.all())
    EXPECT_FALSE(found.severity == Severity::warning && found.help.empty()) << found.message;
  return out;
}

// A policy around the lines of its spec, which begin on line 5.
Parsed with_spec(const std::string& spec) {
  return parsed(
      "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: p}\nspec:\n" + spec);
}

constexpr const char* whole = R"(apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata:
  name: "protect.secrets-1"
  labels: {a: b}
spec:
  options:
  - {name: policy-mode, value: monitor}
  kprobes:
  - call: "security_file_open"
    syscall: false
    return: yes
    returnArg: {index: 0, type: int}
    message: "a \"message\""
    tags: [one, two]
    args:
    - index: 0x0
      type: "file"
      label: opened
    selectors:
    - matchArgs:
      - index: 0
        operator: Prefix
        values:
        - "/etc/"
        - 4
      matchBinaries:
      - {operator: NotIn, values: [/usr/bin/cat]}
      matchPIDs:
      - {operator: In, followForks: true, isNamespacePID: false, values: [1, 2]}
      matchActions:
      - {action: Post, rateLimit: 1m, rateLimitScope: global}
      - {action: Override, argError: -1}
      - {action: Signal, argSig: 9}
  lsmhooks:
  - hook: file_open
)";

TEST(Parse, TakesEveryPart) {
  Parsed out = parsed(whole);
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_EQ(out.policies.size(), 1u);
  const Policy& policy = out.policies[0];
  EXPECT_EQ(policy.name.value, "protect.secrets-1");
  EXPECT_TRUE(policy.complete);
  ASSERT_EQ(policy.options.size(), 1u);
  EXPECT_EQ(policy.options[0].value.value, "monitor");
  ASSERT_EQ(policy.hooks.size(), 2u);
  const Hook& hook = policy.hooks[0];
  EXPECT_EQ(hook.section, schema::Section::kprobes);
  EXPECT_EQ(hook.function.value, "security_file_open");
  EXPECT_FALSE(hook.syscall->value);
  EXPECT_TRUE(hook.returns->value);
  EXPECT_EQ(hook.return_argument->type.value, "int");
  EXPECT_EQ(hook.message->value, "a \"message\"");
  EXPECT_EQ(hook.tags.size(), 2u);
  EXPECT_EQ(hook.arguments[0].index->value, 0);
  EXPECT_EQ(hook.arguments[0].label->value, "opened");
  EXPECT_EQ(policy.hooks[1].section, schema::Section::lsmhooks);
  EXPECT_FALSE(policy.hooks[1].syscall);
}

TEST(Parse, TakesEveryPartOfASelector) {
  Parsed out = parsed(whole);
  const Selector& selector = out.policies.at(0).hooks.at(0).selectors.at(0);
  const ArgFilter& filter = selector.arguments.at(0);
  EXPECT_EQ(filter.index->value, 0);
  EXPECT_EQ(filter.op.value, "Prefix");
  EXPECT_EQ(filter.values.at(1).value, "4");
  EXPECT_EQ(selector.binaries.at(0).values.at(0).value, "/usr/bin/cat");
  EXPECT_TRUE(selector.pids.at(0).follow_forks->value);
  EXPECT_FALSE(selector.pids.at(0).is_namespace_pid->value);
  EXPECT_EQ(selector.pids.at(0).values.at(1).value, 2);
  EXPECT_EQ(selector.actions.at(0).rate_limit->value, "1m");
  EXPECT_EQ(selector.actions.at(1).arg_error->value, -1);
  EXPECT_EQ(selector.actions.at(2).arg_signal->value, 9);
}

TEST(Parse, SpansMarkTheWord) {
  Parsed out = parsed(whole);
  Span name = out.policies.at(0).name.span;
  EXPECT_EQ(name.line, 4u);
  EXPECT_EQ(name.column, 9u);
  EXPECT_EQ(name.length, 19u) << "quotes included";
  Span op = out.policies.at(0).hooks.at(0).selectors.at(0).arguments.at(0).op.span;
  EXPECT_EQ(op.line, 23u);
  EXPECT_EQ(op.column, 19u);
  EXPECT_EQ(op.length, 6u);
}

TEST(Parse, PlainScalarsInTextAreReadAsYaml11) {
  Parsed out = with_spec(
      "  kprobes:\n  - call: f\n    tags: [0x10, yes, 010, 1_000, -5, '0x10', 80:90, 10.0.0.1, "
      "1.5]\n");
  std::vector<std::string> tags;
  for (const Text& tag : out.policies.at(0).hooks.at(0).tags) tags.push_back(tag.value);
  EXPECT_EQ(tags, (std::vector<std::string>{"16", "true", "8", "1000", "-5", "0x10", "80:90",
                                            "10.0.0.1", "1.5"}));
}

TEST(Parse, ManyMistakesInOneRun) {
  Parsed out = with_spec(
      "  kprobes:\n"                      // 5
      "  - cal: security_file_open\n"     // 6: unknown key, so 'call' is not missing
      "  - call: a\n"                     // 7
      "    syscall: 'true'\n"             // 8: quoted
      "    args:\n"                       // 9
      "    - {index: zero, type: int}\n"  // 10
      "    - {type: int}\n"               // 11: no index
      "    selectors: none\n"             // 12
      "  lsmhook: []\n");                 // 13
  EXPECT_EQ(out.mistakes(),
            "13:3 VG0103\n6:5 VG0103\n8:14 VG0104\n10:15 VG0104\n11:7 VG0105\n"
            "12:16 VG0104\n");
  EXPECT_EQ(out.diagnostics.all()[0].help, "did you mean 'lsmhooks'?");
  EXPECT_EQ(out.diagnostics.all()[1].help, "did you mean 'call'?");
  EXPECT_EQ(out.diagnostics.all()[2].help, "remove the quotes");
  ASSERT_EQ(out.policies.size(), 1u);
  EXPECT_FALSE(out.policies[0].complete);
}

TEST(Parse, WhatCannotBeReadIsMarked) {
  Parsed out = with_spec(
      "  kprobes:\n"                                                      // 5
      "  - cal: security_file_open\n"                                     // 6
      "  - call: a\n"                                                     // 7
      "    syscall: 'true'\n"                                             // 8
      "    args: [{index: zero, type: int}, none]\n"                      // 9
      "    selectors:\n"                                                  // 10
      "    - matchArgs: [{indx: 0, operator: Equal, values: [1, []]}]\n"  // 11
      "      matchPIDs: [{values: 1}]\n");                                // 12
  EXPECT_EQ(out.mistakes(),
            "6:5 VG0103\n8:14 VG0104\n9:20 VG0104\n9:38 VG0104\n11:20 VG0103\n11:58 VG0104\n"
            "12:19 VG0105\n12:28 VG0104\n");
  ASSERT_EQ(out.policies.size(), 1u);
  ASSERT_EQ(out.policies[0].hooks.size(), 2u);
  EXPECT_FALSE(out.policies[0].hooks[0].function.readable) << "what 'cal' says is a guess";
  const Hook& hook = out.policies[0].hooks[1];
  EXPECT_TRUE(hook.function.readable);
  EXPECT_FALSE(hook.syscall->readable);
  ASSERT_EQ(hook.arguments.size(), 2u) << "positions stay";
  EXPECT_FALSE(hook.arguments[0].index->readable);
  EXPECT_TRUE(hook.arguments[0].type.readable);
  EXPECT_FALSE(hook.arguments[1].type.readable);
  const ArgFilter& filter = hook.selectors.at(0).arguments.at(0);
  EXPECT_FALSE(filter.index->readable);
  ASSERT_EQ(filter.values.size(), 2u);
  EXPECT_TRUE(filter.values[0].readable);
  EXPECT_FALSE(filter.values[1].readable);
  const PidFilter& pids = hook.selectors.at(0).pids.at(0);
  EXPECT_FALSE(pids.op.readable);
  ASSERT_EQ(pids.values.size(), 1u);
  EXPECT_FALSE(pids.values[0].readable);
}

Parsed with_number(const std::string& number) {
  return with_spec("  kprobes: [{call: f, args: [{index: " + number + ", type: int}]}]\n");
}

TEST(Parse, NumbersBeyondTheirBoundsAreToldAsSuch) {
  EXPECT_EQ(with_number("9223372036854775807").mistakes(), "");
  for (const char* large :
       {"9223372036854775808", "-99999999999999999999", "0x1_0000_0000_0000_0000"}) {
    const Parsed out = with_number(large);
    EXPECT_EQ(out.mistakes(), "5:38 VG0210\n") << large;
    EXPECT_EQ(out.diagnostics.all().at(0).help,
              "numbers here are -9223372036854775807 to 9223372036854775807");
  }
  EXPECT_EQ(with_spec("  kprobes: [{call: f, tags: [99999999999999999999]}]\n")
                .policies.at(0)
                .hooks.at(0)
                .tags.at(0)
                .value,
            "99999999999999999999")
      << "text is what it is";
}

TEST(Parse, SignalsAndErrorsAreNumbers) {
  const auto help = [](const std::string& action) {
    const Parsed out =
        with_spec("  kprobes: [{call: f, selectors: [{matchActions: [{" + action + "}]}]}]\n");
    EXPECT_EQ(out.diagnostics.error_count(), 1u);
    return out.diagnostics.all().at(0).help;
  };
  EXPECT_EQ(help("action: Signal, argSig: SIGKILL"), "write 9, the number of SIGKILL");
  EXPECT_EQ(help("action: Signal, argSig: 'SIGTERM'"), "write 15, the number of SIGTERM");
  EXPECT_EQ(help("action: Override, argError: EPERM"), "write -1, the number of EPERM");
  EXPECT_EQ(help("action: Override, argError: -EACCES"), "write -13, the number of EACCES");
  EXPECT_EQ(help("action: Override, argError: no"), "");
}

TEST(Parse, ValuesBehindAnchorsAndTagsAreMarkedThemselves) {
  for (const char* property : {"&a ", "!!str ", "! ", "!<tag:yaml.org,2002:str> ", "&a !!str ",
                               "&a # why\n      ", "!!str &a\n      "}) {
    const Parsed out = with_spec("  kprobes:\n  - call: " + std::string(property) + "'f'\n");
    EXPECT_EQ(out.mistakes(), "") << property;
    const Span span = out.policies.at(0).hooks.at(0).function.span;
    EXPECT_EQ(span.file->line(span.line).substr(span.column - 1), "'f'") << property;
    EXPECT_EQ(span.length, 3u) << property;
  }
}

TEST(Parse, NothingIsNoText) {
  for (const char* nothing : {" null", " ~", " Null", "", " ", " \n\n"}) {
    const Parsed out = with_spec("  kprobes:\n  - call: f\n    tags:\n    - a\n    -" +
                                 std::string(nothing) + "\n    - b\n");
    const bool is_written = std::string_view(nothing).find_first_not_of(" \n") == 1;
    EXPECT_EQ(out.mistakes(), is_written ? "9:7 VG0104\n" : "9:5 VG0104\n") << nothing;
    ASSERT_EQ(out.diagnostics.error_count(), 1u) << nothing;
    EXPECT_EQ(out.diagnostics.all()[0].message, "text is expected here, this is nothing");
    EXPECT_EQ(out.diagnostics.all()[0].help,
              "write '' for the empty text, 'null' for that word, or remove it");
  }
  EXPECT_EQ(with_spec("  kprobes: [{call: f, selectors: [{matchArgs: [{index: 0, operator: Equal, "
                      "values: [null, ~, '', 'null']}]}]}]\n")
                .mistakes(),
            "5:85 VG0104\n5:91 VG0104\n");
  EXPECT_EQ(with_spec("  kprobes: [{call: f, selectors: [{matchPIDs: [{operator: In, "
                      "values: [null]}]}]}]\n")
                .mistakes(),
            "5:72 VG0104\n");
  EXPECT_EQ(parsed("\xef\xbb\xbf: a\n").mistakes().substr(0, 11), "1:1 VG0104\n");
}

TEST(Parse, AMistypedKindIsStillAPolicy) {
  EXPECT_EQ(parsed("apiVersion: cilium.io/v1alpha1\nkind: TracngPolicy\nmetadata: {name: p}\n"
                   "spec: {kprobes: [{call: f, tag: []}]}\n")
                .mistakes(),
            "2:7 VG0108\n4:28 VG0103\n");
}

TEST(Parse, WhatIsKnownUpstreamIsNotSupportedYet) {
  EXPECT_EQ(with_spec("  loader: true\n").mistakes(), "5:3 VG0107\n");
  EXPECT_EQ(
      with_spec("  kprobes:\n  - call: f\n    args: [{index: 0, source: pt_regs}]\n").mistakes(),
      "7:23 VG0107\n");
}

TEST(Parse, CodeInUserSpaceIsInAFile) {
  EXPECT_EQ(with_spec("  uprobes: [{}]\n").mistakes(), "5:13 VG0105\n");
  EXPECT_EQ(with_spec("  usdts: [{path: /opt/tide, name: high}]\n").mistakes(), "5:11 VG0105\n");
  const Parsed out = with_spec("  uprobes: [{path: /opt/tide, addrs: [0x10, 17]}]\n");
  EXPECT_EQ(out.mistakes(), "");
  const Hook& hook = out.policies.at(0).hooks.at(0);
  EXPECT_EQ(hook.code->path.value, "/opt/tide");
  EXPECT_EQ(hook.code->addresses.at(1).value, 17);
}

TEST(Parse, APolicyOfANamespaceSaysSo) {
  const std::string start =
      "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicyNamespaced\nmetadata: {name: p}\n";
  const Parsed out = parsed(start + "spec: {kprobes: [{call: f}]}\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_TRUE(out.policies.at(0).name_space);
  EXPECT_EQ(parsed(start + "spec: {hostSelector: {}, kprobes: [{call: f}]}\n").mistakes(),
            "4:22 VG0209\n");
}

TEST(Parse, WhatToIgnore) {
  const auto kprobe = [](const std::string& ignore) {
    return with_spec("  kprobes:\n  - call: f\n    ignore: " + ignore + "\n");
  };
  const auto wanted = kprobe("{callNotFound: true}");
  EXPECT_EQ(wanted.mistakes(), "");
  EXPECT_TRUE(wanted.policies.at(0).hooks.at(0).ignore_call_not_found->value);
  EXPECT_FALSE(kprobe("{}").policies.at(0).hooks.at(0).ignore_call_not_found);
  EXPECT_EQ(kprobe("{callNotFond: true}").mistakes(), "7:14 VG0103\n");
  EXPECT_EQ(kprobe("{callNotFound: maybe}").mistakes(), "7:28 VG0104\n");
  EXPECT_EQ(kprobe("true").mistakes(), "7:13 VG0104\n");
}

TEST(Parse, UnsupportedKeysThatAskForNothingAreFine) {
  EXPECT_EQ(with_spec("  podSelector: null\n  loader: false\n  lists: []\n"
                      "  kprobes: [{call: f, returnArg: ~}]\n")
                .mistakes(),
            "");
  EXPECT_EQ(with_spec("  loader: true\n  kprobes: [{call: f}]\n").mistakes(), "5:3 VG0107\n");
}

TEST(Parse, NamesAreDnsSubdomains) {
  auto mistakes = [](const std::string& name) {
    return parsed("apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: '" + name +
                  "'}\nspec: {kprobes: [{call: f}]}\n")
        .mistakes();
  };
  EXPECT_EQ(mistakes("a-1.b"), "");
  for (const char* bad : {"A", "-a", "a-", "a..b", "a_b", "../x", "", "."}) {
    EXPECT_EQ(mistakes(bad), "3:18 VG0109\n") << bad;
  }
  EXPECT_EQ(mistakes(std::string(254, 'a')), "3:18 VG0109\n");
}

TEST(Parse, MetadataIsWhatKubernetesTakes) {
  auto mistakes = [](const std::string& more) {
    return parsed("apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata:\n  name: a\n  " +
                  more + "\nspec: {kprobes: [{call: f}]}\n")
        .mistakes();
  };
  for (const char* fine :
       {"labels: {team: blue, tier: 1, on: true}", "annotations:", "namespace: kube-system",
        "generation: 3", "creationTimestamp: null", "finalizers: [a, b]", "managedFields: []",
        "ownerReferences: [{name: x}]", "deletionGracePeriodSeconds: 0"})
    EXPECT_EQ(mistakes(fine), "") << fine;
  EXPECT_EQ(mistakes("labels: [a]"), "5:11 VG0104\n");
  EXPECT_EQ(mistakes("labels: {team: [a], tier: {}}"), "5:18 VG0104\n5:29 VG0104\n");
  EXPECT_EQ(mistakes("annotations: yes"), "5:16 VG0104\n");
  EXPECT_EQ(mistakes("namespace: [a]"), "5:14 VG0104\n");
  EXPECT_EQ(mistakes("generation: many"), "5:15 VG0104\n");
  EXPECT_EQ(mistakes("finalizers: {}"), "5:15 VG0104\n");
}

TEST(Parse, SeveralDocumentsInOneFile) {
  std::string one =
      "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: a}\n"
      "spec: {kprobes: [{call: f}]}\n";
  std::string two = one;
  two.replace(two.find("name: a"), 7, "name: b");
  EXPECT_EQ(parsed(one + "---\n" + two + "---\n").policies.size(), 2u);
  EXPECT_EQ(parsed(one + "---\n" + one).mistakes(), "8:18 VG0221\n");
  EXPECT_EQ(parsed("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n---\n" + one).mistakes(),
            "1:1 VG0105\n1:13 VG0108\n2:7 VG0108\n");
}

TEST(Parse, EmptyAndPointlessFiles) {
  EXPECT_EQ(parsed("").mistakes(), "0:0 VG0110\n");
  EXPECT_EQ(parsed("# only a comment\n").mistakes(), "0:0 VG0110\n");
  EXPECT_EQ(parsed("- a\n").mistakes(), "1:1 VG0104\n");
  Parsed out = with_spec("  kprobes: []\n");
  EXPECT_EQ(out.mistakes(), "4:1 VG0110\n");
  EXPECT_FALSE(out.diagnostics.has_errors());
}

TEST(Parse, DuplicateKeysAndTags) {
  EXPECT_EQ(with_spec("  kprobes:\n  - {call: f, call: g}\n").mistakes(), "6:15 VG0106\n");
  EXPECT_EQ(with_spec("  kprobes:\n  - call: !!binary f\n").mistakes(), "6:11 VG0104\n");
}

TEST(Parse, MergeKeysAreNotSupported) {
  const std::string base = "  kprobes:\n  - &f {call: f, syscall: false}\n";
  const auto with = [&](const std::string& more) { return with_spec(base + more); };
  const Parsed hook = with("  - {<<: *f, tags: [aa]}\n");
  EXPECT_EQ(hook.mistakes(), "7:6 VG0107\n") << "'call' is not missing";
  EXPECT_EQ(hook.diagnostics.all().at(0).message, "the merge key '<<' is not supported");
  EXPECT_EQ(hook.diagnostics.all().at(0).help, "write out here what the alias stands for");
  EXPECT_EQ(with("  - {<<: [*f, *f]}\n").mistakes(), "7:6 VG0107\n");
  EXPECT_EQ(with("  - {call: g, args: [&a {index: 0}, {<<: *a, type: int}]}\n").mistakes(),
            "7:38 VG0107\n");
  EXPECT_EQ(with("  - call: g\n    selectors: [{<<: {label: a}, matchArgs: [{<<: {index: 0}, "
                 "operator: Equal}, {<<: {operator: Equal}, index: 0}]}]\n")
                .mistakes(),
            "8:18 VG0107\n8:47 VG0107\n8:82 VG0107\n");
  EXPECT_EQ(with("  <<: {fentries: []}\n").mistakes(), "7:3 VG0107\n");
  EXPECT_EQ(with("  - {call: g, '<<': 1}\n").mistakes(), "7:15 VG0103\n") << "a word in quotes";
  EXPECT_EQ(parsed("<<: {kind: TracingPolicy}\nspec: {kprobes: [{call: f}]}\n").mistakes(),
            "1:1 VG0107\n");
}

TEST(Parse, AliasesStandForTheirAnchors) {
  Parsed out = with_spec("  kprobes:\n  - {call: f, tags: &t [aa, bb]}\n  - {call: g, tags: *t}\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.policies.at(0).hooks.at(1).tags.size(), 2u);
}

TEST(Parse, AnEntryOfMatchArgsNamesItsArgumentOnce) {
  EXPECT_EQ(with_spec("  kprobes:\n  - call: f\n    selectors:\n    - matchArgs:\n"
                      "      - {operator: Equal, values: [a]}\n"
                      "      - {index: 0, args: [0], operator: Equal, values: [a]}\n")
                .mistakes(),
            "9:9 VG0105\n10:9 VG0105\n");
}

}  // namespace
}  // namespace vigil::policy
