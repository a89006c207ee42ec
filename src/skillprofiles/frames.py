"""Profiles, findings and outcomes as Arrow tables, in exactly the contract's schema.

Columns go from lists straight into Arrow arrays: rows are never built. Rows stand in the order
of what is given, requirements in the order of their profiles and, inside, of
``Profile.requirements``. A `Batch` knows which profile and line each of them came from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from skillprofiles.model import LEVEL_LABELS

if TYPE_CHECKING:
    import pandas as pd

    from skillprofiles.findings import Finding
    from skillprofiles.model import Outcome, Profile, Requirement

_INT16_MAX = 2**15 - 1
_MOMENT = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True)
class Batch:
    """Profiles and their tables.

    Attributes:
        profiles: the profiles.
        requirements: their rows, as the ``requirements`` table.
        profile_rows: themselves, as the ``profiles`` table.
        pages: for each row of ``requirements`` the position of its profile: int32, ascending.
    """

    profiles: list[Profile]
    requirements: pa.Table
    profile_rows: pa.Table
    pages: np.ndarray[Any, np.dtype[np.int32]]

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> Batch:
        """Build the tables of profiles.

        Raises:
            ValueError: as `requirements_table` and `profiles_table` do.
        """
        kept = list(profiles)
        counts = [len(profile.requirements) for profile in kept]
        pages = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        return cls(kept, requirements_table(kept), profiles_table(kept), pages)

    def place(self, row: int) -> tuple[int, Requirement, int]:
        """Return where a row of ``requirements`` came from.

        Returns:
            The position of its profile, the requirement, and its line in the source.
        """
        position = int(self.pages[row])
        profile = self.profiles[position]
        within = row - int(np.searchsorted(self.pages, position))
        return position, profile.requirements[within], profile.lineage.lines[within]

    def without(self, positions: Collection[int]) -> Batch:
        """Return the batch without the profiles at some positions, and without their rows."""
        if not positions:
            return self
        keep = np.ones(len(self.profiles), dtype=bool)
        keep[list(positions)] = False
        rows = keep[self.pages]
        return Batch(
            [profile for profile, kept in zip(self.profiles, keep, strict=True) if kept],
            self.requirements.filter(pa.array(rows)),
            self.profile_rows.filter(pa.array(keep)),
            (np.cumsum(keep, dtype=np.int32) - np.int32(1))[self.pages[rows]],
        )

    def requirements_frame(self) -> pd.DataFrame:
        """Return ``requirements`` as contracts judge it: Arrow-backed, with ``pages``."""
        return arrow_backed(self.requirements.append_column("page", pa.array(self.pages)))

    def profiles_frame(self) -> pd.DataFrame:
        """Return ``profiles`` as contracts judge it: Arrow-backed, with what the rows hold.

        That is for each profile ``roles_found``, ``levels_found``, ``mandatory_found`` and
        ``optional_found``: int32, counted over its rows in ``requirements``.
        """
        count = len(self.profiles)
        total = np.bincount(self.pages, minlength=count)
        mandatory = np.bincount(self.pages[_numpy(self.requirements, "mandatory")], minlength=count)
        levels = np.zeros((count, len(LEVEL_LABELS) + 1), dtype=bool)
        levels[self.pages, _numpy(self.requirements, "level_rank")] = True
        found = {
            "roles_found": self._roles_found(),
            "levels_found": levels.sum(axis=1),
            "mandatory_found": mandatory,
            "optional_found": total - mandatory,
        }
        table = self.profile_rows
        for name, figures in found.items():
            table = table.append_column(name, pa.array(figures, pa.int32()))
        return arrow_backed(table)

    def _roles_found(self) -> np.ndarray[Any, np.dtype[np.intp]]:
        roles = self.requirements["role"].combine_chunks().dictionary_encode("encode")
        distinct = max(len(roles.dictionary), 1)
        pairs = np.unique(self.pages * np.int64(distinct) + roles.indices.to_numpy())
        return np.bincount(pairs // distinct, minlength=len(self.profiles))


def requirements_table(profiles: Sequence[Profile]) -> pa.Table:
    """Return the ``requirements`` rows of profiles.

    Raises:
        ValueError: if a text holds what UTF-8 cannot, or the lines of a profile are not as many
            as its requirements.
    """
    counts = [len(profile.requirements) for profile in profiles]
    if counts != [len(profile.lineage.lines) for profile in profiles]:
        raise ValueError("a profile has not as many lines as requirements")
    page = pa.array(np.repeat(np.arange(len(counts)), counts))
    rows = list(chain.from_iterable(profile.requirements for profile in profiles))
    roles, levels, flags, descriptions = zip(*rows, strict=True) if rows else ((), (), (), ())
    ranks = np.frombuffer(bytes(levels), dtype=np.int8)
    lines = chain.from_iterable(profile.lineage.lines for profile in profiles)
    return _table(
        "requirements",
        _strings(profile.skill for profile in profiles).take(page),
        _strings(profile.language for profile in profiles).take(page),
        _strings(roles),
        pa.DictionaryArray.from_arrays(ranks - np.int8(1), _strings(LEVEL_LABELS), ordered=True),
        pa.array(ranks),
        pa.array(np.frombuffer(bytes(flags), dtype=np.bool_)),
        _strings(descriptions),
        _names(profile.lineage.source.name for profile in profiles).take(page),
        pa.array(lines, pa.int32()),
    )


def profiles_table(profiles: Sequence[Profile]) -> pa.Table:
    """Return the ``profiles`` rows of profiles.

    A declared figure that int16 does not hold is stored as the largest one it does, which the
    contract refuses.

    Raises:
        ValueError: if a text holds what UTF-8 cannot.
    """
    declared = [profile.declared for profile in profiles]
    lineages = [profile.lineage for profile in profiles]
    return _table(
        "profiles",
        *_text_columns(profiles, "skill", "language", "skill_name", "skill_name_from"),
        *_text_columns(profiles, "domain", "group", "summary"),
        pa.array([profile.tags for profile in profiles], pa.list_(pa.string())),
        *_text_columns(profiles, "content_language"),
        _figures(figures.roles for figures in declared),
        _figures(figures.levels for figures in declared),
        _figures(figures.mandatory for figures in declared),
        _figures(figures.optional for figures in declared),
        pa.array([profile.updated_on for profile in profiles], pa.date32()),
        _names(lineage.source.name for lineage in lineages),
        *_text_columns(lineages, "kind", "sha256"),
        *_text_columns(profiles, "url"),
        pa.array([_utc(lineage.source.fetched_at) for lineage in lineages], _MOMENT),
    )


def findings_table(findings: Sequence[Finding]) -> pa.Table:
    """Return the ``findings`` rows of findings. Whatever they say, this succeeds."""
    spans = [finding.span for finding in findings]
    rules = [finding.rule for finding in findings]
    return _table(
        "findings",
        _names(finding.source for finding in findings),
        pa.array([span and span.line for span in spans], pa.int32()),
        pa.array([span and span.column for span in spans], pa.int32()),
        _strings(rule.code for rule in rules),
        _strings(rule.name for rule in rules),
        _strings(rule.severity.value for rule in rules),
        *(
            _names(map(attrgetter(name), findings))
            for name in ("message", "hint", "skill", "language", "role", "level")
        ),
    )


def sources_table(outcomes: Sequence[Outcome]) -> pa.Table:
    """Return the ``sources`` rows of outcomes."""
    return _table(
        "sources",
        _names(outcome.source for outcome in outcomes),
        *_text_columns(outcomes, "sha256"),
        pa.array([outcome.bytes for outcome in outcomes], pa.int64()),
        *_text_columns(outcomes, "kind", "language", "status"),
        _names(outcome.skill for outcome in outcomes),
        pa.array([outcome.errors for outcome in outcomes], pa.int32()),
        pa.array([outcome.warnings for outcome in outcomes], pa.int32()),
    )


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame to work with: Arrow-backed, ``level`` an ordered categorical.

    The five levels are there even where the table was read from a file without rows: Parquet
    stores categories with the rows, so that pandas by itself then finds none
    (https://github.com/apache/arrow/issues/45192).
    """
    import pandas as pd

    frame = arrow_backed(table)
    if "level" in frame and pa.types.is_dictionary(table.schema.field("level").type):
        levels = pd.CategoricalDtype(list(LEVEL_LABELS), ordered=True)
        frame["level"] = table.column("level").to_pandas().astype(levels)
    return frame


def arrow_backed(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame of its own types, which the contracts judge."""
    import pandas as pd

    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _numpy(table: pa.Table, column: str) -> np.ndarray[Any, np.dtype[Any]]:
    values: np.ndarray[Any, np.dtype[Any]] = table[column].to_numpy()
    return values


def _table(name: str, *columns: pa.Array) -> pa.Table:
    from skillprofiles.contracts import arrow_schema

    return pa.Table.from_arrays(list(columns), schema=arrow_schema(name))


def _strings(values: Iterable[str | None]) -> pa.Array:
    return pa.array(list(values), pa.string())


def _text_columns(items: Sequence[object], *names: str) -> Iterator[pa.Array]:
    for name in names:
        yield _strings(map(attrgetter(name), items))


def _names(values: Iterable[str | None]) -> pa.Array:
    """Return strings of which some may be file names that are not UTF-8.

    Python reads such a name with the bytes in question as lone surrogates. They are shown as
    backslash escapes here: what cannot be named cannot be reported.
    """
    names = list(values)
    try:
        return pa.array(names, pa.string())
    except UnicodeEncodeError:
        return pa.array([name and _printable(name) for name in names], pa.string())


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    # Once Pandera is imported, Arrow takes the hour of a moment as it stands, in whatever zone.
    # Without a zone it is UTC.
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(dt.UTC)


def _figures(values: Iterable[int]) -> pa.Array:
    figures = list(values)
    if max(figures, default=0) > _INT16_MAX:
        figures = [min(figure, _INT16_MAX) for figure in figures]
    return pa.array(figures, pa.int16())
