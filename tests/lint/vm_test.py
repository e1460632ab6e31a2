#!/usr/bin/python3
"""What ./dev vm says and how it ends, with programs in QEMU's place that behave as it may."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
BOOT = REPO / "tests/vm/boot"
KERNEL = REPO / "tests/vm/kernel"

# What a program in QEMU's place begins with: the files that it is given.
GIVEN = """#!/bin/bash
console=$(grep -oP '(?<=id=console,path=).*' <(printf '%s\\n' "$@"))
job=$(grep -oP '(?<=id=job,path=)[^,]*' <(printf '%s\\n' "$@"))
"""


class Vm(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.programs = self.root / "programs"
        self.programs.mkdir()
        self.kernel("6.12", "6.12.1-amd64")
        self.program("modprobe", "#!/bin/sh\n")  # a kernel without modules

    def kernel(self, name, version):
        place = self.root / "cache/kernels" / name
        place.mkdir(parents=True)
        (place / "version").write_text(version + "\n", encoding="utf-8")

    def program(self, name, text):
        (self.programs / name).write_text(text, encoding="utf-8")
        (self.programs / name).chmod(0o755)

    def run_script(self, *words, path="/usr/bin:/bin"):
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=100, env={
            "PATH": f"{self.programs}:{path}", "HOME": "/", "TMPDIR": str(self.root),
            "VIGIL_CACHE": str(self.root / "cache"), "VIGIL_VM_ACCEL": "tcg"})

    def boot(self, qemu, *options):
        self.program("qemu-system-x86_64", GIVEN + qemu)
        return self.run_script(BOOT, "6.12", "--out", self.root / "out", *options, "--", "true")

    def test_status_of_the_command(self):
        run = self.boot("echo 7 >$job/status\n")
        self.assertEqual((run.returncode, run.stderr), (7, ""))

    def test_qemu_that_does_not_start(self):
        run = self.boot("echo 'qemu: no such machine' >&2; exit 1\n")
        self.assertEqual(run.returncode, 125, run.stderr)
        self.assertIn("qemu: no such machine", run.stderr)
        self.assertIn("status 1", run.stderr)
        self.assertNotIn("awk", run.stderr)

    def test_qemu_that_is_killed_without_a_word(self):
        run = self.boot(": >$console; kill -9 $$\n")
        self.assertEqual(run.returncode, 125, run.stderr)
        self.assertIn("status 137", run.stderr)

    def test_guest_that_dies(self):
        run = self.boot("printf 'all is well\\nKernel panic - not syncing\\n' >$console; echo its own word\n")
        self.assertEqual(run.returncode, 125, run.stderr)
        self.assertIn("Kernel panic - not syncing\nits own word\n", run.stderr)
        self.assertNotIn("all is well", run.stderr)

    def test_time_limit(self):
        run = self.boot("exec sleep 50\n", "--time", "1")
        self.assertEqual(run.returncode, 124, run.stderr)

    def test_no_qemu(self):
        for name in ("bash", "dirname"):  # what it takes to find that out
            (self.programs / name).symlink_to(shutil.which(name))
        run = self.run_script(BOOT, "6.12", "--out", self.root / "out", "--", "true", path="/nowhere")
        self.assertEqual(run.returncode, 125, run.stderr)
        self.assertIn("no qemu-system-x86_64", run.stderr)
        self.assertIn("./dev setup", run.stderr)

    def test_numbers(self):
        words = [("--mem", value) for value in ("abc", "0", "-1", "1.5", "2G", "")]
        for option, value in [*words, ("--cpus", "x"), ("--time", "x")]:
            run = self.boot("echo started >&2\n", option, value)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(f"vm: {option} ", run.stderr)
            self.assertIn(f"'{value}'", run.stderr)

    def test_number_that_newest_cannot_have(self):
        # Nothing is looked for: neither is `newest` in the cache, nor may an archive be asked.
        self.program("apt-get", "#!/bin/sh\necho asked >&2\nexit 1\n")
        for name in ("5.10", "6.2", "6.11", "6.012", "6.x.1", "7.", "7.1/../6.12"):
            run = self.run_script(KERNEL, name)
            self.assertEqual(run.returncode, 1, run.stderr)
            self.assertIn(f"kernel {name}: ", run.stderr)
            self.assertIn("6.1, 6.12, newest", run.stderr)
            self.assertNotIn("asked", run.stderr)

    def test_number_that_newest_may_have(self):
        self.program("apt-get", "#!/bin/sh\n")  # without sources
        run = self.run_script(KERNEL, "7.3")
        self.assertIn("kernel 7.3: only newest can have this number", run.stderr)
        self.assertEqual(run.returncode, 3, run.stderr)

    def test_number_of_newest(self):
        self.kernel("newest", "7.2.13-amd64")
        run = self.run_script(KERNEL, "7.2")
        self.assertEqual((run.returncode, run.stdout), (0, f"{self.root}/cache/kernels/newest\n"))
        self.assertEqual(run.stderr, "")
        run = self.run_script(KERNEL, "7.3")
        self.assertEqual(run.returncode, 1)
        self.assertIn("newest is 7.2", run.stderr)


unittest.main()
