"""Bytes to text: encodings recognized, damage repaired or refused, each with a finding.

Order of trust: byte order mark, UTF-8, the charset a page declares, cp1252.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from skillprofiles.findings import Report
from skillprofiles.model import Span
from skillprofiles.read import charset
from skillprofiles.read.entities import ENTITY, entity
from skillprofiles.read.repair import is_sound, repaired
from skillprofiles.rules import source as rules

_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
# No language that is read here has four letters with accents in a row.
_NO_WORD = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]{4,}")
_MAIL_HEADER = re.compile(rb"^(?:MIME-Version|Content-Transfer-Encoding)[ \t]*:", re.M)
_MAIL_HEADERS = 2048
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


class Decoded(NamedTuple):
    """A source as text.

    Attributes:
        lines: the text's lines, repaired: what is read.
        original: the lines as decoded, before repair: what columns are counted in.
        cut_character: whether the bytes end inside a character.
    """

    lines: list[str]
    original: list[str]
    cut_character: bool = False


class _Text(NamedTuple):
    """Bytes decoded; without a text where that is refused (then reported).

    ``utf8`` are the bytes, where they are the text in UTF-8.
    """

    text: str | None
    cut: bool = False
    utf8: bytes | None = None


def decode(data: bytes, report: Report) -> Decoded | None:
    """Turn the bytes of a source into lines; None where that is refused, with the reason reported."""
    if not data or data.isspace():
        report.add(rules.EMPTY)
        return None
    text, cut, utf8 = _text(data, report)
    if text is None:
        return None
    if not text or text.isspace():
        report.add(rules.EMPTY)
        return None
    if "\r" in text:
        text = _line_feeds(text, report)
    original = text.split("\n")
    if "&" in text and ENTITY.search(text) and (shown := ENTITY.sub(_reveal, text)) != text:
        return Decoded(repaired(shown, shown.split("\n"), report), original, cut)
    if utf8 is not None and is_sound(text, utf8):
        return Decoded(original, original, cut)
    lines = repaired(text, original, report)
    if not any(line.strip() for line in lines):
        report.add(rules.EMPTY)
        return None
    return Decoded(lines, original, cut)


def _reveal(match: re.Match[str]) -> str:
    """Return the character behind an entity where it would not be seen, to be repaired as such."""
    letter = entity(match[0])
    if letter == "\ufffd":
        return letter
    if letter == match[0] or (letter.isprintable() and not unicodedata.combining(letter[0])):
        return match[0]
    return " " if letter in "\t\n\r" else letter


def _text(data: bytes, report: Report) -> _Text:
    mark, encoding = charset.mark(data)
    if mark:
        report.add(rules.BYTE_ORDER_MARK, Span(1, 1, 1, 1), encoding=encoding)
        read = _strict(data[len(mark) :], encoding, report)
        if read.text and "\0" in read.text:
            report.add(rules.BINARY, reason="there is a NUL character in it")
            return _Text(None)
        return read
    if data.startswith(_BINARY_MAGIC):
        report.add(rules.BINARY, reason="it starts like a picture, a document or a program")
        return _Text(None)
    if (nul := data.find(b"\0")) >= 0:
        report.add(rules.BINARY, reason=f"there is a NUL byte at offset {nul}")
        return _Text(None)
    if _is_mail(data):
        reason = (
            "its letters are encoded for mail (MIME), as web archives do; save the page as HTML"
        )
        report.add(rules.BINARY, reason=reason)
        return _Text(None)
    if declared := charset.declared(data):
        return _declared(data, declared, report)
    return _undeclared(data, report)


def _is_mail(data: bytes) -> bool:
    """Whether bytes are packed as mail is: quoted-printable text can be read, and reads wrong."""
    if b"=" in data and b"=3D" in data and data.count(b"=\n") + data.count(b"=\r\n") > 1:
        return True
    head = data[:_MAIL_HEADERS]
    told = b"MIME-Version" in head or b"Content-Transfer-Encoding" in head
    return told and _MAIL_HEADER.search(head) is not None


def _declared(data: bytes, name: str, report: Report) -> _Text:
    codec = charset.codec(name) or "utf-8"
    if codec == "utf-8":
        return _undeclared(data, report, declared=name)
    if not data.isascii():
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return _strict(data, codec, report)
        report.add(rules.WRONG_CHARSET, declared=name, actual="utf-8")
        return _Text(text)
    return _strict(data, codec, report)


def _undeclared(data: bytes, report: Report, declared: str | None = None) -> _Text:
    try:
        return _Text(data.decode(), utf8=data)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return _Text(data[: error.start].decode(), cut=True)
        if _MULTIBYTE.search(data):
            return _broken(data, error, report)
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        return _broken(data, error, report)
    if strange := _NO_WORD.search(text):
        at = strange.start()
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        report.add(
            rules.BROKEN_ENCODING,
            Span(line, column, line, column + len(strange[0])),
            what=f"'{strange[0][:20]}' is what other letters look like when they are read as cp1252",
        )
        return _Text(None)
    if declared:
        report.add(rules.WRONG_CHARSET, declared=declared, actual="cp1252")
    else:
        report.add(rules.LEGACY_ENCODING, encoding="cp1252")
    return _Text(text)


def _strict(data: bytes, encoding: str, report: Report) -> _Text:
    try:
        return _Text(data.decode(encoding))
    except UnicodeDecodeError as error:
        if error.reason in (
            "unexpected end of data",
            "truncated data",
            "incomplete multibyte sequence",
        ):
            return _Text(data[: error.start].decode(encoding), cut=True)
        return _broken(data, error, report)


def _broken(data: bytes, error: UnicodeDecodeError, report: Report) -> _Text:
    line, column = _place(error)
    # Python has one name for all encodings that are tables of 256 letters.
    wrong = "no letter" if error.encoding == "charmap" else f"not {error.encoding}"
    report.add(
        rules.BROKEN_ENCODING,
        Span(line, column, line, column + 1),
        what=f"byte 0x{data[error.start]:02x} at offset {error.start} is {wrong}",
    )
    return _Text(None)


def _place(error: UnicodeDecodeError) -> tuple[int, int]:
    """Return line and column of the first byte that is not text; all before it is."""
    # Codecs of one byte a letter all report themselves as this.
    codec = "latin-1" if error.encoding == "charmap" else error.encoding
    before = bytes(error.object[: error.start]).decode(codec)
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _line_feeds(text: str, report: Report) -> str:
    crlf = text.count("\r\n")
    report.add(
        rules.LINE_ENDINGS,
        Span(1, 1, 1, 1),
        ending="carriage return and line feed" if crlf else "carriage return",
    )
    return text.replace("\r\n", "\n").replace("\r", "\n")
