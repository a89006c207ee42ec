"""One page: which layout it has, and what stands on it."""

from __future__ import annotations

import re

from skillprofiles.findings import Report
from skillprofiles.model import Document
from skillprofiles.read.decode import Decoded, decode
from skillprofiles.read.flat import read_flat
from skillprofiles.read.markdown import read_markdown
from skillprofiles.vocabulary import Lexicon, lexicon

_MARKUP = re.compile(r"<(?!https?:)[!?a-z]", re.IGNORECASE)


def read_document(data: bytes, report: Report) -> Document | None:
    """Take the bytes of one page apart.

    Args:
        data: the bytes as they came.
        report: takes what is wrong with the bytes (SP0xx).

    Returns:
        The document, or None where the bytes are refused.
    """
    decoded = decode(data, report)
    if decoded is None:
        return None
    words = lexicon()
    if _has_pipe_rows(decoded.lines):
        document = read_markdown(decoded.lines, decoded.original, words)
    elif _starts_with_markup(decoded.lines):
        document = _read_html(decoded, words)
    else:
        document = read_flat(decoded.lines, decoded.original, words)
        if not document.tables and _holds_markup(decoded.lines):
            document = _read_html(decoded, words)
    if decoded.cut_character and document.broken_end is None:
        from dataclasses import replace

        document = replace(document, broken_end=len(decoded.lines))
    return document


def _has_pipe_rows(lines: list[str]) -> bool:
    """Whether a page has rows of pipes, and is not markup that happens to hold some."""
    for line in lines:
        if "|" in line and line.lstrip()[0] == "|":
            return not _starts_with_markup(lines)
    return False


def _read_html(decoded: Decoded, words: Lexicon) -> Document:
    from skillprofiles.read.html import read_html

    return read_html(decoded.lines, decoded.original, words)


def _holds_markup(lines: list[str]) -> bool:
    """Whether a table's markup stands on a page that does not start with markup."""
    return any("<t" in line and ("</td>" in line or "<table" in line) for line in lines)


def _starts_with_markup(lines: list[str]) -> bool:
    for line in lines:
        stripped = line.strip()
        # A comment may stand on top of a page of any layout.
        if stripped and not (stripped.startswith("<!--") and stripped.endswith("-->")):
            return stripped[0] == "<" and _MARKUP.match(stripped) is not None
    return False
