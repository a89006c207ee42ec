"""What is different between a release and the one before, down to the field."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from skillprofiles.model import LEVEL_LABELS, PROVENANCE

if TYPE_CHECKING:
    import pyarrow as pa

_KEYS: Final = {
    "requirements": ("skill", "language", "role", "level"),
    "profiles": ("skill", "language"),
}
_TOLD_BY: Final = {"requirements": "description", "profiles": "skill_name"}
_RANKS: Final = {label: rank for rank, label in enumerate(LEVEL_LABELS)}


class Change(NamedTuple):
    """One difference: a row of the table ``changes`` without its release."""

    skill: str
    language: str
    role: str | None
    level: str | None
    change: str
    field: str | None
    before: str | None
    after: str | None

    @property
    def sort_key(self) -> tuple[str, str, str, int, str]:
        """Order of the table: profiles before their requirements, levels as a career goes."""
        rank = _RANKS[self.level] if self.level else -1
        return (self.skill, self.language, self.role or "", rank, self.field or "")


Row = dict[str, Any]


class Differ:
    """Compares rows that left a table with rows that came into it.

    Rows are matched as soon as both were seen, so that what waits is what really differs, and what
    lies far apart in the two releases.
    """

    def __init__(self, table: str) -> None:
        """Compare rows of ``requirements`` or ``profiles``."""
        self._key = itemgetter(*_KEYS[table])
        self._width = len(_KEYS[table])
        self._told_by = _TOLD_BY[table]
        self._before: dict[Hashable, Row] = {}
        self._after: dict[Hashable, Row] = {}
        self._changed: list[Change] = []

    def left(self, rows: pa.Table) -> None:
        """Take in rows of the release before that are not carried over."""
        for row in _rows(rows):
            key = self._key(row)
            came = self._after.pop(key, None)
            if came is None:
                self._before[key] = row
            else:
                self._changed += self._fields(row, came)

    def came(self, rows: pa.Table) -> None:
        """Take in rows of the new release that were not carried over."""
        for row in _rows(rows):
            key = self._key(row)
            left = self._before.pop(key, None)
            if left is None:
                self._after[key] = row
            else:
                self._changed += self._fields(left, row)

    def changes(self) -> list[Change]:
        """Return all differences, when all rows were taken in."""
        found = list(self._changed)
        for row in self._before.values():
            found.append(Change(*self._place(row), "removed", None, row[self._told_by], None))
        for row in self._after.values():
            found.append(Change(*self._place(row), "added", None, None, row[self._told_by]))
        return found

    def _fields(self, before: Row, after: Row) -> Iterator[Change]:
        if before == after:
            return
        place = self._place(after)
        for name, old in before.items():
            if old != after[name]:
                yield Change(*place, "changed", name, _text(old), _text(after[name]))

    def _place(self, row: Row) -> tuple[str, str, str | None, str | None]:
        skill, language, *cell = self._key(row)
        role, level = cell or (None, None)
        return skill, language, role, level


def _rows(table: pa.Table) -> Iterable[Row]:
    kept = [name for name in table.column_names if name not in PROVENANCE]
    rows: Sequence[Row] = table.select(kept).to_pylist()
    return rows


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return _joined(value)
    return str(value)


def _joined(tags: list[str]) -> str | None:
    """Return tags as a cell of a CSV file shows them; None where there are none."""
    import pyarrow as pa

    from skillprofiles.export.csv import join_tags

    cells = join_tags(pa.chunked_array([pa.array([tags], pa.list_(pa.string()))]))
    cell: str | None = cells[0].as_py()
    return cell


def changes_table(release: str, changes: Iterable[Change]) -> pa.Table:
    """Return the table ``changes`` of a release, sorted."""
    import pyarrow as pa

    rows = sorted(changes, key=lambda change: change.sort_key)
    columns: dict[str, pa.Array] = {"release": pa.array([release] * len(rows), pa.string())}
    for number, name in enumerate(Change._fields):
        columns[name] = pa.array([row[number] for row in rows], pa.string())
    ranks = pa.array([_RANKS[row.level] if row.level else None for row in rows], pa.int8())
    columns["level"] = pa.DictionaryArray.from_arrays(ranks, list(LEVEL_LABELS), ordered=True)
    return pa.table(columns)
