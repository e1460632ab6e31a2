"""From records to tables, for a terminal and for docs/performance.md."""
import sys
import textwrap

COUNTS = [1, 10, 100, 1000, 10_000]
VALUES = [1, 10, 100, 1000, 10_000, 100_000]
MINIMAL_TARGET, THOUSAND_TARGET, TEN_THOUSAND_TARGET = 1.2, 1.5, 3
SYSTEM_CALLS_TARGET = 1.5  # of an empty program, for one policy on all system calls
VERIFIED_TARGET, BUILD_MS_TARGET, POLICY_BYTES_TARGET = 150_000, 5, 8192

INTRODUCTION = """\
A unit is one instruction of the machine, kernel and user space together: the virtual machine's clock counts
instructions, so figures repeat almost to the unit, and say nothing of caches. Each is the lower quartile of many loops.
Every figure stands beside its floors, measured in the same run: the same loop without the engine, an empty
program on the same hook, and the shortest hand-written program that decides that one rule
(`tests/bench/floors/floors.bpf.c`). The names that floors look for are as long as those they meet; a floor may stop
at the first difference, and knows at build time what it looks for.
"""

NOT_MEASURED = """\
Not here yet: policies scoped to a container each.
"""


class Run:
    """One scenario with what it is compared with."""

    def __init__(self, record, calls):
        self.record = record
        self.name = record["name"]
        self.spread = record["spread"]
        self.noise = record["units"] * record["spread"]
        self.none = calls[record["call"], "none"]
        # Life cycle programs run with forks and execs whatever the policies.
        self.above = record["units"] - calls.get((record["call"], "idle"), self.none)
        self.empty = self.floor(calls, record["empty"])
        self.minimal = self.floor(calls, record["floor"])

    def floor(self, calls, program):
        units = calls.get((self.record["call"], program))
        return None if units is None else units - self.none

    def times_minimal(self):
        """Above the empty program on both sides; None where that drowns in the call's own ups and downs."""
        if self.minimal is None or self.minimal - self.empty <= self.noise:
            return None
        return (self.above - self.empty) / (self.minimal - self.empty)

    def times(self, other):
        """What this costs by what `other` does, above the empty program."""
        if other.above - other.empty <= self.noise + other.noise:
            return None
        return (self.above - self.empty) / (other.above - other.empty)


def runs(records):
    calls = {(r["call"], r["state"]): r["units"] for r in records if r["kind"] == "call"}
    return [Run(r, calls) for r in records if r["kind"] == "scenario"]


# --- cells -------------------------------------------------------------------------


def units(value):
    return "-" if value is None else f"{value:,.0f}"


def ratio(value, target=None):
    if value is None:
        return "-"
    missed = target is not None and round(value, 2) > target
    return f"{value:.2f}{' !' if missed else ''}"


def limited(value, target, shape="{:,.0f}"):
    return shape.format(value) + (" !" if value > target else "")


# --- tables ------------------------------------------------------------------------


class Table:
    def __init__(self, title, note, columns, rows):
        self.title, self.note, self.columns, self.rows = title, note, columns, rows


def grouped(all_runs, number):
    """(call, mechanism, rule) -> {number of the run: run}."""
    groups = {}
    for run in all_runs:
        record = run.record
        groups.setdefault((record["call"], record["mechanism"], record["rule"]), {})[number(record)] = run
    return groups


def by_policies(all_runs):
    return grouped([run for run in all_runs if run.record["values"] == 1], lambda r: r["policies"])


def hook_of(run):
    return run.record["empty"].removeprefix("empty_").removeprefix(run.record["mechanism"] + "_")


def call_table(all_runs):
    rows = []
    for (call, mechanism, rule), found in by_policies(all_runs).items():
        if 1 not in found or rule in ("post", "deny"):
            continue
        one, thousand = found[1], found.get(1000)
        most = SYSTEM_CALLS_TARGET * one.empty if mechanism == "raw_tracepoint" else float("inf")
        rows.append([call, f"{mechanism}/{hook_of(one)}", rule, units(one.none), units(one.empty), units(one.minimal),
                     limited(one.above, most), units(thousand and thousand.above),
                     ratio(one.times_minimal(), MINIMAL_TARGET),
                     ratio(thousand and thousand.times(one), THOUSAND_TARGET)])
    return Table(
        "Calls that no policy matches",
        "Units per call; from the fifth column on, above the call without the engine. "
        "`/ minimal`: what one policy costs, by what the hand-written program costs, both above the empty "
        f"program (target {MINIMAL_TARGET}). `1,000 / 1`: the same of a thousand policies by one (target {THOUSAND_TARGET}). "
        f"One policy on every system call: at most {SYSTEM_CALLS_TARGET} times the empty program.",
        ["call", "hook", "rule", "no engine", "empty", "minimal", "1 policy", "1,000", "/ minimal", "1,000 / 1"], rows)


def life_table(records):
    calls = {(r["call"], r["state"]): r["units"] for r in records if r["kind"] == "call"}
    rows = [[call, units(calls[call, "none"]), units(calls[call, "idle"] - calls[call, "none"])]
            for call in ("fork", "exec") if (call, "idle") in calls]
    return Table("Life cycle programs", "Units per call; what the engine adds without any policy. These calls are never twice "
                 "the same: their figures, and those of policies on them, repeat to about 500 units.",
                 ["call", "no engine", "added"], rows)


def count_table(all_runs):
    rows = []
    for (call, mechanism, rule), found in by_policies(all_runs).items():
        if 10 not in found:
            continue
        times = {n: ratio(found[n].times(found[1]), target) if n in found and 1 in found else "-"
                 for n, target in ((1000, THOUSAND_TARGET), (10_000, TEN_THOUSAND_TARGET))}
        rows.append([call, mechanism, rule] + [units(found[n].above) if n in found else "-" for n in COUNTS] +
                    [times[1000], times[10_000]])
    return Table("Policies on one hook", "Units per call above no engine, none matching. `near`: the path's last component is "
                 "the one that is opened. `mixed`: five shapes in turn. "
                 f"Targets of the ratios: {THOUSAND_TARGET} and {TEN_THOUSAND_TARGET}.",
                 ["call", "mechanism", "rule"] + [f"{n:,}" for n in COUNTS] + ["1,000 / 1", "10,000 / 1"], rows)


def value_table(all_runs):
    rows = []
    one_policy = [run for run in all_runs if run.record["policies"] == 1]
    for (call, mechanism, rule), found in grouped(one_policy, lambda r: r["values"]).items():
        if len(found) > 1:
            rows.append([call, mechanism, rule] + [units(found[n].above) if n in found else "-" for n in VALUES])
    return Table("Values in one selector", "Units per call above no engine, none matching.",
                 ["call", "mechanism", "rule"] + [f"{n:,}" for n in VALUES], rows)


def match_table(all_runs):
    rows = []
    for (call, mechanism, rule), found in by_policies(all_runs).items():
        if rule in ("post", "deny"):
            rows.append([call, mechanism, rule, units(found[1].minimal if 1 in found else None)] +
                        [units(found[n].above if n in found else None) for n in (1, 1000)])
    return Table("Calls that one policy matches", "Units per call above no engine; of the thousand, the others do not match. "
                 "An open that is denied leaves out its second half, so a floor can be less than it costs. "
                 "The hand-written program sends time, process and path, to nobody.",
                 ["call", "mechanism", "action", "minimal", "1 policy", "1,000"], rows)


def load_table(all_runs):
    rows = []
    by_name = {run.name: run for run in all_runs}
    for run in all_runs:
        record, cpu = run.record, {k: v / 1e6 for k, v in run.record["cpu_ns"].items()}
        if record["call"] != "open" or record["mechanism"] != "lsm" or record["policies"] * record["values"] < 1000:
            continue
        one = by_name.get(f"open/lsm/{record['rule']}/1")
        per_policy = (record["memory_bytes"] - one.record["memory_bytes"]) / (record["policies"] - 1) \
            if one and record["policies"] > 1 else None
        built = cpu["plan"] + cpu["codegen"] + cpu["join"] + cpu["maps"]
        first = cpu["plan"] + cpu["codegen"] + cpu["first"]
        most_ms = BUILD_MS_TARGET if record["policies"] == 1000 else float("inf")
        rows.append([run.name] + [f"{cpu[part]:.1f}" for part in ("plan", "codegen", "join", "maps")] +
                    [limited(built, most_ms, "{:.1f}"), f"{cpu['types']:.1f}", f"{cpu['verify']:.1f}",
                     f"{first:.1f}", f"{record['instructions']:,}", limited(record["verified"], VERIFIED_TARGET),
                     "-" if per_policy is None else limited(per_policy, POLICY_BYTES_TARGET)])
    return Table("Loading a hook", "CPU ms (a ms is a million units) to put a program in the place of another; `first`: all "
                 "it takes where none was. `build` is plan, codegen, join and maps together: target "
                 f"{BUILD_MS_TARGET} ms at 1,000 policies. `types` is the kernel reading the BTF, `verify` checking and "
                 f"translating the program. Targets: {VERIFIED_TARGET:,} verified instructions, {POLICY_BYTES_TARGET:,} bytes "
                 "of tables per further policy.",
                 ["scenario", "plan", "codegen", "join", "maps", "build", "types", "verify", "first", "instructions", "verified",
                  "bytes/policy"], rows)


def program_table(records):
    rows = [[r["name"], f"{r['instructions']:,}", limited(r["verified"], VERIFIED_TARGET), f"{r['memory_bytes']:,}"]
            for r in records if r["kind"] == "program"]
    return Table("Base programs", "Loaded once, whatever the policies.", ["program", "instructions", "verified", "bytes"], rows)


def path_table(records):
    rows = []
    for record in records:
        if record["kind"] == "path":
            value, target = record["value"], record["target"]
            text = f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
            missed = target is not None and value > target
            rows.append([record["name"], text + (" !" if missed else ""), "-" if target is None else f"{target:,}",
                         record["unit"]])
    return Table("The whole path", "With the daemon, on one processor, events going to an export file. The caller's own time and "
                 "the daemon's, in units per round, above the same without the engine.",
                 ["figure", "value", "target", "unit"], rows)


def tables(made):
    all_runs = runs(made["records"])
    candidates = [call_table(all_runs), life_table(made["records"]), count_table(all_runs), value_table(all_runs), match_table(all_runs),
                  load_table(all_runs), program_table(made["records"]), path_table(made["records"])]
    return [table for table in candidates if table.rows]


# --- two forms ---------------------------------------------------------------------


def is_figure(cell):
    return cell[:1].isdigit() or cell[:1] in "-"


def as_text(made):
    red, bold, plain = ("\033[31m", "\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "", "")
    lines = [f"kernel {made['kernel']}, {made['machine']}"]
    for table in tables(made):
        widths = [max(map(len, column)) for column in zip(table.columns, *table.rows)]
        figures = [all(is_figure(row[i]) for row in table.rows) for i in range(len(widths))]
        lines += ["", f"{bold}{table.title}{plain}"]
        for row in [table.columns] + table.rows:
            cells = [cell.rjust(w) if figure else cell.ljust(w) for cell, w, figure in zip(row, widths, figures)]
            line = "  ".join(f"{red}{cell}{plain}" if cell.endswith("!") else cell for cell in cells)
            lines.append(line.rstrip())
    lines += ["", "!: more than the target"] if any("!" in line for line in lines) else []
    return "\n".join(lines)


def as_markdown(made):
    lines = ["# Performance", "", "Generated by `./dev bench --write-docs`; figures are as measured, those that miss "
             "their target are marked `!`.", "",
             "| | |", "|---|---|", f"| date | {made['date']} |", f"| version | {made['commit']} |",
             f"| kernel | {made['kernel']} |", f"| machine | {made['machine']} |", "| again | `./dev bench` |", "",
             INTRODUCTION, NOT_MEASURED]
    for table in tables(made):
        lines += [f"## {table.title}", textwrap.fill(table.note, 110), ""]
        figures = [all(is_figure(row[i]) for row in table.rows) for i in range(len(table.columns))]
        lines.append("| " + " | ".join(table.columns) + " |")
        lines.append("|" + "|".join("---:" if figure else "---" for figure in figures) + "|")
        lines += ["| " + " | ".join(row) + " |" for row in table.rows]
        lines.append("")
    return "\n".join(lines)


def complaints(made):
    """What makes the figures themselves doubtful."""
    said = [f"{r['name']}: {r['why']}" for r in made["records"] if r["kind"] == "failure"]
    clock = [r["two_instructions"] for r in made["records"] if r["kind"] == "clock"]
    if clock and clock[0] and abs(clock[0] - 2) > 0.1:
        said.append(f"the clock does not count instructions: two take {clock[0]} ns")
    return said + [f"{run.name}: the upper quartile of the loops took {run.spread:.0%} more than the lower"
                   for run in runs(made["records"]) if run.spread > 0.05]
