#include "engine/schema/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/document.h"
#include "engine/schema/meanings.h"
#include "engine/schema/names.h"
#include "engine/schema/operators.h"
#include "engine/schema/process_values.h"

namespace vigil::schema {
namespace {

// The words of a table that says what each stands for.
template <auto table>
std::vector<FieldWord> words_of() {
  std::vector<FieldWord> all;
  for (const auto& word : table()) {
    if (word.value) all.emplace_back(word.spelling, std::string(meaning(*word.value)));
  }
  return all;
}

template <auto table>
std::vector<std::string_view> missing_from() {
  std::vector<std::string_view> all;
  for (const auto& word : table()) {
    if (!word.value) all.push_back(word.spelling);
  }
  return all;
}

std::vector<FieldWord> versions() { return {{api_version, "the only version"}}; }

std::vector<FieldWord> kinds() {
  return {{policy_kind, "for the whole host"},
          {namespaced_policy_kind, "for the pods of a Kubernetes namespace"}};
}

std::vector<FieldWord> argument_types() {
  std::vector<FieldWord> all = words_of<arg_type_words>();
  all.insert(all.begin(), {auto_type, "what the function declares"});
  return all;
}

std::vector<FieldWord> capabilities() {
  std::vector<FieldWord> all;
  for (const std::string_view name : all_names(Names::capability))
    all.emplace_back(name, fmt::format("number {}", *number_of(Names::capability, name)));
  return all;
}

std::vector<FieldWord> host() { return {{host_namespace, "that of process 1"}}; }

std::vector<FieldWord> operators_of_labels() {
  constexpr std::string_view meanings[] = {"has one of the values", "has none of the values",
                                           "is there", "is not there"};
  static_assert(std::size(meanings) == std::size(label_operators));
  std::vector<FieldWord> all;
  for (std::size_t i = 0; i < std::size(meanings); ++i)
    all.emplace_back(label_operators[i].spelling, std::string(meanings[i]));
  return all;
}

constexpr WordList api_versions{"versions", versions};
constexpr WordList policy_kinds{"kinds", kinds};
constexpr WordList types{"types of arguments", argument_types};
constexpr WordList options{"options", words_of<option_words>};
constexpr WordList option_values{"values of options", words_of<policy_mode_words>};
constexpr WordList list_types{"types of lists", words_of<list_type_words>};
constexpr WordList argument_operators{"operators of arguments", words_of<match_args_words>};
constexpr WordList program_operators{"operators of programs", words_of<match_binaries_words>};
constexpr WordList id_operators{"operators of credentials", words_of<credential_operator_words>};
constexpr WordList membership{"operators of lists", words_of<membership_words>};
constexpr WordList namespaces{"namespaces", words_of<namespace_words>};
constexpr WordList namespace_values{"values for namespaces", host};
constexpr WordList capability_sets{"sets of capabilities", words_of<capability_set_words>};
constexpr WordList capability_names{"capabilities", capabilities};
constexpr WordList credentials{"credentials", words_of<credential_words>};
constexpr WordList actions{"actions", words_of<action_words>, missing_from<action_words>};
constexpr WordList rate_scopes{"scopes of a rate limit", words_of<rate_scope_words>};
constexpr WordList of_labels{"operators of labels", operators_of_labels};

constexpr Shape text{.kind = ValueKind::text};
constexpr Shape number{.kind = ValueKind::number};
constexpr Shape flag{.kind = ValueKind::flag};

constexpr Shape word(const WordList& words) { return {.kind = ValueKind::word, .words = &words}; }
constexpr Shape text_as(const WordList& words) {
  return {.kind = ValueKind::text, .words = &words};
}
constexpr Shape a(Mapping mapping) { return {.kind = ValueKind::mapping, .mapping = mapping}; }
constexpr Shape list_of(Shape shape) {
  shape.count = ValueCount::list;
  return shape;
}
constexpr Shape list_of(Mapping mapping) { return list_of(a(mapping)); }
constexpr Shape by_name(Shape shape) {
  shape.count = ValueCount::by_name;
  return shape;
}

constexpr Field document[] = {
    {"apiVersion", word(api_versions), "The version of the language.", "cilium.io/v1alpha1"},
    {"kind", word(policy_kinds),
     "What the document is. Nothing is known of pods yet, so a TracingPolicyNamespaced is accepted "
     "and skipped.",
     "TracingPolicy"},
    {"metadata", a(Mapping::metadata),
     "The name of the policy, and what Kubernetes writes beside it.", "{name: protect-files}"},
    {"spec", a(Mapping::spec), "What is hooked, and what is done there.",
     "{lsmhooks: [{hook: file_open}]}"},
};

constexpr Field metadata[] = {
    {"name", text,
     "The name of the policy, in events and for `vigil policy`: lower case letters, digits, '-' "
     "and '.', at most 253.",
     "protect-files"},
};

constexpr Field pod_selector{
    "podSelector", a(Mapping::label_selector),
    "Only processes of pods with these labels. Nothing is known of pods yet: it selects nobody.",
    "{matchLabels: {app: web}}"};
constexpr Field container_selector{
    "containerSelector", a(Mapping::label_selector),
    "Only processes of containers whose `name` and `repo` (its image without tag and digest) fit; "
    "{}: of any container.",
    "{matchLabels: {name: main}}"};
constexpr Field host_selector{"hostSelector", a(Mapping::label_selector),
                              "With {}: only processes outside of containers.", "{}"};

constexpr Field spec[] = {
    {"kprobes", list_of(Mapping::kprobe),
     "Functions of the kernel and system calls, hooked where they are called. `security_*` "
     "functions can refuse the operation.",
     "[{call: tcp_connect, args: [{index: 0, type: sock}]}]"},
    {"fentries", list_of(Mapping::fentry),
     "Functions of the kernel, as in kprobes: cheaper, and without actions that enforce.",
     "[{call: tcp_connect, args: [{index: 0, type: sock}]}]"},
    {"tracepoints", list_of(Mapping::tracepoint), "Places that the kernel marks for tracing.",
     "[{subsystem: sched, event: sched_process_exec}]"},
    {"lsmhooks", list_of(Mapping::lsmhook),
     "Questions that the kernel asks its security modules before it does something: the place to "
     "refuse.",
     "[{hook: file_open, args: [{index: 0, type: file}]}]"},
    {"uprobes", list_of(Mapping::uprobe), "Functions of programs and libraries.",
     "[{path: /usr/bin/bash, symbols: [readline]}]"},
    {"usdts", list_of(Mapping::usdt), "Probes that programs and libraries have built in.",
     "[{path: /usr/lib/libc.so.6, provider: libc, name: setjmp}]"},
    {"enforcers", list_of(Mapping::enforcer),
     "Functions that are refused to a thread once the action NotifyEnforcer has named it.",
     "[{calls: [sys_mkdir, list:writers]}]"},
    {"lists", list_of(Mapping::list), "Functions under a name, for `list:NAME`.",
     "[{name: writers, type: syscalls, values: [sys_write, sys_pwrite64]}]"},
    {"options", list_of(Mapping::option), "Settings of the policy as a whole.",
     "[{name: policy-mode, value: monitor}]"},
    {"selectorsMacros", by_name(a(Mapping::selector)),
     "Parts of selectors under a name, for `macros`.",
     "{as_root: {matchCurrentCred: [{type: uid, operator: In, values: [0]}]}}"},
    pod_selector,
    container_selector,
    host_selector,
    {"nodeSelector", a(Mapping::label_selector),
     "For policies that Kubernetes hands out. Without effect here, with a warning.",
     "{matchLabels: {tier: db}}"},
};

constexpr Field option[] = {
    {"name", word(options), "Which option.", "policy-mode"},
    {"value", text_as(option_values), "Its value, as text.", "monitor"},
};

constexpr Field list[] = {
    {"name", text, "What `list:NAME` refers to.", "writers"},
    {"type", word(list_types), "Where the functions come from; left out, from `values`.",
     "syscalls"},
    {"values", list_of(text), "The functions or system calls.", "[sys_write, i386/sys_write]"},
    {"pattern", text,
     "Of a list of type generated_ftrace: a regular expression for names of functions.", "^vfs_"},
    {"validated", flag,
     "The functions are taken as they are, also those that the kernel's type information lacks.",
     "true"},
};

constexpr Field enforcer[] = {
    {"calls", list_of(text), "System calls, `security_*` functions or `list:NAME`.",
     "[sys_mkdir, security_path_mkdir]"},
};

constexpr Field args{
    "args", list_of(Mapping::argument),
    "The arguments that are read: what events show and conditions ask for. Each is read at most "
    "once, and only when it is needed.",
    "[{index: 0, type: file}, {index: 1, type: int}]"};
constexpr Field selectors{
    "selectors", list_of(Mapping::selector),
    "What must hold, and what is then done. The first selector that matches counts; without any, "
    "every call is posted.",
    "[{matchArgs: [{index: 0, operator: Prefix, values: [/etc/]}]}]"};
constexpr Field message{"message", text, "Told with each event; at least 2 bytes, cut after 256.",
                        "Somebody opened the vault"};
constexpr Field tags{"tags", list_of(text),
                     "Told with each event; at most 16, each of 2 to 128 bytes.",
                     "[observability.filesystem]"};

constexpr Field returns{"return", flag, "Read the return value, too; needs `returnArg`.", "true"};
constexpr Field return_arg{"returnArg", a(Mapping::return_argument),
                           "How the return value is read.", "{type: int}"};

constexpr Field kprobe[] = {
    {"call", text, "A function of the kernel, a system call (`sys_...`) or `list:NAME`.",
     "security_file_open"},
    {"syscall", flag,
     "Whether `call` is a system call, whose arguments stand in the caller's registers. May be "
     "left out: the name tells.",
     "true"},
    returns,
    return_arg,
    {"returnArgAction", word(actions), "What is done with the sock that is returned.", "TrackSock"},
    args,
    {"data", list_of(Mapping::data),
     "Values that are no arguments: of the task that runs, or of a register.",
     "[{type: int, source: current_task, resolve: pid}]"},
    selectors,
    message,
    tags,
    {"ignore", a(Mapping::ignore), "Mistakes that leave out the hook, not the policy.",
     "{callNotFound: true}"},
};

constexpr Field ignore[] = {
    {"callNotFound", flag, "A kernel without the function is no mistake.", "true"},
};

constexpr Field tracepoint[] = {
    {"subsystem", text, "The folder of the tracepoint below /sys/kernel/tracing/events.", "sched"},
    {"event", text, "The tracepoint.", "sched_process_exec"},
    {"raw", flag,
     "Read what the kernel passes to the tracepoint, by position, not the fields of its record.",
     "true"},
    args,
    selectors,
    message,
    tags,
};

constexpr Field lsmhook[] = {
    {"hook", text, "A hook of the kernel's security modules, without `security_`.", "file_open"},
    args,
    selectors,
    message,
    tags,
};

constexpr Field path{"path", text, "The program or library, as the daemon sees it.",
                     "/usr/bin/bash"};

constexpr Field user_args{
    "args", list_of(Mapping::argument),
    "The arguments that are read: integers, string, char_buf, fd, sockaddr, sockaddr_un, "
    "capability and bpf_attr.",
    "[{index: 0, type: string}]"};

constexpr Field uprobe[] = {
    path,
    {"symbols", list_of(text),
     "Functions by name, or places in them. One of this, `offsets` and `addrs`.",
     "[readline, main+0x10]"},
    {"offsets", list_of(number), "Places by their offsets in the file.", "[4096]"},
    {"addrs", list_of(number), "Places by the addresses that the file gives them.", "[4198400]"},
    {"refCtrOffsets", list_of(number),
     "Offsets of counters that the kernel raises while somebody looks: one for each place.",
     "[16384]"},
    {"binaryDigests", list_of(text),
     "The file must have one of them: `sha1:`, `sha256:`, `sha384:`, `sha512:` or `build-id:` and "
     "hexadecimal digits.",
     "[\"build-id:5ef1bd8a3e29\"]"},
    user_args,
    returns,
    return_arg,
    selectors,
    message,
    tags,
    {"ignore", a(Mapping::uprobe_ignore), "Mistakes that leave out the hook, not the policy.",
     "{digestVerificationFailure: false}"},
};

constexpr Field uprobe_ignore[] = {
    {"digestVerificationFailure", flag, "Another file than `binaryDigests` name is no mistake.",
     "true"},
};

constexpr Field usdt[] = {
    path,
    {"provider", text, "Who the probe says it belongs to.", "libc"},
    {"name", text, "The probe.", "setjmp"},
    user_args,
    selectors,
    message,
    tags,
};

constexpr Field resolve{
    "resolve", text,
    "A way through the kernel's structures, from the value to what is wanted of it.",
    "mm.owner.real_parent.comm"};
constexpr Field btf_type{"btfType", text, "The struct that the value points to, for `resolve`.",
                         "sockaddr_in"};
constexpr Field btf_type_module{"btfTypeModule", text,
                                "The module of the kernel that has this struct.", "af_alg"};

constexpr Field data[] = {
    {"type", word(types), "How it is read and shown.", "int"},
    {"label", text, "Told beside the value in events.", "pid"},
    {"source", text, "`current_task`: the thread that runs; `pt_regs`: a register.",
     "current_task"},
    {"resolve", text,
     "The way from `struct task_struct` to what is wanted of it, or the register's name.",
     "mm.owner.real_parent.comm"},
};

constexpr Field argument[] = {
    {"index", number,
     "Which argument, from 0. Of a tracepoint that is not raw: which field of its format file.",
     "0"},
    {"type", word(types), "How it is read and shown; left out, as the function declares it.",
     "file"},
    {"label", text, "Told beside the value in events.", "target"},
    {"sizeArgIndex", number,
     "Which argument, counted from 1, says how long this one is: for char_buf, char_iovec and "
     "sockaddr_un.",
     "3"},
    {"returnCopy", flag,
     "Of char_buf and char_iovec: read when the call returns, as many bytes as it has returned.",
     "true"},
    {"maxData", flag,
     "Of char_buf, char_iovec and iov_iter: 327360 bytes are shown, without it the first 4096.",
     "true"},
    resolve,
    btf_type,
    btf_type_module,
};

constexpr Field return_argument[] = {
    {"index", number, "Without meaning: there is one return value.", "0"},
    {"type", word(types), "How it is read and shown.", "int"},
    {"label", text, "Told beside the value in events.", "result"},
    resolve,
    btf_type,
    btf_type_module,
};

constexpr Field selector[] = {
    {"matchArgs", list_of(Mapping::match_args), "Conditions on arguments. All must hold.",
     "[{index: 0, operator: Prefix, values: [/etc/, /usr/]}]"},
    {"matchData", list_of(Mapping::match_args),
     "Conditions on entries of `data`, by their position.",
     "[{index: 0, operator: Equal, values: [1000]}]"},
    {"matchReturnArgs", list_of(Mapping::match_args), "Conditions on the return value.",
     "[{index: 0, operator: LT, values: [0]}]"},
    {"matchBinaries", list_of(Mapping::match_binaries),
     "Conditions on the path of the program that runs. Of a script, that is its interpreter.",
     "[{operator: NotIn, values: [/usr/bin/vault]}]"},
    {"matchParentBinaries", list_of(Mapping::match_parent_binaries),
     "Conditions on the path of the parent's program. A parent without one (the kernel) is neither "
     "in a list nor outside of it.",
     "[{operator: In, values: [/usr/sbin/sshd]}]"},
    {"matchAncestors", list_of(Mapping::match_ancestors),
     "Conditions on the programs of all ancestors, the parent included: In holds when one of them "
     "is listed, NotIn when none is. An extension: Tetragon has no such key.",
     "[{operator: In, values: [/usr/sbin/nginx]}]"},
    {"matchPIDs", list_of(Mapping::match_pids), "Conditions on the number of the process.",
     "[{operator: NotIn, values: [1], followForks: true}]"},
    {"matchNamespaces", list_of(Mapping::match_namespaces),
     "Conditions on the namespaces that the thread is in at the hook.",
     "[{namespace: Mnt, operator: NotIn, values: [host_ns]}]"},
    {"matchCapabilities", list_of(Mapping::match_capabilities),
     "Conditions on the capabilities that the thread has at the hook: In holds when it has one of "
     "them, NotIn when it has none.",
     "[{type: Effective, operator: In, values: [CAP_SYS_ADMIN]}]"},
    {"matchNamespaceChanges", list_of(Mapping::match_namespace_changes),
     "Conditions on the namespaces that changed since the exec, or since the last event for such a "
     "change.",
     "[{operator: In, values: [Mnt, Pid]}]"},
    {"matchCapabilityChanges", list_of(Mapping::match_capability_changes),
     "Conditions on the capabilities that changed since the exec, or since the last event for such "
     "a change.",
     "[{type: Effective, operator: In, values: [CAP_SYS_ADMIN]}]"},
    {"matchCurrentCred", list_of(Mapping::match_current_cred),
     "Conditions on the ids of user and group at the hook, as the host counts them. An extension: "
     "Tetragon has no such key.",
     "[{type: euid, operator: NotIn, values: [0]}]"},
    {"matchWorkloads", a(Mapping::match_workloads),
     "Whom the selector is for, as the selectors of a policy say it for the policy.",
     "{hostSelector: {}}"},
    {"matchActions", list_of(Mapping::match_action),
     "What is done, in this order, when all conditions hold; without any, the event is posted.",
     "[{action: Sigkill}]"},
    {"matchReturnActions", list_of(Mapping::match_action), "What is done when the call returns.",
     "[{action: Post}]"},
    {"macros", list_of(text),
     "Entries of `selectorsMacros` whose keys are added to this selector; a key that both have is "
     "a mistake.",
     "[as_root]"},
    {"label", text, "What the selector is called where it is counted.", "secrets"},
};

constexpr Field match_args[] = {
    {"index", number,
     "The argument, by its number in the function; of a tracepoint, by its number in the format "
     "file. Either this or `args`.",
     "0"},
    {"args", list_of(number), "The arguments, by their positions in the hook's `args`, from 0.",
     "[0, 1]"},
    {"operator", word(argument_operators),
     "How the argument is compared. Which operators fit depends on its type; a value that could "
     "not "
     "be read is matched by no operator, nor by its opposite.",
     "Prefix"},
    {"values", list_of(text),
     "What it is compared with. One of them must fit; of an opposite, none may.", "[/etc/, /usr/]"},
};

constexpr Field match_binaries[] = {
    {"operator", word(program_operators), "How the path is compared.", "In"},
    {"values", list_of(text), "Absolute paths; of Prefix and Postfix, parts of them.",
     "[/usr/bin/curl, /usr/bin/wget]"},
    {"followChildren", flag,
     "Also what the program has started, and what that has started, to any depth.", "true"},
};

constexpr Field match_ancestors[] = {
    {"operator", word(program_operators), "How the paths are compared.", "In"},
    {"values", list_of(text), "Absolute paths; of Prefix and Postfix, parts of them.",
     "[/usr/sbin/nginx]"},
};

constexpr Field match_pids[] = {
    {"operator", word(membership), "Whether the process is listed, or is not.", "NotIn"},
    {"values", list_of(number), "Numbers of processes.", "[1, 812]"},
    {"isNamespacePID", flag,
     "The numbers are those inside the process's own pid namespace. A process of the host then "
     "matches neither In nor NotIn.",
     "true"},
    {"followForks", flag,
     "Also their descendants, to any depth, those that exist already included.", "true"},
};

constexpr Field match_namespaces[] = {
    {"namespace", word(namespaces), "Which kind of namespace.", "Mnt"},
    {"operator", word(membership), "Whether it is listed, or is not.", "NotIn"},
    {"values", list_of(text_as(namespace_values)),
     "Numbers of namespaces as /proc/PID/ns shows them, or host_ns.", "[host_ns, 4026531840]"},
};

constexpr Field match_capabilities[] = {
    {"type", word(capability_sets), "Which set of capabilities; left out: Effective.", "Permitted"},
    {"operator", word(membership), "Whether one of them is in the set, or none is.", "In"},
    {"isNamespaceCapability", flag, "Only outside of the host's user namespace.", "true"},
    {"values", list_of(text_as(capability_names)), "Capabilities, by name or number.",
     "[CAP_SYS_ADMIN, CAP_NET_RAW]"},
};

constexpr Field match_namespace_changes[] = {
    {"operator", word(membership), "In: one of these has changed. NotIn: another one has.", "In"},
    {"values", list_of(word(namespaces)), "Kinds of namespaces.", "[Mnt, Pid]"},
};

constexpr Field match_capability_changes[] = {
    {"type", word(capability_sets), "Which set of capabilities; left out: Effective.", "Permitted"},
    {"operator", word(membership), "In: one of these has changed. NotIn: another one has.", "In"},
    {"isNamespaceCapability", flag, "Only outside of the host's user namespace.", "true"},
    {"values", list_of(text_as(capability_names)), "Capabilities, by name or number.",
     "[CAP_SYS_ADMIN, CAP_NET_RAW]"},
};

constexpr Field match_current_cred[] = {
    {"type", word(credentials), "Which id.", "euid"},
    {"operator", word(id_operators), "How it is compared.", "InRange"},
    {"values", list_of(text), "Numbers, or ranges `a:b`.", "[\"1000:65533\"]"},
};

constexpr Field match_workloads[] = {pod_selector, container_selector, host_selector};

constexpr Field label_selector[] = {
    {"matchLabels", by_name(text), "Labels and the values that they must have.", "{app: web}"},
    {"matchExpressions", list_of(Mapping::match_expression), "Conditions on labels.",
     "[{key: app, operator: In, values: [web, db]}]"},
};

constexpr Field match_expression[] = {
    {"key", text, "The label.", "app"},
    {"operator", word(of_labels), "What must hold of the label.", "In"},
    {"values", list_of(text), "For In and NotIn, and for those only.", "[web, db]"},
};

constexpr Field match_action[] = {
    {"action", word(actions), "What is done.", "Sigkill"},
    {"argError", number, "Of Override and NotifyEnforcer: what the operation returns, -1 to -4095.",
     "-1"},
    {"argSig", number, "Of Signal and NotifyEnforcer: the signal, by number.", "15"},
    {"argSock", number, "Of TrackSock and UntrackSock: the position of the sock in `args`.", "0"},
    {"argIndex", number,
     "Of Set: the position in `args` of what is written over. The program has to pass it as four "
     "bytes in memory.",
     "0"},
    {"argValue", number, "Of Set: what is written, 32 bits without a sign.", "42"},
    {"rateLimit", text,
     "Of Post: at most one event like it in this time; seconds, or a number with s, m or h.", "1m"},
    {"rateLimitScope", word(rate_scopes), "Of Post: who shares the limit; left out: thread.",
     "process"},
    {"kernelStackTrace", flag,
     "Of Post, in kprobes and fentries: the event shows the functions of the kernel that led here.",
     "true"},
    {"userStackTrace", flag,
     "The same of the program that made the call, as far as its functions keep frame pointers.",
     "true"},
};

std::string_view noun(ValueKind kind) {
  switch (kind) {
    case ValueKind::text: return "text";
    case ValueKind::number: return "number";
    case ValueKind::flag: return "true or false";
    case ValueKind::word: return "word";
    case ValueKind::mapping: return "mapping";
  }
  return {};
}

}  // namespace

std::span<const Field> fields(Mapping mapping) {
  switch (mapping) {
    case Mapping::document: return document;
    case Mapping::metadata: return metadata;
    case Mapping::spec: return spec;
    case Mapping::option: return option;
    case Mapping::list: return list;
    case Mapping::enforcer: return enforcer;
    case Mapping::kprobe:
    case Mapping::fentry: return kprobe;
    case Mapping::ignore: return ignore;
    case Mapping::tracepoint: return tracepoint;
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
    case Mapping::match_capability_changes: return match_capability_changes;
    case Mapping::match_current_cred: return match_current_cred;
    case Mapping::match_workloads: return match_workloads;
    case Mapping::label_selector: return label_selector;
    case Mapping::match_expression: return match_expression;
    case Mapping::match_action: return match_action;
  }
  return {};
}

const Field* find_field(Mapping mapping, std::string_view key) {
  const auto rows = fields(mapping);
  const auto found = std::ranges::find(rows, key, &Field::key);
  return found == rows.end() ? nullptr : &*found;
}

std::string describe(const Shape& shape) {
  const std::string_view what = noun(shape.kind);
  switch (shape.count) {
    case ValueCount::one: return std::string(what);
    case ValueCount::by_name: return fmt::format("mapping from names to {}s", what);
    case ValueCount::list:
      if (shape.kind == ValueKind::text) return "list of texts";
      return fmt::format("list of {}s", what);
  }
  return {};
}

}  // namespace vigil::schema
