"""Texts that come from outside, made fit to be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
_STEERING = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# In the log of a GitHub runner "##[" starts a command wherever it stands in a line.
_RUNNER_COMMAND = re.compile(r"(?<=##)\[")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~]|^#)|&(?=#?\w+;)")
_JSON_UNSAFE = re.compile(rf"[\x7f-\U0010ffff]|{_RUNNER_COMMAND.pattern}")


def printable(text: str) -> str:
    """Return a text that stays on its line and cannot steer what shows it.

    Control characters, line ends, marks that turn the direction of writing and everything else
    that cannot be seen are written as escapes.
    """
    if text.isprintable() and "##[" not in text:
        return text
    return "".join(printable_letters(text))


def printable_letters(text: str) -> list[str]:
    """Return what ``printable`` makes of each character."""
    commands = {found.start() for found in _RUNNER_COMMAND.finditer(text)}
    return [
        letter if letter.isprintable() and at not in commands else _escape(letter)
        for at, letter in enumerate(text)
    ]


def _escape(letter: str) -> str:
    r"""Return one character as an escape: ``\x1b``, ``\u2028``."""
    return rf"\x{ord(letter):02x}" if letter.isprintable() else ascii(letter)[1:-1]


def encodable(text: str) -> str:
    """Return a text that UTF-8 can hold: bytes of a file name that are not UTF-8 are escaped."""
    return _SURROGATE.sub(lambda found: _escape(found[0]), text)


def findable(name: str) -> str:
    """Return the name of a file as it is, but for what steers a terminal.

    That loses names that nobody gives a file in earnest. Line ends are left to the caller.
    """
    return _STEERING.sub(lambda found: _escape(found[0]), name)


def markdown(text: str) -> str:
    """Return a text of one line as Markdown that shows it as it is, also as the cell of a table."""
    return _MARKDOWN.sub(lambda found: f"\\{found[1]}" if found[1] else "&amp;", text)


def dumps(value: Any, indent: int | None = None) -> str:
    """Return JSON in which every character that cannot be seen is written as an escape."""
    written = json.dumps(_encodable(value), indent=indent, ensure_ascii=False)
    return _JSON_UNSAFE.sub(_json_escape, written)


def _json_escape(found: re.Match[str]) -> str:
    letter = found[0]
    if letter == "[":
        return r"\u005b"
    return letter if letter.isprintable() else json.dumps(letter)[1:-1]


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return value


def plural(count: int, noun: str, many: str | None = None) -> str:
    """Return a count with its noun: ``1 source``, ``2,000 sources``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def folded(lines: Sequence[int]) -> str:
    """Return line numbers as a list in which three and more in a row are folded: ``23, 26-28``."""
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
