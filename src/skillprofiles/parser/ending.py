"""Whether a page was cut off, and whether it is a page of requirements at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from skillprofiles.findings import Report
from skillprofiles.model import Document, Span
from skillprofiles.parser.fields import ENDS_OF_SENTENCE, Fields
from skillprofiles.parser.rows import Readings, known_columns
from skillprofiles.read.captions import level_named
from skillprofiles.read.locate import line_span
from skillprofiles.rules import source as rules
from skillprofiles.vocabulary import Lexicon, lexicon
from skillprofiles.vocabulary.fold import fold

_FEWEST_LABELS = 3
_FEWEST_LEVEL_COLUMNS = 3
_NEARLY_ALL = 0.8
_LAST_LINES = 5
_CLOSERS = ")]}\"'”’»）」"
_FEWEST_LETTERS = 3
_MOST_TEXTS = 200
_MOST_BEFORE_LABELS = 8
_SHOWN = 40
# The largest real pages have 350 rows; what has this many is a table dump or an attack.
_MOST_ROWS = 10_000


def is_other_page(document: Document, fields: Fields, lexicon: Lexicon, report: Report) -> bool:
    """Recognize pages of another kind; they get one finding and are not read further."""
    if too_many := document.flaw or _too_many(document):
        report.add(rules.NOT_A_PROFILE, line_span(document, 1), reason=too_many)
        return True
    tables = any(map(known_columns, document.tables))
    labels = len(fields.labels) + bool(fields.optional)
    if not tables and labels < _FEWEST_LABELS and _is_role_page(document, lexicon):
        report.add(rules.ROLE_PAGE, line_span(document, _first_line(document)))
        return True
    if labels >= _FEWEST_LABELS or (tables and labels) or _starts_like_a_page(document, lexicon):
        return False
    start = next((text.text for text in document.texts), "") or next(
        (line.strip() for line in document.lines if line.strip()), ""
    )
    what = (
        "a table of requirements, but no label"
        if tables
        else "no label and no table of requirements"
    )
    report.add(
        rules.NOT_A_PROFILE,
        line_span(document, _first_line(document)),
        reason=f"it has {what} of one; it starts with '{start[:_SHOWN]}'",
    )
    return True


def _too_many(document: Document) -> str | None:
    """Return what a page has too much of to be one."""
    rows, texts = 0, len(document.texts) + len(document.trailer)
    for table in document.tables:
        rows += len(table.rows)
        texts += len(table.strays)
    if rows > _MOST_ROWS or len(document.tables) > _MOST_ROWS:
        return f"it has {rows:,} rows in {len(document.tables):,} tables"
    return f"it has {texts:,} lines outside the tables" if texts > _MOST_ROWS else None


def _first_line(document: Document) -> int:
    if document.texts:
        return document.texts[0].line
    return document.tables[0].line if document.tables else 1


def _is_role_page(document: Document, lexicon: Lexicon) -> bool:
    """Whether level names stand as column headers above single letters: skills by level."""
    rows = [table.header.cells for table in document.tables]
    for text in document.texts[:_MOST_TEXTS]:
        rows.append(re.split(r"\t|\s*\|\s*|\s+", text.text) if len(text.text) < 200 else [])
    singles = [text.text for text in document.texts[:_MOST_TEXTS]]
    rows += [singles[i : i + 8] for i in range(min(len(singles), _MOST_TEXTS))]
    lines = [row.cells for table in document.tables for row in table.rows]
    lines += [text.split() for text in singles] + [singles]
    if not any(sum(map(_is_mark, line)) >= _FEWEST_LETTERS for line in lines):
        return False
    return any(
        len({level for cell in cells if (level := level_named(cell, lexicon))})
        >= _FEWEST_LEVEL_COLUMNS
        for cells in rows
    )


def _is_mark(text: str) -> bool:
    """Whether a cell of a role page says how much is expected: a capital letter, a dash for none."""
    return len(text) == 1 and (text.isupper() or text in "—–-")


def _starts_like_a_page(document: Document, lexicon: Lexicon) -> bool:
    """Whether one of the first texts is the first label of a page, or the last begins one."""
    starts = [fold(text.text) for text in document.texts[:_MOST_BEFORE_LABELS]]
    known = [label for label, field in lexicon.labels.items() if field in ("domain", "profile")]
    if not starts or any(start in known for start in starts):
        return bool(starts)
    if any(start in lexicon.labels and after.isdigit() for start, after in pairwise(starts)):
        return True
    begun = starts[-1] if len(starts) == len(document.texts) else ""
    return len(begun) > 1 and any(label.startswith(begun) for label in known)


def is_cut_off(
    document: Document,
    declared: Mapping[str, int],
    tables: Sequence[Readings],
    report: Report,
) -> bool:
    """Recognize a page that ends too early; it gets one finding, which says what is lost."""
    reason = _visible_cut(document, tables) or _missing_end(document, declared, tables)
    if reason is None:
        return False
    last = max((n for n, line in enumerate(document.lines, 1) if line.strip()), default=1)
    span = line_span(document, last)
    place = Span(last, span.end_column, last, span.end_column)
    report.add(rules.CUT_OFF, place, reason=reason, lost=_lost(declared, tables))
    return True


def _visible_cut(document: Document, tables: Sequence[Readings]) -> str | None:
    """Return why the text of a page visibly stops in the middle of something."""
    if not document.tables:
        if document.kind == "html" and document.broken_end is None:
            return "it has the labels of a page, but no table of requirements"
        return "the page ends before its first table"
    if document.broken_end is not None:
        return "the last row is not finished"
    if document.trailer and document.kind != "html":
        return None
    if not document.tables[-1].rows:
        return "the last table has no rows"
    if document.kind == "flat":
        return _flat_cut(document, tables)
    return _md_cut(document, tables) if document.kind == "md" else None


def _flat_cut(document: Document, tables: Sequence[Readings]) -> str | None:
    if not document.split and _begins_header(document.tables[-1].rows[-1].cells[0]):
        return "the last header row is not finished"
    if _only_last_row_open(document, tables):
        return "the last row is not finished"
    if _unfinished_text(tables):
        return "the last description stops in the middle of a sentence"
    return None


def _begins_header(text: str) -> bool:
    """Whether a row is the beginning of a header row, cut in its second word or behind it."""
    begun = fold(text)
    return " " in begun and any(known.startswith(begun) for known in lexicon().header_lines)


def _md_cut(document: Document, tables: Sequence[Readings]) -> str | None:
    last = document.tables[-1].rows[-1]
    if len(last.cells) == 1:
        return "the last row has one cell"
    if len(last.cells) == 2 and tables[-1].lines[-1:] != [last.line]:
        return f"the last row has a role and '{last.cells[1][:_SHOWN]}', but no description"
    return None


def _only_last_row_open(document: Document, tables: Sequence[Readings]) -> bool:
    """Whether every row of a flat page could be read but the very last."""
    read = sum(len(readings.lines) for readings in tables)
    there = sum(len(table.rows) for table in document.tables)
    last = document.tables[-1].rows[-1].line
    return read == there - 1 and all(last not in readings.lines for readings in tables)


def _unfinished_text(tables: Sequence[Readings]) -> bool:
    """Whether the very last description lacks the full stop that nearly all others end with.

    Plain text has nothing else that marks its end; md rows are closed by a pipe.
    """
    if not tables or not tables[-1].lines:
        return False
    texts = [row.description for readings in tables for row in readings.requirements]
    complete = [text.rstrip(_CLOSERS).endswith(ENDS_OF_SENTENCE) for text in texts]
    others = len(texts) - 1
    return not complete[-1] and others > 0 and sum(complete) >= others * _NEARLY_ALL


def _is_closed(document: Document) -> bool:
    """Whether a page shows its own end: its last tag, or a footer below the tables."""
    if document.kind != "html":
        return any(lexicon().is_footer(text.text) for text in document.trailer)
    return any("</html" in line.lower() for line in document.lines[-_LAST_LINES:])


def _missing_end(
    document: Document, declared: Mapping[str, int], tables: Sequence[Readings]
) -> str | None:
    """Return why rows seem to be missing at the end, rather than somewhere on the page."""
    if "mandatory" not in declared or "optional" not in declared:
        return None
    there = sum(len(table.rows) for table in document.tables)
    missing = declared["mandatory"] + declared["optional"] - there
    if missing <= 0 or _is_closed(document):
        return None
    if declared.get("levels", 0) > len(tables):
        return f"the page ends after table {len(tables)} of {declared['levels']}"
    if not tables[-1].lines:
        return None
    roles = dict.fromkeys(row.role for readings in tables for row in readings.requirements)
    order = {role: number for number, role in enumerate(roles)}
    trailing = len(order) - 1 - max(order[row.role] for row in tables[-1].requirements)
    if missing <= trailing:
        return "the last table ends before the last of the roles"
    return None


def _lost(declared: Mapping[str, int], tables: Sequence[Readings]) -> str:
    rows = sum(len(readings.lines) for readings in tables)
    if "mandatory" not in declared or "optional" not in declared:
        return f"{rows} rows were found, and the declared figures are lost too"
    total = declared["mandatory"] + declared["optional"]
    levels = f" in {declared['levels']} tables" if "levels" in declared else ""
    return f"declared are {total} requirements{levels}, found {rows} in {len(tables)}"
