"""What a repair changes, to be read: a unified diff, and what letters alone do not show."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import unified_diff

from skillprofiles.findings import Report
from skillprofiles.read import charset
from skillprofiles.read.decode import decode

_JOINER = "\u200d"


def diff(before: bytes, after: bytes, name: str) -> str:
    """Return the difference of two states of a source as a unified diff; empty where they are equal.

    What is not seen in a line of text (byte order mark, line ends, encoding) is told in a note above
    the diff, and letters that are not seen are shown by their number, as ``<U+200B>``.
    """
    if before == after:
        return ""
    notes = list(_notes(before, after))
    changes = list(_changes(_text(before), _text(after), name))
    if notes or not changes:
        changes.insert(0, f"# {name}: {', '.join(notes) or 'bytes changed'}\n")
    return "".join(changes)


def _notes(before: bytes, after: bytes) -> Iterator[str]:
    if not charset.is_utf8(before) and charset.is_utf8(after):
        yield "encoding changed to UTF-8"
    if charset.mark(before)[0] and not charset.mark(after)[0]:
        yield "byte order mark dropped"
    if b"\r" in before and b"\r" not in after:
        yield "line ends changed to line feeds"


def _text(data: bytes) -> str:
    """Return bytes as text, as they are read, or as far as that goes."""
    decoded = decode(data, Report(""))
    return "\n".join(decoded.original) if decoded else data.decode("utf-8", "backslashreplace")


def _changes(old: str, new: str, name: str) -> Iterator[str]:
    for line in unified_diff(_lines(old), _lines(new), name, name):
        text = line.removesuffix("\n")
        yield _shown(text, is_removed=line[0] == "-") + "\n"
        if text == line:
            yield "\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Return lines with their line feeds; no other character ends a line."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _shown(line: str, *, is_removed: bool) -> str:
    """Return a line with what cannot be seen made visible; accents only where they come loose."""
    loose = is_removed and not unicodedata.is_normalized("NFC", line)
    if line.isprintable() and not loose:
        return line

    def is_unseen(letter: str) -> bool:
        if letter == _JOINER and not is_removed:
            return False  # inside an emoji
        return not (letter.isprintable() or letter == "\t") or (
            loose and unicodedata.combining(letter) > 0
        )

    return "".join(f"<U+{ord(letter):04X}>" if is_unseen(letter) else letter for letter in line)
