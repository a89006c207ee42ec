"""Damage to text, mended: mojibake, invisible characters, decomposed letters, odd spaces."""

from __future__ import annotations

import re
import unicodedata

from skillprofiles.findings import Report
from skillprofiles.model import Span
from skillprofiles.rules import Rule
from skillprofiles.rules import source as rules

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\ufeff\u061c\u115f\u1160\u180e\u2800\u3164\uffa0\U000e0000-\U000e007f]|(?<![\U00010000-\U0010ffff\ufe0f\u2190-\u2bff])\u200d"
)
_SPACES = re.compile(
    "[\x0b\x0c\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
# Composing takes time that grows with the square of such a run; no text has one.
_ENDLESS_MARKS = re.compile(r"[^\w\s\x00-\x7f]{1000}")
_SUSPECT = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]")
# Letters of no language that is read here: a repair that produces them was none.
_EXOTIC = re.compile("[\u0100-\u02ff\u0370-\u1fff\ufb00-\ufdff]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
# Three letters of cp1252 that one Chinese letter in UTF-8 is read as. Beside Chinese nothing else is
# meant by them; elsewhere they may be an é before two quotation marks.
_ONE_CHINESE = "[\u00e4-\u00e9](?:[\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]){2}"
# What needs no repair, whatever stands beside it, but for the two letters of `_SUSPECT`.
_SOUND_ASCII = bytes((*b"\t\r", *range(0x20, 0x7F)))
_SOUND = re.compile(
    "[\n\u00a1-\u00ac\u00ae-\u017f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u22ff"
    "\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e]*"
)


def is_sound(text: str, utf8: bytes) -> bool:
    """Whether it is plain at first sight that nothing in a text, also given in UTF-8, needs repair.

    Of most pages little is left without the common letters: that is looked at, not the page.
    """
    rest = utf8.translate(None, _SOUND_ASCII).decode()
    if not _SOUND.fullmatch(rest):
        return False
    return not (_SUSPECT.search(rest) and _SUSPECT.search(text))


def repaired(text: str, original: list[str], report: Report) -> list[str]:
    """Return the lines of a text with its damage mended and each kind of it reported once."""
    lines = original
    if _SUSPECT.search(text):
        lines = _without_mojibake(lines, report)
        text = "\n".join(lines)
    if "\ufffd" in text:
        before = text[: text.index("\ufffd")]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        report.add(
            rules.BROKEN_ENCODING,
            Span(line, column, line, column + 1),
            what=f"{text.count(chr(0xFFFD))} letter(s) were replaced by U+FFFD",
        )
    if found := _INVISIBLE.findall(text):
        first = _INVISIBLE.search(text)
        _report_characters(rules.INVISIBLE, found, first, text, report)
        lines = [_INVISIBLE.sub("", line) for line in lines]
        text = "\n".join(lines)
    if not _ENDLESS_MARKS.search(text) and not unicodedata.is_normalized("NFC", text):
        lines = _composed(lines, report)
        text = "\n".join(lines)
    if found := _SPACES.findall(text):
        first = _SPACES.search(text)
        if set(found) != {"\u3000"}:
            _report_characters(rules.NO_BREAK_SPACE, found, first, text, report)
        lines = [_SPACES.sub(" ", line) for line in lines]
    return lines


def _report_characters(
    rule: Rule, found: list[str], first: re.Match[str] | None, text: str, report: Report
) -> None:
    at = first.start() if first else 0
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    report.add(
        rule,
        Span(line, column, line, column + 1),
        count=len(found),
        first=f"U+{ord(text[at]):04X}",
    )


def _without_mojibake(lines: list[str], report: Report) -> list[str]:
    from ftfy import fix_encoding

    fixed = []
    for line in lines:
        mended = fix_encoding(line) if _SUSPECT.search(line) else line
        if _CHINESE.search(mended):
            mended = re.sub(_ONE_CHINESE, _chinese, mended)
        fixed.append(line if _EXOTIC.search(mended) and not _EXOTIC.search(line) else mended)
    for number, (before, after) in enumerate(zip(lines, fixed, strict=True), 1):
        if before != after:
            at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
            report.add(
                rules.MOJIBAKE,
                Span(number, at + 1, number, at + 2),
                before=before[max(at - 3, 0) : at + 4].strip(),
                after=after[max(at - 3, 0) : at + 3].strip(),
            )
            break
    return fixed


def _chinese(found: re.Match[str]) -> str:
    """Return the Chinese letter that three others stand for; themselves where they do not."""
    try:
        # Bytes that cp1252 leaves out are read as they are.
        data = b"".join(
            letter.encode("latin-1" if letter < "\u00a0" else "cp1252") for letter in found[0]
        )
        letter = data.decode()
    except UnicodeError:
        return found[0]
    return letter if _CHINESE.fullmatch(letter) else found[0]


def _composed(lines: list[str], report: Report) -> list[str]:
    composed = [unicodedata.normalize("NFC", line) for line in lines]
    for number, (before, after) in enumerate(zip(lines, composed, strict=True), 1):
        if before != after:
            at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
            report.add(
                rules.DECOMPOSED,
                Span(number, at + 1, number, at + 2),
                first=f"U+{ord(before[min(at + 1, len(before) - 1)]):04X}",
            )
            break
    return composed
