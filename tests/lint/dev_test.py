#!/usr/bin/python3
"""./dev refuses words that it would ignore, before it does anything."""

import subprocess
import unittest
from pathlib import Path

DEV = Path(__file__).resolve().parents[2] / "dev"


class Dev(unittest.TestCase):
    def test_words_too_many(self):
        # The first word is wrong in a way that is found later, so that nothing ever runs from here.
        for words in (["build", "nothing", "extra"], ["demo", "--nothing", "extra"],
                      ["fmt", "--nothing", "extra"]):
            run = subprocess.run([DEV, *words], capture_output=True, text=True, check=False,
                                 env={"PATH": "/usr/bin:/bin", "VIGIL_SKIP_SETUP": "1", "HOME": "/"})
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(f"{words[0]}: unexpected word 'extra'", run.stderr)

    def test_kernels_that_cannot_be(self):
        for name in ("5.5", "6.1x", "oldest", ""):
            run = subprocess.run([DEV, "test", "--kernel", name], capture_output=True, text=True, check=False,
                                 env={"PATH": "/usr/bin:/bin", "VIGIL_SKIP_SETUP": "1", "HOME": "/"})
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn("known: 6.1, 6.12, newest", run.stderr)
            self.assertNotIn("==>", run.stderr)


unittest.main()
