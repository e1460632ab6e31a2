"""The ledger: what each scenario cost when somebody last looked, by kernel."""
import json
import pathlib

import report

NAME = "tests/bench/ledger.json"
PATH = pathlib.Path(__file__).resolve().parent / "ledger.json"
WORSE = 1.10  # is a failure
UNREPEATABLE = {"path/export/lost"}  # depends on who runs first
# What a figure of the whole path may be off without anybody's doing.
PATH_SLACK = {"units": 1000, "ms": 20, "MiB": 1, "%": 0.05, "times": 0.2}


def figures(made):
    """name -> (value, slack) of everything that is kept."""
    kept = {}
    for run in report.runs(made["records"]):
        # A fork or an exec is never twice the same.
        kept[f"{run.name} units"] = (run.above, max(20, run.none * 0.002))
        kept[f"{run.name} verified"] = (run.record["verified"], 50)
        kept[f"{run.name} memory"] = (run.record["memory_bytes"], 8192)
    for record in made["records"]:
        if record["kind"] == "program":
            kept[f"{record['name']} instructions"] = (record["instructions"], 20)
            kept[f"{record['name']} verified"] = (record["verified"], 50)
        elif record["kind"] == "path" and record["name"] not in UNREPEATABLE:
            kept[record["name"]] = (record["value"], PATH_SLACK[record["unit"].split()[0]])
    return kept


def load():
    return json.loads(PATH.read_text()) if PATH.exists() else {}


def update(kernel, made):
    """A filtered run changes only its own figures."""
    ledger = load()
    old = ledger.get(kernel, {}) if made["filter"] else {}
    new = {name: round(value, 2) for name, (value, _) in figures(made).items()}
    ledger[kernel] = dict(sorted({**old, **new}.items()))
    PATH.write_text(json.dumps(ledger, indent=1) + "\n")


def complaints(kernel, made):
    known = load().get(kernel)
    if known is None:
        return [f"{NAME} has no figures of kernel {kernel}; --update puts them there"]
    said, now = [], figures(made)
    for name, (value, slack) in now.items():
        if name not in known:
            said.append(f"{name}: {value:,.1f}, not in {NAME} yet; --update puts it there")
        elif value > known[name] * WORSE and value - known[name] > slack:
            percent = f", {value / known[name] * 100 - 100:.0f} % more" if known[name] > 0 else ""
            said.append(f"{name}: {value:,.1f}, was {known[name]:,.1f}{percent}")
    if not made["filter"]:
        said += [f"{name}: was not measured" for name in known if name not in now]
    return said
