#!/usr/bin/python3
"""./dev demo --host leaves this machine as it found it, and says up front what it needs."""

import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
NOBODY = 65534
IS_ROOT = os.geteuid() == 0


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.root.chmod(0o755)
        # A copy, because another user may not see this checkout.
        for part in ("dev", "packaging/dev", "tests/demo"):
            (self.root / part).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (REPO / part).is_dir() else shutil.copy
            copy(REPO / part, self.root / part)
        self.programs = self.root / "programs"
        self.programs.mkdir()
        self.said = self.root / "said"
        for name in ("vigild", "vigil", "vigil-trigger"):
            self.program(name, "exit 1")
        self.program("ip", f"echo $* >>{self.said}")
        # Nothing is written where the demonstration would.
        self.program("mkdir", "exit 1")

    def program(self, name, text):
        (self.programs / name).write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
        (self.programs / name).chmod(0o755)

    def start(self, *words, **options):
        return subprocess.Popen([self.root / words[0], *words[1:]], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **options, env={
                                    "PATH": f"{self.programs}:/usr/bin:/bin", "HOME": "/", "VIGIL_SKIP_SETUP": "1"})

    def run_script(self, *words, **options):
        process = self.start(*words, **options)
        _, stderr = process.communicate(timeout=120)
        return process.returncode, stderr

    def address_calls(self):
        return self.said.read_text(encoding="utf-8").splitlines() if self.said.exists() else []

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_address_is_removed(self):
        status, stderr = self.run_script("tests/demo/run")
        self.assertEqual(status, 1, stderr)
        self.assertEqual(self.address_calls(), ["address add 203.0.113.66/32 dev lo",
                                                "address del 203.0.113.66/32 dev lo"])

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_address_is_removed_when_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.said.unlink(missing_ok=True)
            # Interrupted by a program that it waits for, as from a terminal.
            self.program("mkdir", f"kill -{number.value} $PPID; exit 1")
            status, stderr = self.run_script("tests/demo/run")
            self.assertNotEqual(status, 0, stderr)
            self.assertEqual(self.address_calls()[-1:], ["address del 203.0.113.66/32 dev lo"])

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_address_of_somebody_else_stays(self):
        self.program("ip", f"echo $* >>{self.said}; exit 2")
        status, stderr = self.run_script("tests/demo/run")
        self.assertEqual(status, 1, stderr)
        self.assertIn("ip address del 203.0.113.66/32 dev lo", stderr)
        self.assertEqual(self.address_calls(), ["address add 203.0.113.66/32 dev lo"])

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_program_missing(self):
        (self.programs / "vigild").unlink()
        status, stderr = self.run_script("tests/demo/run")
        self.assertEqual(status, 1, stderr)
        self.assertIn("no vigild on PATH", stderr)
        self.assertIn("./dev demo", stderr)
        self.assertEqual(self.address_calls(), [])

    def test_ordinary_user(self):
        self.program("sudo", "exit 1")
        user = {"user": NOBODY} if IS_ROOT else {}
        for words in (("dev", "demo", "--host"), ("tests/demo/run",)):
            status, stderr = self.run_script(*words, **user)
            self.assertEqual(status, 1, stderr)
            self.assertIn("root", stderr)
            self.assertIn("./dev demo", stderr)
        self.assertEqual(self.address_calls(), [])

    def test_help_names_what_it_changes(self):
        process = self.start("dev", "--help")
        stdout, _ = process.communicate(timeout=60)
        for word in ("demo --host", "203.0.113.66", "/srv/vault", "loopback"):
            self.assertIn(word, stdout)


unittest.main()
