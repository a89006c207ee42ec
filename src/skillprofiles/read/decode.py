"""Bytes to text: encodings recognized, damage repaired or refused, each with a finding.

Order of trust: byte order mark, the charset a page declares, UTF-8, cp1252.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from html import unescape
from html.entities import html5

from skillprofiles.findings import Report
from skillprofiles.model import Span
from skillprofiles.rules import Rule
from skillprofiles.rules import source as rules

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_READ_AS = {"iso8859-1": "cp1252", "ascii": "utf-8", "gb2312": "gb18030", "gbk": "gb18030"}
_BOM_STARTS = frozenset(bom[0] for bom, _ in _BOMS)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]{2,40})""", re.I
)
_HEAD = 4096
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\ufeff]|(?<![\U00010000-\U0010ffff\ufe0f\u2190-\u2bff])\u200d"
)
_SPACES = re.compile(
    "[\x0b\x0c\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,24});")
_SUSPECT = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]")
# Letters of no language that is read here: a repair that produces them was none.
_EXOTIC = re.compile("[\u0100-\u02ff\u0370-\u1fff\ufb00-\ufdff]")
_BINARY_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x7fELF",
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A source as text.

    Attributes:
        lines: the text's lines, repaired: what is read.
        original: the lines as decoded, before repair: what columns are counted in.
        cut_character: whether the bytes end inside a character.
    """

    lines: list[str]
    original: list[str]
    cut_character: bool = False


def decode(data: bytes, report: Report) -> Decoded | None:
    """Turn the bytes of a source into lines; None where that is refused, with the reason reported."""
    if not data or data.isspace():
        report.add(rules.EMPTY)
        return None
    text, cut = _text(data, report)
    if text is None:
        return None
    if not text or text.isspace():
        report.add(rules.EMPTY)
        return None
    if "\r" in text:
        text = _line_feeds(text, report)
    original = text.split("\n")
    if "&" in text and (revealed := _ENTITY.sub(_reveal, text)) != text:
        return Decoded(_repaired(revealed, revealed.split("\n"), report), original, cut)
    # Printable lines hold nothing invisible and no space but the plain one; letters beyond ASCII
    # may still be damaged or decomposed.
    if all(map(str.isprintable, original)) and (text.isascii() or _is_sound(original)):
        return Decoded(original, original, cut)
    lines = _repaired(text, original, report)
    if not any(line.strip() for line in lines):
        report.add(rules.EMPTY)
        return None
    return Decoded(lines, original, cut)


def entity(text: str) -> str:
    """Return the letter that an entity such as ``&amp;`` stands for; other texts as they are."""
    if text[1] == "#":
        return unescape(text)
    return html5.get(text[1:], text)


def _reveal(match: re.Match[str]) -> str:
    """Return the character behind an entity where it would not be seen, to be repaired as such."""
    letter = entity(match[0])
    if letter == match[0] or (letter.isprintable() and not unicodedata.combining(letter[0])):
        return match[0]
    return " " if letter in "\t\n\r" else letter


def _is_sound(lines: list[str]) -> bool:
    beyond = [line for line in lines if not line.isascii()]
    text = "\n".join(beyond)
    return (
        "\ufffd" not in text
        and not _SUSPECT.search(text)
        and unicodedata.is_normalized("NFC", text)
    )


def _text(data: bytes, report: Report) -> tuple[str | None, bool]:
    for bom, encoding in _BOMS if data[0] in _BOM_STARTS else ():
        if data.startswith(bom):
            report.add(rules.BYTE_ORDER_MARK, Span(1, 1, 1, 1), encoding=encoding)
            return _strict(data[len(bom) :], encoding, report)
    if data.startswith(_BINARY_MAGIC):
        report.add(rules.BINARY, reason="it starts like a picture, a document or a program")
        return None, False
    if (nul := data.find(b"\0")) >= 0:
        report.add(rules.BINARY, reason=f"there is a NUL byte at offset {nul}")
        return None, False
    if b"<" in data[:_HEAD] and (declared := _DECLARED.search(data, 0, _HEAD)):
        return _declared(data, declared[1].decode("ascii", "replace"), report)
    return _undeclared(data, report)


def _declared(data: bytes, name: str, report: Report) -> tuple[str | None, bool]:
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = "utf-8"
    # As browsers do: pages that declare latin-1 are written in cp1252, and none with a meta
    # element can be UTF-16, whatever it says.
    codec = _READ_AS.get(codec, codec)
    if codec.startswith(("utf-16", "utf-32", "utf-7")) or not _is_text_codec(codec):
        codec = "utf-8"
    if codec == "utf-8":
        return _undeclared(data, report, declared=name)
    if not data.isascii():
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return _strict(data, codec, report)
        report.add(rules.WRONG_CHARSET, declared=name, actual="utf-8")
        return text, False
    return _strict(data, codec, report)


def _is_text_codec(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except LookupError:
        return False


def _undeclared(
    data: bytes, report: Report, declared: str | None = None
) -> tuple[str | None, bool]:
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8"), True
        if _MULTIBYTE.search(data):
            return _broken(data, error, report)
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        return _broken(data, error, report)
    if declared:
        report.add(rules.WRONG_CHARSET, declared=declared, actual="cp1252")
    else:
        report.add(rules.LEGACY_ENCODING, encoding="cp1252")
    return text, False


def _strict(data: bytes, encoding: str, report: Report) -> tuple[str | None, bool]:
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError as error:
        if error.reason in (
            "unexpected end of data",
            "truncated data",
            "incomplete multibyte sequence",
        ):
            return data[: error.start].decode(encoding), True
        return _broken(data, error, report)


def _broken(data: bytes, error: UnicodeDecodeError, report: Report) -> tuple[None, bool]:
    line = data.count(b"\n", 0, error.start) + 1
    report.add(
        rules.BROKEN_ENCODING,
        Span(line, 1, line, 1),
        what=f"byte 0x{data[error.start]:02x} at offset {error.start} is not {error.encoding}",
    )
    return None, False


def _line_feeds(text: str, report: Report) -> str:
    crlf = text.count("\r\n")
    report.add(
        rules.LINE_ENDINGS,
        Span(1, 1, 1, 1),
        ending="carriage return and line feed" if crlf else "carriage return",
    )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _repaired(text: str, original: list[str], report: Report) -> list[str]:
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
    if not unicodedata.is_normalized("NFC", text):
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
