#!/usr/bin/python3
"""The JSON Schema that `vigil policy schema` prints, by a validator that is not ours: it takes every
policy that stands here, and its own examples, and refuses what is wrong.

  tests/lint/schema_test.py VIGIL
"""

import copy
import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"{missing}: ./dev setup installs it")
    sys.exit(77)

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/cases"))
from case_text import Case  # noqa: E402

VIGIL = sys.argv.pop(1)
SCHEMA = json.loads(subprocess.run([VIGIL, "policy", "schema"], capture_output=True, text=True,
                                   check=True).stdout)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

GOOD = yaml.safe_load("""
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: good, labels: {on: true}}
spec:
  podSelector: null
  kprobes:
  - call: security_file_open
    args: [{index: 0, type: file}]
    data: []
    selectors:
    - matchArgs: [{index: 0, operator: Equal, values: [/a, 1, true]}]
      matchCapabilities: [{operator: In, values: [CAP_CHOWN, 7]}]
      matchActions: [{action: Post, rateLimit: 5}]
""")


def complaints(document):
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in VALIDATOR.iter_errors(document)]


def case_policies():
    """Policies of the cases; what a variable stands for is of no interest here."""
    for path in sorted((ROOT / "tests/cases").glob("*/*.case")):
        for _, text in Case(path).texts("policy"):
            spec = yaml.safe_load(re.sub(r"\$\{?\w+\}?", "1", text))
            yield path, {**GOOD, "spec": spec}


def changed(change):
    document = copy.deepcopy(GOOD)
    change(document, document["spec"]["kprobes"][0])
    return document


class Schema(unittest.TestCase):
    def test_is_a_schema(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)

    def test_takes_every_policy(self):
        self.assertEqual(complaints(GOOD), [])
        for path in sorted((ROOT / "policies").glob("*.yaml")):
            for document in yaml.safe_load_all(path.read_text()):
                self.assertEqual(complaints(document), [], path)
        count = 0
        for path, document in case_policies():
            self.assertEqual(complaints(document), [], path)
            count += 1
        self.assertGreater(count, 50)

    def test_takes_its_examples(self):
        objects = [SCHEMA, *SCHEMA["definitions"].values()]
        for name, part in [item for each in objects for item in each["properties"].items()]:
            for example in part.get("examples", []):
                shape = {**part, "definitions": SCHEMA["definitions"]}
                errors = list(jsonschema.Draft7Validator(shape).iter_errors(example))
                self.assertEqual(errors, [], name)

    def test_refuses_what_is_wrong(self):
        broken = {
            "a key that is none": lambda _, hook: hook.update(selector=[]),
            "a key that is missing": lambda _, hook: hook.pop("call"),
            "no name": lambda policy, _: policy.update(metadata={}),
            "another kind": lambda policy, _: policy.update(kind="Pod"),
            "a word that is none": lambda _, hook: hook["args"][0].update(type="fil"),
            "an action that is none":
                lambda _, hook: hook["selectors"][0].update(matchActions=[{"action": "Kill"}]),
            "a number in quotes": lambda _, hook: hook["args"][0].update(index="0"),
            "no list": lambda _, hook: hook.update(args={"index": 0}),
            "a mapping for a text": lambda _, hook: hook.update(call={"a": 1}),
            "null for a key that must be there": lambda _, hook: hook.update(call=None),
            "what is not supported yet": lambda policy, _: policy["spec"].update(loader=True),
        }
        for what, change in broken.items():
            self.assertNotEqual(complaints(changed(change)), [], what)


if __name__ == "__main__":
    unittest.main()
