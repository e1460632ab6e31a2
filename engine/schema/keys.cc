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
    {"kprobes", optional},
    {"lsmhooks", optional},
    {"options", optional},
    {"fentries", not_yet},
    {"tracepoints", not_yet},
    {"uprobes", not_yet},
    {"usdts", not_yet},
    {"enforcers", not_yet},
    {"loader", not_yet},
    {"lists", not_yet},
    {"selectorsMacros", not_yet},
    {"podSelector", not_yet},
    {"containerSelector", not_yet},
    {"hostSelector", not_yet},
    {"nodeSelector", not_yet},
};

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

constexpr Key lsmhook[] = {
    {"hook", required},    {"args", optional}, {"selectors", optional},
    {"message", optional}, {"tags", optional},
};

constexpr Key argument[] = {
    {"index", required},        {"type", required},      {"label", optional},
    {"sizeArgIndex", optional}, {"returnCopy", not_yet}, {"maxData", not_yet},
    {"resolve", optional},      {"btfType", optional},   {"btfTypeModule", not_yet},
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
    {"resolve", optional},     {"btfType", optional},   {"btfTypeModule", not_yet},
    {"source", not_yet},
};

constexpr Key selector[] = {
    {"matchArgs", optional},
    {"matchBinaries", optional},
    {"matchPIDs", optional},
    {"matchActions", optional},
    {"matchParentBinaries", not_yet},
    {"matchData", optional},
    {"matchReturnArgs", optional},
    {"matchReturnActions", optional},
    {"matchNamespaces", not_yet},
    {"matchNamespaceChanges", not_yet},
    {"matchCapabilities", not_yet},
    {"matchCapabilityChanges", not_yet},
    {"matchWorkloads", not_yet},
    {"macros", not_yet},
    {"label", ignored},
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
    {"followChildren", not_yet},
};

constexpr Key match_pids[] = {
    {"operator", required},
    {"values", required},
    {"isNamespacePID", optional},
    {"followForks", optional},
};

constexpr Key match_action[] = {
    {"action", required},        {"argError", optional},       {"argSig", optional},
    {"rateLimit", optional},     {"rateLimitScope", optional}, {"argUrl", not_yet},
    {"argFqdn", not_yet},        {"argSock", optional},        {"argIndex", not_yet},
    {"argValue", not_yet},       {"argRegs", not_yet},         {"argNewSymbol", not_yet},
    {"argNewAddr", not_yet},     {"argNewOffset", not_yet},    {"kernelStackTrace", not_yet},
    {"userStackTrace", not_yet}, {"imaHash", not_yet},         {"argFd", not_yet},
    {"argName", not_yet},
};

}  // namespace

std::span<const Key> keys(Mapping mapping) {
  switch (mapping) {
    case Mapping::document: return document;
    case Mapping::metadata: return metadata;
    case Mapping::spec: return spec;
    case Mapping::option: return option;
    case Mapping::kprobe: return kprobe;
    case Mapping::ignore: return ignore;
    case Mapping::lsmhook: return lsmhook;
    case Mapping::argument: return argument;
    case Mapping::data: return data;
    case Mapping::return_argument: return return_argument;
    case Mapping::selector: return selector;
    case Mapping::match_args: return match_args;
    case Mapping::match_binaries: return match_binaries;
    case Mapping::match_pids: return match_pids;
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
    case Mapping::kprobe: return "a kprobe";
    case Mapping::ignore: return "ignore";
    case Mapping::lsmhook: return "an lsmhook";
    case Mapping::argument: return "an argument";
    case Mapping::data: return "a data entry";
    case Mapping::return_argument: return "returnArg";
    case Mapping::selector: return "a selector";
    case Mapping::match_args: return "a matchArgs entry";
    case Mapping::match_binaries: return "a matchBinaries entry";
    case Mapping::match_pids: return "a matchPIDs entry";
    case Mapping::match_action: return "an action";
  }
  return {};
}

}  // namespace vigil::schema
