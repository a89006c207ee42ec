"""Pages and archives that grow in one way: each was, or might be, read in more than linear time."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from tests.samples import page

MD, CANONICAL, FLAT, TABBED, HTML = (
    page(layout) for layout in ("md", "canonical", "flat", "tabbed", "html")
)
MD_HEADER = "| Role | Required | Description |\n|---|---|---|\n"
HTML_HEADER = "<table><tr><th>Role</th><th>Required</th><th>Description</th></tr>"


class Shape(NamedTuple):
    """Something that grows.

    Attributes:
        make: returns it in about so many bytes.
        size: the smaller of the two sizes compared.
        ending: the end of its file's name.
    """

    make: Callable[[int], str | bytes]
    size: int = 30_000
    ending: str = ".txt"

    def at(self, size: int) -> bytes:
        """Return it in about so many bytes."""
        data = self.make(size)
        return data.encode() if isinstance(data, str) else data


def filled(text: str, before: str, piece: str) -> Callable[[int], str]:
    """Return a page that grows by copies of a piece before a certain text."""
    head, found, tail = text.partition(before)
    assert found, before
    return lambda size: head + piece * (size // len(piece.encode())) + before + tail


def behind(text: str, piece: str, end: str = "") -> Callable[[int], str]:
    """Return a page that grows by copies of a piece at its end."""
    return lambda size: text + piece * (size // len(piece.encode())) + end


def numbered(text: str, before: str, piece: str) -> Callable[[int], str]:
    """Return a page that grows by pieces that all differ."""
    head, found, tail = text.partition(before)
    assert found, before
    each = len(piece.format(10_000))
    return lambda size: head + "".join(piece.format(n) for n in range(size // each)) + before + tail


def nested(times: int, opening: str, closing: str = "") -> Callable[[int], str]:
    """Return a page that grows by blocks, in each of which something is nested so many times."""
    return filled(HTML, "</main>", opening * times + closing * times)


def comments_in_comments(size: int) -> str:
    times = size // 8
    return "<html>" + "<!-" * times + "<!-- -->" + "- -->" * times + "<td>x"


def zipped(size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(size // 1000):
            archive.writestr(f"{number}.txt", "Please sign in." * 60)
    return buffer.getvalue()


def deep_names(size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(size // 10_000):
            archive.writestr("a/" * 5000 + str(number), "x")
    return buffer.getvalue()


def tarred(size: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number in range(size // 1024):
            info = tarfile.TarInfo(f"{number}.txt")
            info.size = 100
            archive.addfile(info, io.BytesIO(b"x" * 100))
    return buffer.getvalue()


def recorded(size: int) -> bytes:
    body = HTML.encode()
    records = []
    for number in range(size // len(body)):
        payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}\r\n"
            f"WARC-Date: 2026-02-01T00:00:00Z\r\nContent-Length: {len(payload)}\r\n\r\n"
        )
        records.append(gzip.compress(head.encode() + payload + b"\r\n\r\n"))
    return b"".join(records)


ROW = "| QA | Required | Tests it. |\n"
SHAPES: dict[str, Shape] = {
    # long lines
    "a long description": Shape(filled(MD, "Runs", "x")),
    "a long line of words": Shape(filled(MD, "Runs", "word ")),
    "a long label": Shape(filled(MD, "Roles", "x")),
    "blanks before a figure": Shape(lambda size: f"ab{' ' * size}x1\n{MD}", 10_000),
    "a label, blanks and no figure": Shape(lambda size: f"Roles{' ' * size}x1\n{MD}", 10_000),
    "a heading of underscores": Shape(lambda size: f"# a{'_' * size}b\n{CANONICAL}"),
    "a heading of accents": Shape(lambda size: f"# a{chr(0x301) * (size // 4)}{chr(0x316)}\n{CANONICAL}"),
    "accents in two orders": Shape(
        lambda size: f"# a{chr(0x301) * (size // 4)}{chr(0x316) * (size // 4)}\n{MD}"
    ),
    "a separator": Shape(behind(MD, "-|")),
    "a separator with blanks": Shape(behind(MD + "|--", " ", "x")),
    "a summary of brackets": Shape(filled(MD, "Topics", "a(, ")),
    "a flat row of words": Shape(behind(FLAT, "a ")),
    "TABs": Shape(behind(TABBED, "\t")),
    # many tables, rows, pipes, roles
    "md tables": Shape(behind(MD, MD_HEADER + ROW)),
    "md rows": Shape(behind(MD, ROW), 30_000),
    "md rows of two cells": Shape(behind(MD, "| QA | Tests it. |\n"), 10_000),
    "md rows with a wrong flag": Shape(behind(MD, "| QA | Requierd | x |\n"), 10_000),
    "md roles": Shape(numbered(MD, "| Data", "| Role {} | | Tests it. |\n")),
    "flat roles": Shape(numbered(FLAT, "Backend", "Role{} Engineer Tests it.\n")),
    "flat rows": Shape(behind(FLAT, "Some words again and again.\n"), 30_000),
    "flat rows with brackets": Shape(behind(FLAT, "QA (a (b Required (c) it.\n")),
    "tabbed rows": Shape(behind(TABBED, "QA\tRequired\tTests it.\n"), 25_000),
    "pipes": Shape(behind(MD, "|")),
    "escaped pipes": Shape(behind(MD, "\\|")),
    "lines of one pipe": Shape(behind(MD, "|\n"), 10_000),
    "HTML tables": Shape(filled(HTML, "</main>", HTML_HEADER + "<tr><td>QA<td><td>x</table>")),
    "HTML tables not closed": Shape(filled(HTML, "</main>", HTML_HEADER + "<tr><td>a</td></tr>")),
    "other HTML tables": Shape(filled(HTML, "</main>", "<table><tr><td>a<td>b</table>")),
    "HTML rows": Shape(filled(HTML, "</tbody>", "<tr><td>QA</td><td></td><td>Tests it.</td></tr>\n"), 50_000),
    "HTML rows with a wrong flag": Shape(filled(HTML, "</tbody>", "<tr><td>QA<td>Requierd<td>x"), 30_000),
    "HTML roles": Shape(numbered(HTML, "</tbody>", "<tr><td>Role {}</td><td></td><td>Tests.</td></tr>")),
    # headers
    "labels": Shape(lambda size: "Roles\n" * (size // 6) + MD),
    "labels with values": Shape(lambda size: "Roles\n4\n" * (size // 8) + MD),
    "lines that say nothing": Shape(lambda size: "hello you\n" * (size // 10) + MD),
    "level names": Shape(filled(MD, "| Role", "Senior\n")),
    "texts beside the summary": Shape(filled(HTML, "<p><span>", "<p>and more</p>"), 10_000),
    "labels in HTML": Shape(filled(HTML, "<p><span>", "<p>Roles</p>")),
    "labels and open tags": Shape(filled(HTML, "<p><span>", "Roles<"), 10_000),
    "strays between rows": Shape(filled(MD, "| Data", "what is this\n")),
    # entities, repairs, blank lines
    "entities": Shape(behind(MD, "&amp;")),
    "entities in HTML": Shape(filled(HTML, "Runs", "&amp;")),
    "invisible entities": Shape(filled(HTML, "Runs", "&shy;")),
    "ampersands": Shape(filled(MD, "Runs", "&")),
    "mojibake": Shape(filled(MD, "Runs", "Ã¤Ã¶ "), 10_000),
    "mojibake on many lines": Shape(behind(MD, "Ã¤Ã¶ \n"), 10_000),
    "half mojibake": Shape(filled(MD, "Runs", "Ã"), 10_000),
    "accents": Shape(filled(MD, "Runs", "a\u0301")),
    "blank lines": Shape(behind(MD, "\n")),
    "blank lines with blanks": Shape(behind(MD, " \n")),
    "carriage returns": Shape(behind(MD, "\r")),
    # markup
    "attributes": Shape(numbered(HTML, "</main>", "<a x{}='1'>")),
    "attributes of one tag": Shape(
        lambda size: f"{HTML}<a {' '.join(f'a{n}' for n in range(size // 6))}>"
    ),
    "values full of signs": Shape(filled(HTML, "</main>", "<a b='<td> / > \"'>")),
    "comments": Shape(filled(HTML, "</main>", "<!-- a -->")),
    "comments not closed": Shape(behind("<html>", "<!--", "<td>x")),
    "comments in comments": Shape(comments_in_comments),
    "scripts not closed": Shape(behind("<html>", "<script ", "<td>x")),
    "scripts nearly closed": Shape(behind("<html><script>", "</script  ", "<td>x")),
    "tags not closed": Shape(filled(HTML, "</main>", "<p>x<b>"), 10_000),
    "list items not closed": Shape(filled(HTML, "</main>", "<li>x"), 10_000),
    "end tags": Shape(filled(HTML, "</main>", "</p></b>")),
    "less-than signs": Shape(filled(HTML, "</main>", "<")),
    "declarations": Shape(filled(HTML, "</main>", "<![x<?y<!")),
    "quotes": Shape(filled(HTML, "</main>", "<a b=\"<a b='")),
    "nested tags": Shape(nested(200, "<div>", "</div>")),
    "nested tables": Shape(nested(100, "<table><tr><td>x", "</table>"), 10_000),
    "nested tables with rows": Shape(nested(50, f"{HTML_HEADER}<tr><td>QA<td><td>x", "</table>"), 10_000),
    "cells in cells": Shape(filled(HTML, "</tbody>", "<tr><td><td><td>" + "<b>" * 50), 10_000),
    # containers
    "members of a zip": Shape(zipped, ending=".zip"),
    "deep names in a zip": Shape(deep_names, 100_000, ".zip"),
    "members of a tar": Shape(tarred, ending=".tar"),
    "records of a WARC": Shape(recorded, 20_000, ".warc.gz"),
    "a gzip": Shape(lambda size: gzip.compress(behind(MD, ROW)(size).encode(), 0), ending=".gz"),
}  # fmt: skip
