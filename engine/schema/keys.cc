#include "engine/schema/keys.h"

namespace vigil::schema {
namespace {

using enum KeySupport;

constexpr Key document[] = {
    {"apiVersion", required},
    {"kind", required},
    {"metadata", required},
    {"spec", required},
};

// What Kubernetes may have written beside the name.
constexpr Key metadata[] = {
    {"name", required},
    {"namespace", ignored},
    {"labels", ignored},
    {"annotations", ignored},
    {"generateName", ignored},
    {"uid", ignored},
    {"resourceVersion", ignored},
    {"generation", ignored},
    {"creationTimestamp", ignored},
    {"deletionTimestamp", ignored},
    {"deletionGracePeriodSeconds", ignored},
    {"managedFields", ignored},
    {"ownerReferences", ignored},
    {"finalizers", ignored},
    {"selfLink", ignored},
};

constexpr Key spec[] = {
    {"kprobes", optional},           {"fentries", optional},     {"tracepoints", optional},
    {"lsmhooks", optional},          {"uprobes", optional},      {"usdts", optional},
    {"enforcers", optional},         {"lists", optional},        {"options", optional},
    {"selectorsMacros", optional},   {"loader", not_yet},        {"podSelector", optional},
    {"containerSelector", optional}, {"hostSelector", optional}, {"nodeSelector", optional},
};

constexpr Key list[] = {
    {"name", required},    {"type", optional},      {"values", optional},
    {"pattern", optional}, {"validated", optional},
};

constexpr Key enforcer[] = {{"calls", required}};

constexpr Key option[] = {{"name", required}, {"value", required}};

constexpr Key kprobe[] = {
    {"call", required},    {"syscall", optional},
    {"return", optional},  {"returnArg", optional},
    {"args", optional},    {"selectors", optional},
    {"message", optional}, {"tags", optional},
    {"data", optional},    {"returnArgAction", optional},
    {"ignore", optional},
};

constexpr Key ignore[] = {{"callNotFound", optional}};

constexpr Key tracepoint[] = {
    {"subsystem", required}, {"event", required},   {"raw", optional},  {"args", optional},
    {"selectors", optional}, {"message", optional}, {"tags", optional},
};

constexpr Key lsmhook[] = {
    {"hook", required},    {"args", optional}, {"selectors", optional},
    {"message", optional}, {"tags", optional},
};

constexpr Key uprobe[] = {
    {"path", required},      {"symbols", optional},       {"offsets", optional},
    {"addrs", optional},     {"args", optional},          {"return", optional},
    {"returnArg", optional}, {"selectors", optional},     {"message", optional},
    {"tags", optional},      {"refCtrOffsets", optional}, {"btfPath", not_yet},
    {"data", not_yet},       {"binaryDigests", optional}, {"ignore", optional},
};

constexpr Key uprobe_ignore[] = {{"digestVerificationFailure", optional}};

constexpr Key usdt[] = {
    {"path", required},      {"provider", required}, {"name", required}, {"args", optional},
    {"selectors", optional}, {"message", optional},  {"tags", optional}, {"btfPath", not_yet},
};

constexpr Key argument[] = {
    {"index", required},        {"type", optional},       {"label", optional},
    {"sizeArgIndex", optional}, {"returnCopy", optional}, {"maxData", optional},
    {"resolve", optional},      {"btfType", optional},    {"btfTypeModule", optional},
    {"source", not_yet},
};

constexpr Key data[] = {
    {"index", ignored},         {"type", required},      {"label", optional},
    {"source", required},       {"resolve", optional},   {"btfType", not_yet},
    {"btfTypeModule", not_yet}, {"returnCopy", not_yet}, {"maxData", not_yet},
    {"sizeArgIndex", not_yet},
};

constexpr Key return_argument[] = {
    {"index", optional},       {"type", required},      {"label", optional},
    {"sizeArgIndex", not_yet}, {"returnCopy", not_yet}, {"maxData", not_yet},
    {"resolve", optional},     {"btfType", optional},   {"btfTypeModule", optional},
    {"source", not_yet},
};

constexpr Key selector[] = {
    {"matchArgs", optional},
    {"matchBinaries", optional},
    {"matchParentBinaries", optional},
    {"matchAncestors", optional},
    {"matchPIDs", optional},
    {"matchNamespaces", optional},
    {"matchCapabilities", optional},
    {"matchNamespaceChanges", optional},
    {"matchCapabilityChanges", optional},
    {"matchCurrentCred", optional},
    {"matchActions", optional},
    {"matchData", optional},
    {"matchReturnArgs", optional},
    {"matchReturnActions", optional},
    {"matchWorkloads", optional},
    {"macros", optional},
    {"label", optional},
};

constexpr Key match_args[] = {
    {"index", optional},
    {"args", optional},
    {"operator", required},
    {"values", optional},
};

constexpr Key match_binaries[] = {
    {"operator", required},
    {"values", required},
    {"followChildren", optional},
};

// An extension: upstream has no such key.
constexpr Key match_ancestors[] = {{"operator", required}, {"values", required}};

constexpr Key match_pids[] = {
    {"operator", required},
    {"values", required},
    {"isNamespacePID", optional},
    {"followForks", optional},
};

constexpr Key match_namespaces[] = {
    {"namespace", required},
    {"operator", required},
    {"values", required},
};

constexpr Key match_capabilities[] = {
    {"type", optional},
    {"operator", required},
    {"isNamespaceCapability", optional},
    {"values", required},
};

constexpr Key match_namespace_changes[] = {{"operator", required}, {"values", required}};

// An extension: upstream has no such key.
constexpr Key match_current_cred[] = {
    {"type", required},
    {"operator", required},
    {"values", required},
};

constexpr Key match_workloads[] = {
    {"podSelector", optional},
    {"containerSelector", optional},
    {"hostSelector", optional},
};

constexpr Key label_selector[] = {{"matchLabels", optional}, {"matchExpressions", optional}};

constexpr Key match_expression[] = {
    {"key", required}, {"operator", required}, {"values", optional}};

constexpr Key match_action[] = {
    {"action", required},         {"argError", optional},       {"argSig", optional},
    {"rateLimit", optional},      {"rateLimitScope", optional}, {"argUrl", not_yet},
    {"argFqdn", not_yet},         {"argSock", optional},        {"argIndex", optional},
    {"argValue", optional},       {"argRegs", not_yet},         {"argNewSymbol", not_yet},
    {"argNewAddr", not_yet},      {"argNewOffset", not_yet},    {"kernelStackTrace", optional},
    {"userStackTrace", optional}, {"imaHash", not_yet},         {"argFd", not_yet},
    {"argName", not_yet},
};

}  // namespace

std::span<const Key> keys(Mapping mapping) {
  switch (mapping) {
    case Mapping::document: return document;
    case Mapping::metadata: return metadata;
    case Mapping::spec: return spec;
    case Mapping::option: return option;
    case Mapping::list: return list;
    case Mapping::enforcer: return enforcer;
    case Mapping::kprobe:
    case Mapping::fentry: return kprobe;
    case Mapping::tracepoint: return tracepoint;
    case Mapping::ignore: return ignore;
    case Mapping::lsmhook: return lsmhook;
    case Mapping::uprobe: return uprobe;
    case Mapping::uprobe_ignore: return uprobe_ignore;
    case Mapping::usdt: return usdt;
    case Mapping::argument: return argument;
    case Mapping::data: return data;
    case Mapping::return_argument: return return_argument;
    case Mapping::selector: return selector;
    case Mapping::match_args: return match_args;
    case Mapping::match_binaries:
    case Mapping::match_parent_binaries: return match_binaries;
    case Mapping::match_ancestors: return match_ancestors;
    case Mapping::match_pids: return match_pids;
    case Mapping::match_namespaces: return match_namespaces;
    case Mapping::match_capabilities: return match_capabilities;
    case Mapping::match_namespace_changes: return match_namespace_changes;
    case Mapping::match_capability_changes: return match_capabilities;
    case Mapping::match_current_cred: return match_current_cred;
    case Mapping::match_workloads: return match_workloads;
    case Mapping::label_selector: return label_selector;
    case Mapping::match_expression: return match_expression;
    case Mapping::match_action: return match_action;
  }
  return {};
}

std::string_view describe(Mapping mapping) {
  switch (mapping) {
    case Mapping::document: return "a policy";
    case Mapping::metadata: return "metadata";
    case Mapping::spec: return "spec";
    case Mapping::option: return "an option";
    case Mapping::list: return "a list";
    case Mapping::enforcer: return "an enforcer";
    case Mapping::kprobe: return "a kprobe";
    case Mapping::fentry: return "a fentry";
    case Mapping::tracepoint: return "a tracepoint";
    case Mapping::ignore: return "ignore";
    case Mapping::lsmhook: return "an lsmhook";
    case Mapping::uprobe: return "a uprobe";
    case Mapping::uprobe_ignore: return "ignore";
    case Mapping::usdt: return "a usdt";
    case Mapping::argument: return "an argument";
    case Mapping::data: return "a data entry";
    case Mapping::return_argument: return "returnArg";
    case Mapping::selector: return "a selector";
    case Mapping::match_args: return "a matchArgs entry";
    case Mapping::match_binaries: return "a matchBinaries entry";
    case Mapping::match_parent_binaries: return "a matchParentBinaries entry";
    case Mapping::match_ancestors: return "a matchAncestors entry";
    case Mapping::match_pids: return "a matchPIDs entry";
    case Mapping::match_namespaces: return "a matchNamespaces entry";
    case Mapping::match_capabilities: return "a matchCapabilities entry";
    case Mapping::match_namespace_changes: return "a matchNamespaceChanges entry";
    case Mapping::match_capability_changes: return "a matchCapabilityChanges entry";
    case Mapping::match_current_cred: return "a matchCurrentCred entry";
    case Mapping::match_workloads: return "matchWorkloads";
    case Mapping::label_selector: return "a selector of labels";
    case Mapping::match_expression: return "a matchExpressions entry";
    case Mapping::match_action: return "an action";
  }
  return {};
}

}  // namespace vigil::schema
