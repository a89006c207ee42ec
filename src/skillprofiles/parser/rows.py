"""The rows of the tables: role, flag, description.

The cells of a row are never taken by the header alone: an optional row loses its empty flag, and
its cells move up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import NamedTuple

from skillprofiles.findings import Report
from skillprofiles.model import Document, Level, Requirement, Row, Span, Table
from skillprofiles.parser.markup import MARKS, unescaped, unmarked
from skillprofiles.parser.roles import Part, split_rows
from skillprofiles.read.captions import names_a_level
from skillprofiles.read.locate import cell_span, line_span, text_span
from skillprofiles.rules import Rule
from skillprofiles.rules import rows as rules
from skillprofiles.vocabulary import Lexicon, language, lexicon
from skillprofiles.vocabulary.fold import fold

_LONGEST_FLAG = 24
_SHOWN = 60


make_requirement: Callable[[tuple[str, Level, bool, str]], Requirement] = partial(
    tuple.__new__, Requirement
)


class Readings(NamedTuple):
    """What the rows of one table say, and the line of each."""

    requirements: list[Requirement]
    lines: list[int]


def known_columns(table: Table) -> bool:
    """Whether a table's header says role, flag, description."""
    return len(table.header.cells) == 3 and _known_columns(*table.header.cells)


@lru_cache(maxsize=256)
def _known_columns(*cells: str) -> bool:
    columns = lexicon().columns
    return [columns.get(fold(cell)) for cell in cells] == ["role", "flag", "description"]


class RowParser:
    """Understands the rows of one document."""

    def __init__(
        self,
        document: Document,
        code: str | None,
        lexicon: Lexicon,
        report: Report,
        known_roles: Sequence[str] = (),
    ) -> None:
        """Parse for a page in the language ``code``, which decides how flags are spelled in hints."""
        self.known_roles = known_roles
        self.document = document
        self.code = code or "en"
        self.lexicon = lexicon
        self.report = report
        self.open_rows = frozenset(document.open_rows)
        self.roles: dict[str, str] = {}

    def parse(self, levels: Sequence[Level], declared_roles: int | None) -> list[Readings]:
        """Return what each table says; rows that cannot be read are reported and left out.

        Args:
            levels: the level of each table.
            declared_roles: number of roles the page declares, where it is known.
        """
        tables = self.document.tables
        for table in tables:
            if not known_columns(table):
                self._unknown_columns(table)
            if table.captions or table.strays:
                self._strays(table)
            if not table.rows:
                self.report.add(rules.EMPTY_TABLE, line_span(self.document, table.line))
        if not self.document.split:
            return self._flat(levels, declared_roles)
        return [self._rows(table, level) for table, level in zip(tables, levels, strict=True)]

    def _unknown_columns(self, table: Table) -> None:
        item = language(self.code).columns
        expected = ", ".join(item[name][0] for name in ("role", "flag", "description"))
        columns = ", ".join(table.header.cells) or "none"
        place = line_span(self.document, table.line)
        self.report.add(rules.UNKNOWN_COLUMNS, place, columns=columns[:_SHOWN], expected=expected)

    def _strays(self, table: Table) -> None:
        """Report texts around the rows that say nothing known."""
        unnamed = [
            text
            for text in table.captions
            if self.document.kind != "html"
            and not names_a_level(text.text, self.lexicon)
            and not self.lexicon.is_boilerplate(text.text)
        ]
        if strays := [*unnamed, *table.strays]:
            place = text_span(self.document, strays[0])
            more = f" (and {len(strays) - 1} more)" if strays[1:] else ""
            self.report.add(rules.STRAY_TEXT, place, text=strays[0].text[:_SHOWN], more=more)

    def _rows(self, table: Table, level: Level) -> Readings:
        flags, roles, open_rows = self.lexicon.flags, self.roles, self.open_rows
        last = table.rows[-1] if table.rows else None
        requirements: list[Requirement] = []
        lines: list[int] = []
        for row in table.rows:
            line, cells, _ = row
            if len(cells) == 3:
                role, flag, description = cells
            elif len(cells) == 2 and row is last:
                (role, flag), description = cells, ""
            else:
                role = flag = description = ""
            if not description and len(flag) > _LONGEST_FLAG:
                flag, description = "", flag
            mandatory = flags.get(flag) if flag else False
            known = roles.get(role) or self._plain_role(role)
            if known and description and mandatory is not None and line not in open_rows:
                requirements.append(make_requirement((known, level, mandatory, description)))
                lines.append(line)
            elif requirement := self._careful(row, level, last=row is last):
                requirements.append(requirement)
                lines.append(line)
        return Readings(requirements, lines)

    def _plain_role(self, role: str) -> str | None:
        """Return a role that is written without marks around it, and keep it; None for others."""
        if not role or role[0] in MARKS or "\\" in role:
            return None
        known = self.roles[role] = " ".join(role.split())
        return known

    def _careful(self, row: Row, level: Level, last: bool) -> Requirement | None:
        """Read a row that is short, long, open, or whose flag is not one of the known spellings."""
        cells = row.cells
        if row.line in self.open_rows:
            self._add(rules.UNTERMINATED_ROW, row, len(cells) - 1)
            return None
        if len(cells) not in (2, 3):
            too_many = "a text may hold a '|'" if self.document.kind == "md" else "one is too many"
            reason = too_many if len(cells) > 3 else "the rest is lost"
            self._add(rules.ROW_SHAPE, row, min(len(cells), 4) - 1, count=len(cells), reason=reason)
            return None
        role = unmarked(" ".join(cells[0].split()))
        if self.document.kind == "md":
            role = unescaped(role)
        if not role:
            self._add(rules.EMPTY_ROLE, row, 0)
            return None
        if len(cells) == 2 and not last and self.document.kind == "md":
            self._add(rules.RAGGED_ROW, row, 1, role=role)
        flag, description = (cells[1], cells[2]) if len(cells) == 3 else ("", cells[1])
        if not description:
            flag, description = "", flag
        flag = unmarked(flag)
        mandatory = self._mandatory(row, role, flag, description)
        return None if mandatory is None else Requirement(role, level, mandatory, description)

    def _mandatory(self, row: Row, role: str, flag: str, description: str) -> bool | None:
        """Return whether a row is mandatory, or None where its cells say nothing (then reported)."""
        if not flag:
            if not description or self._flag(description) is not None:
                self._add(rules.EMPTY_DESCRIPTION, row, 2, role=role)
                return None
            moved_up = len(row.cells) == 2 or not row.cells[2]
            if moved_up and (suggestion := self._almost_a_flag(description)):
                self._unknown_flag(row, role, description, suggestion)
                return None
            return False
        mandatory = self._flag(flag)
        if mandatory is None and len(flag) > _LONGEST_FLAG:
            reason = "a text stands in the flag's column beside another text"
            self._add(rules.ROW_SHAPE, row, 1, role=role, count=len(row.cells), reason=reason)
        elif mandatory is None:
            self._unknown_flag(row, role, flag, self._almost_a_flag(flag))
        return mandatory

    def _flag(self, text: str) -> bool | None:
        return self.lexicon.flags.get(text, self.lexicon.flags.get(fold(text)))

    def _almost_a_flag(self, text: str) -> str | None:
        if len(text) > _LONGEST_FLAG:
            return None
        known = [flag for flag in self.lexicon.flags if flag != fold(flag)]
        return next(iter(get_close_matches(text, known, 1, cutoff=0.7)), None)

    def _unknown_flag(self, row: Row, role: str, text: str, suggestion: str | None) -> None:
        self._add(
            rules.UNKNOWN_FLAG,
            row,
            1,
            role=role,
            text=text,
            suggestion=f"; did you mean '{suggestion}'?" if suggestion else "",
            flag=language(self.code).flags["mandatory"][0],
        )

    def _add(self, rule: Rule, row: Row, cell: int, **facts: object) -> None:
        place: Span = cell_span(self.document, row, cell)
        role = facts.get("role")
        facts = {"role": role, **facts}
        self.report.add(rule, place, **facts)  # type: ignore[arg-type]

    def _flat(self, levels: Sequence[Level], declared_roles: int | None) -> list[Readings]:
        """Read rows that are one text each: find where each role ends."""
        tables = [[row.cells[0] for row in table.rows] for table in self.document.tables]
        split = split_rows(
            tables, self._page_flags(), declared_roles, self.lexicon, self.known_roles
        )
        return [
            self._parts(table, level, parts)
            for table, level, parts in zip(self.document.tables, levels, split, strict=True)
        ]

    def _parts(self, table: Table, level: Level, parts: Sequence[Part | None]) -> Readings:
        readings = Readings([], [])
        for row, part in zip(table.rows, parts, strict=True):
            if part is None:
                place = line_span(self.document, row.line)
                self.report.add(rules.ROLE_BOUNDARY, place, text=row.cells[0][:_SHOWN])
                continue
            role, mandatory, description = part
            if not description:
                self._add(rules.EMPTY_DESCRIPTION, row, 0, role=role)
                continue
            readings.requirements.append(Requirement(role, level, mandatory, description))
            readings.lines.append(row.line)
        return readings

    def _page_flags(self) -> set[str]:
        """Return the flags of the page's language and of the language of its table headers."""
        codes = {self.code}
        for table in self.document.tables:
            line = fold(" ".join(table.header.cells))
            codes |= self.lexicon.header_lines.get(line, frozenset())
        return {flag for code in codes for flag in language(code).flags["mandatory"]}
