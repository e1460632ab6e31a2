"""The whole path, from the call to the line in the export file: what the daemon costs and what it loses."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

OPENS = 20_000
EXECS = 300
IDLE_SECONDS = 10
START_SECONDS = 300
DRAIN_SECONDS = 300
POLICIES = 1000
DIR = pathlib.Path("/tmp/vigil-bench-path")
PLAIN_FILE = "/tmp/vigil-bench/plain-file"  # calls.h

# The report's rows: name -> unit, target (None: none is set).
NAMES = {
    "path/start/cpu": ("ms", 300),
    "path/start/rss": ("MiB", 30),
    "path/start/own": ("MiB of it nobody else's", None),
    "path/idle/cpu": ("%", 0.1),
    "path/exec/kernel": ("units per fork, exec and exit", 15_000),
    "path/exec/daemon": ("units per fork, exec and exit", None),
    "path/exec/all": ("units per fork, exec and exit", 40_000),
    "path/exec/10-policies/kernel": ("units per fork, exec and exit", 15_000),
    "path/exec/10-policies/all": ("units per fork, exec and exit", 40_000),
    "path/export/call": ("units per matching open", 3000),
    "path/export/daemon": ("units per exported event", 20_000),
    "path/export/lost": (f"of {OPENS} events", 0),
    "path/start-1000/cpu": ("ms", 3000),
    "path/start-1000/rss": ("MiB", 60),
    "path/start-1000/own": ("MiB of it nobody else's", None),
    "path/add/first": ("ms", None),
    "path/add/1001st": ("ms", None),
    "path/add/1001st-by-first": ("times", 2),
}

HEAD = "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata:\n  name: {name}\nspec:\n"
FILE_OPEN = """  lsmhooks:
  - hook: file_open
    args: [{{index: 0, type: file}}]
    selectors:
    - matchArgs: [{{index: 0, operator: {operator}, values: ["{value}"]}}]
"""
# What a thousand policies are made of, in turn.
SHAPES = [
    FILE_OPEN.replace("{operator}", "Prefix").replace("{value}", "/srv/tenant-{number}/"),
    """  kprobes:
  - call: security_file_permission
    args: [{{index: 0, type: file}}, {{index: 1, type: int}}]
    selectors:
    - matchArgs: [{{index: 0, operator: Equal, values: ["/srv/tenant-{number}/key"]}}]
""",
    """  lsmhooks:
  - hook: bprm_check_security
    args: [{{index: 0, type: linux_binprm}}]
    selectors:
    - matchArgs: [{{index: 0, operator: Postfix, values: ["/tool-{number}"]}}]
""",
    """  kprobes:
  - call: security_socket_connect
    args: [{{index: 0, type: socket}}, {{index: 1, type: sockaddr}}]
    selectors:
    - matchBinaries: [{{operator: In, values: ["/usr/bin/tool-{number}"]}}]
""",
]


def progress(line):
    print(line, file=sys.stderr, flush=True)


def read(path):
    return pathlib.Path(path).read_text()


class Daemon:
    """A vigild with an export file and a policy directory of its own."""

    def __init__(self, policies=()):
        shutil.rmtree(DIR, ignore_errors=True)
        (DIR / "policies").mkdir(parents=True)
        for name, text in policies:
            (DIR / "policies" / f"{name}.yaml").write_text(HEAD.format(name=name) + text)
        self.address = f"unix://{DIR}/vigil.sock"
        self.export = DIR / "export.json"
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(str(DIR / "notify"))
        notify.settimeout(START_SECONDS)
        self.process = subprocess.Popen(
            ["vigild", "--server-address", self.address, "--export-file", str(self.export),
             "--policy-dir", str(DIR / "policies")],
            env={**os.environ, "NOTIFY_SOCKET": str(DIR / "notify")},
            stdin=subprocess.DEVNULL, stdout=open(DIR / "log", "wb"), stderr=subprocess.STDOUT)
        while b"READY=1" not in notify.recv(4096):
            pass
        self.start_ms = self.ticks_ms()

    def proc(self, name):
        return read(f"/proc/{self.process.pid}/{name}")

    def ticks_ms(self):
        """User and system time of all threads and children there were, in steps of 10 ms."""
        fields = self.proc("stat").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) * 1000 / os.sysconf("SC_CLK_TCK")

    def cpu_ns(self):
        """Of the threads there are."""
        return sum(int(read(task / "schedstat").split()[0])
                   for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir())

    def mib(self, which):
        """VmRSS, or RssAnon: without what files hold."""
        return int(self.proc("status").split(f"{which}:")[1].split()[0]) / 1024

    def settle(self):
        """Until it has nothing left to do."""
        deadline = time.monotonic() + DRAIN_SECONDS
        before = -1
        while (now := self.cpu_ns()) - before > 2_000_000 and time.monotonic() < deadline:
            before = now
            time.sleep(0.5)
        return self.cpu_ns()

    def call(self, *words):
        return subprocess.run(["vigil", "--server-address", self.address, *words],
                              check=True, capture_output=True, text=True).stdout

    def add(self, name, text):
        path = DIR / f"{name}.yaml"
        path.write_text(HEAD.format(name=name) + text)
        self.call("policy", "add", str(path))

    def lost(self):
        """Events that were not told, wherever they went missing."""
        status = json.loads(self.call("status", "--output", "json"))
        rings = sum(int(ring.get("lost", 0)) for ring in status.get("rings", []))
        return rings + int(status.get("export_file", status.get("exportFile", {})).get("dropped", 0))

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(DIR, ignore_errors=True)


def measure(bench, trigger, asked_for, record):
    def wanted(prefix):
        return any(name.startswith(prefix) for name in asked_for)

    def tell(name, value):
        if name in asked_for:
            unit, target = NAMES[name]
            record({"kind": "path", "name": name, "value": round(value, 3), "unit": unit, "target": target})
            progress(f"{name:<32} {value:>9.1f} {unit}")

    def tell_memory(daemon, name):
        tell(f"{name}/rss", daemon.mib("VmRSS"))
        tell(f"{name}/own", daemon.mib("RssAnon"))

    def loop(call, rounds):
        out = subprocess.run([bench, "loop", call, str(rounds), trigger],
                             check=True, capture_output=True, text=True).stdout
        return float(out)

    def watched(daemon, call, rounds):
        """Units per round of the caller, and of the daemon."""
        before = daemon.settle()
        caller = loop(call, rounds)
        return caller, (daemon.settle() - before) / rounds

    def execs(daemon, name, alone):
        caller, share = watched(daemon, "exec", EXECS)
        tell(f"{name}/kernel", caller - alone)
        tell(f"{name}/daemon", share)
        tell(f"{name}/all", caller - alone + share)

    def idle(daemon):
        before = daemon.settle()
        time.sleep(IDLE_SECONDS)
        tell("path/idle/cpu", (daemon.cpu_ns() - before) / (IDLE_SECONDS * 1e9) * 100)

    def export(daemon, alone):
        daemon.add("bench-match", FILE_OPEN.format(operator="Equal", value=PLAIN_FILE))
        lost = daemon.lost()
        caller, share = watched(daemon, "open", OPENS)
        lines = sum('"bench-match"' in line for line in open(daemon.export, errors="replace"))
        tell("path/export/call", caller - alone)
        tell("path/export/daemon", share * OPENS / max(lines, 1))
        tell("path/export/lost", max(daemon.lost() - lost, OPENS - lines))
        daemon.call("policy", "delete", "bench-match")

    def add_one(daemon):
        """ms of the daemon's, for one policy more."""
        before = daemon.settle()
        daemon.add("bench-one", FILE_OPEN.format(operator="Prefix", value="/srv/one-more/"))
        spent_ms = (daemon.settle() - before) / 1e6
        daemon.call("policy", "delete", "bench-one")
        return spent_ms

    progress("the whole path, without the daemon")
    alone = {call: loop(call, rounds) for call, rounds in (("open", OPENS), ("exec", EXECS))}
    progress("the daemon, without policies")
    daemon = Daemon()
    tell("path/start/cpu", daemon.start_ms)
    daemon.settle()
    tell_memory(daemon, "path/start")
    first_ms = add_one(daemon)
    tell("path/add/first", first_ms)
    if wanted("path/idle"):
        idle(daemon)
    if wanted("path/exec"):
        execs(daemon, "path/exec", alone["exec"])
    if wanted("path/export"):
        export(daemon, alone["open"])
    if wanted("path/exec/10-policies"):
        for number in range(10):
            daemon.add(f"bench-{number}", FILE_OPEN.format(operator="Equal", value=f"/srv/key-{number}"))
        execs(daemon, "path/exec/10-policies", alone["exec"])
    daemon.stop()
    if wanted("path/start-1000") or wanted("path/add/"):
        progress(f"the daemon, with {POLICIES} policies in its directory")
        daemon = Daemon([(f"bench-{number}", SHAPES[number % len(SHAPES)].format(number=number))
                         for number in range(POLICIES)])
        tell("path/start-1000/cpu", daemon.start_ms)
        daemon.settle()
        tell_memory(daemon, "path/start-1000")
        last_ms = add_one(daemon)
        tell("path/add/1001st", last_ms)
        tell("path/add/1001st-by-first", last_ms / first_ms)
        daemon.stop()
