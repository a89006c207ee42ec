"""Other readers of pages, which share nothing with the program: markdown-it for md, pandas for HTML.

They know no layout but their own, repair nothing and judge nothing. What they are told of the pages
is written down here once more, not taken from the vocabulary. White space is folded and letters are
composed, as in everything that is published.
"""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

import pandas as pd
from markdown_it import MarkdownIt
from markdown_it.token import Token

Rows = list[list[tuple[str, bool, str]]]

COLUMNS = {"role", "rolle", "rol", "角色"}
OPTIONAL = {"", "optional", "opcional", "可选"}
RULE = re.compile(r":?-+:?")


def folded(text: object) -> str:
    return " ".join(unicodedata.normalize("NFC", str(text)).split())


def meant(cells: list[str]) -> tuple[str, bool, str]:
    """Say what a row means: an optional one may have lost its empty cell, and moved up."""
    role, flag, text = (*cells, "", "")[:3]
    if not text:
        return role, False, flag
    return role, flag.casefold() not in OPTIONAL, text


def by_markdown_it(data: bytes) -> Rows:
    """Return the rows of each table on an md page.

    To markdown, tables that touch are one; a row of rules, and a repeated header, start another. A row
    of one cell is a heading between them.
    """
    text = data.decode("utf-16" if data[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8-sig")
    tables: list[list[list[str]]] = []
    plain, named = (
        _rows(MarkdownIt("zero").enable(["table", "entity", *more]).parse(text))
        for more in ([], ["escape"])
    )
    for row, name in zip(plain, named, strict=True):
        if row and name:
            # Of names the escapes are read, descriptions are published as they stand.
            row[0] = name[0]
        if row is None:
            tables.append([])
        elif all(RULE.fullmatch(cell) for cell in row):
            tables.append([tables[-1].pop()])
        elif tables[-1] and row == tables[-1][0]:
            tables.append([row])
        elif any(row[1:]):
            tables[-1].append(row)
    return [[meant(cells) for cells in table[1:]] for table in tables if table[1:]]


def _rows(tokens: list[Token]) -> list[list[str] | None]:
    """Return the cells of each row; None where a table starts."""
    rows: list[list[str] | None] = []
    cells: list[str] = []
    inside = False
    for token in tokens:
        if token.type == "table_open":
            rows.append(None)
        elif token.type == "tr_open":
            cells = []
            rows.append(cells)
        elif token.type in ("td_open", "th_open"):
            inside = True
            cells.append("")
        elif token.type == "inline" and inside:
            cells[-1] = folded("".join(part.content for part in token.children or ()))
            inside = False
    return rows


def by_pandas(data: bytes) -> Rows:
    """Return the rows of each table of requirements on an HTML page."""
    tables = []
    # It reads bytes too, and then looks for the encoding itself; its stubs do not say so.
    page: Any = io.BytesIO(data)
    for frame in pd.read_html(page, flavor="lxml", encoding=_encoding(data), keep_default_na=False):
        rows = [[folded(cell) for cell in row] for row in frame.itertuples(index=False)]
        header = [folded(column) for column in frame.columns]
        if header[0].isdigit() and rows:
            header, *rows = rows
        if len(header) == 3 and header[0].casefold() in COLUMNS:
            tables.append([meant(row) for row in rows])
    return tables


def _encoding(data: bytes) -> str | None:
    """Return UTF-8 where a page is in it; else what the page declares counts."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"
