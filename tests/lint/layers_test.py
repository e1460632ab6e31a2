#!/usr/bin/python3
"""The layer check on small trees: what it must find, and what it must leave alone."""

import subprocess
import tempfile
import unittest
from pathlib import Path

LAYERS = Path(__file__).resolve().parent / "layers"


def findings(files):
    """Lines "file:number" that are complained about in a tree of these files."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        run = subprocess.run([LAYERS, root], capture_output=True, text=True, check=False)
    found = [line.split(": ")[0] for line in run.stdout.splitlines()[:-1] if line[0] != " "]
    assert run.returncode == (1 if found else 0), run.stdout + run.stderr
    return found


class Layers(unittest.TestCase):
    def test_rows(self):
        self.assertEqual(findings({
            "engine/base/a.h": '#include "engine/schema/b.h"\n',
            "engine/schema/b.h": '#include "engine/base/a.h"\n',
        }), ["engine/base/a.h:1"])

    def test_no_system_calls_beside_the_loader(self):
        for line in ("#include <unistd.h>", "#include <sys/stat.h>", "#include <linux/bpf.h>",
                     "#include <fstream>", '#include "engine/base/file.h"',
                     "int fd = ::open(path, 0);", "if (::close(fd) != 0) return;",
                     'auto home = std::getenv("HOME");', "std::ifstream file(path);",
                     "return std::filesystem::exists(path);"):
            for room in ("engine/compile/check", "engine/stream/filter", "engine/schema", "proto"):
                self.assertEqual(findings({
                    "engine/base/file.h": "",
                    f"{room}/x.cc": f"// x\n{line}\n",
                }), [f"{room}/x.cc:2"], line)
            self.assertEqual(findings({"engine/daemon/x.cc": f"{line}\n"}), [], line)

    def test_what_looks_like_a_system_call(self):
        self.assertEqual(findings({"engine/compile/check/x.cc": "\n".join((
            "#include <csignal>", "#include <cstdlib>", "#include <filesystem>",
            "auto normal = std::filesystem::path(path).lexically_normal();",
            "std::optional<int> Reader::read(int fd) { return Table::open(fd); }",
            "::inet_pton(AF_INET, text, &address);",
            "// ::open() and std::getenv are for others",
            "std::abort();",
        ))}), [])

    def test_exceptions_are_needed(self):
        name = "engine/stream/sinks/file_sink.cc"
        self.assertEqual(findings({name: "#include <fcntl.h>\n"}), [])
        self.assertEqual(findings({name: "#include <string>\n"}), [f"{name}:1"])

    def test_libraries_depend_on_their_row(self):
        def tree(schema, check):
            library = "{0} = static_library(\n  '{0}',\n  files('a.cc'),\n  dependencies: [{1}],\n)\n"
            return {
                "engine/base/meson.build": library.format("base", "fmt_dep"),
                "engine/schema/meson.build": library.format("schema", schema),
                "engine/compile/check/meson.build": "# x\n" + library.format("check", check),
            }
        self.assertEqual(findings(tree("base_dep, fmt_dep", "schema_dep,\n base_dep")), [])
        self.assertEqual(findings(tree("base_dep", "base_dep")),
                         ["engine/compile/check/meson.build:2"])
        self.assertEqual(findings(tree("base_dep, check_dep", "schema_dep, base_dep")),
                         ["engine/schema/meson.build:1"])

    def test_only_programs_print(self):
        line = 'fmt::print("x");\n'
        self.assertEqual(findings({"engine/base/a.cc": line, "cli/a.cc": line}),
                         ["engine/base/a.cc:1"])


unittest.main()
