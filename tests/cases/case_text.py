"""The text of a case, and what its expectations mean. README.md is the description."""
import json
import re
import signal
import sys

SECTIONS = {"processors", "daemon", "needs", "setup", "policy", "before", "run", "events", "counts"}


class Case:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(path.parent.parent).with_suffix(""))
        self.title = ""
        self.sections = []  # (keyword, rest of its line, text)
        lines = []
        for line in path.read_text().splitlines():
            if line.startswith("--- "):
                keyword, _, rest = line[4:].partition(" ")
                if keyword not in SECTIONS:
                    sys.exit(f"{path}: no section is called '{keyword}'")
                lines = []
                self.sections.append((keyword, rest.strip(), lines))
            elif self.sections:
                lines.append(line)
            elif line.startswith("# ") and not self.title:
                self.title = line[2:]

    def texts(self, keyword):
        return [(rest, "\n".join(lines)) for key, rest, lines in self.sections if key == keyword]

    @property
    def processors(self):
        return int(next((number for number, _ in self.texts("processors")), 1))

    def text(self, keyword):
        return "\n".join(text for _, text in self.texts(keyword))


class Command:
    """`$ COMMAND`, then optionally `? STATUS`, then the lines it prints (`~REGEX` for any match)."""

    def __init__(self, line):
        self.line = line
        self.status = 0
        self.output = []


def commands(text):
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:]))
        elif line.startswith("? ") and found:
            word = line[2:].strip()
            found[-1].status = int(word) if word.isdigit() else 128 + signal.Signals[word].value
        elif line and found:
            found[-1].output.append(line)
        elif line and not line.startswith("#"):
            sys.exit(f"'{line}' stands before any command")
    return found


def expectations(text):
    """`[COUNTx] {JSON}`, any number: (least, most, event)."""
    found, decoder, at = [], json.JSONDecoder(), 0
    text = re.sub(r"^#.*$", "", text, flags=re.M)
    while match := re.compile(r"\s*(?:(\d+)x\s*)?(?=\{)").match(text, at):
        event, at = decoder.raw_decode(text, match.end())
        count = match.group(1)
        found.append((1, None, event) if count is None else (int(count), int(count), event))
    if text[at:].strip():
        sys.exit(f"not an expected event: {text[at:].strip()[:80]}")
    return found


def matches_list(expected, actual):
    """One by one; "..." stands for any number of elements."""
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches_list(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and matches(expected[0], actual[0]) and matches_list(expected[1:], actual[1:])


def matches(expected, actual):
    """Objects: every key given; lists: every element; null: absent; "~...": a regular expression."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(matches(v, actual.get(k)) for k, v in expected.items())
    if isinstance(expected, list):
        return isinstance(actual, list) and matches_list(expected, actual)
    if isinstance(expected, str) and expected.startswith("~"):
        return isinstance(actual, str) and re.fullmatch(expected[1:], actual, re.S) is not None
    return expected == actual


def complaint(expected, events):
    """The first expectation that does not hold, or None."""
    for least, most, pattern in expected:
        count = sum(matches(pattern, event) for event in events)
        if count < least or (most is not None and count > most):
            wanted = f"{least} or more" if most is None else str(least)
            return f"{count} events, expected {wanted}, like {json.dumps(pattern)}"
    return None
