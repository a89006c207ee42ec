"""A last look at a release before it is published: do its tables agree with each other?

Every row was validated when it was read. What is left to go wrong is putting the rows of many runs
together, so that is what is looked at, in the files as they lie on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

_CHUNK_ROWS = 20_000


class Contradiction(Exception):
    """The tables of a release contradict each other: a fault of the program, never of a page."""


class _Figures(NamedTuple):
    """What a table says of the profile of a source.

    Attributes:
        source: its name.
        figures: how many requirements there are, and how many of them are mandatory.
    """

    source: str
    figures: tuple[int, int]


class _Version(NamedTuple):
    """Which version of a source a table says is published.

    Attributes:
        source: its name.
        sha256: checksum of its bytes.
    """

    source: str
    sha256: str


_Told = TypeVar("_Told", _Figures, _Version)


def audit(folder: Path) -> None:
    """Hold the tables of a release against each other, source by source.

    Args:
        folder: where they lie, each sorted by source.

    Raises:
        Contradiction: if a profile occurs twice, its figures are not those of its rows, a row has no
            profile, or a profile has no source that is said to be published.
        OSError: if a table cannot be read.
    """
    _see_keys(folder)
    profiles = folder / "profiles.parquet"
    _compare("requirements", _declared(profiles), _counted(folder / "requirements.parquet"))
    _compare(
        "sources",
        _versions(profiles, "source_sha256"),
        _versions(folder / "sources.parquet", "published_sha256"),
    )


def _see_keys(folder: Path) -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    keys = ["skill", "language"]
    counts = pq.read_table(folder / "profiles.parquet", columns=keys)
    counts = counts.group_by(keys).aggregate([([], "count_all")])
    more = counts.filter(pc.greater(counts["count_all"], 1))
    if more.num_rows:
        raise Contradiction(f"the profile of '{more['skill'][0].as_py()}' occurs twice")


def _declared(profiles: Path) -> Iterator[_Figures]:
    for source, mandatory, optional in _rows(profiles, "source", "mandatory", "optional"):
        yield _Figures(source, (mandatory + optional, mandatory))


def _counted(requirements: Path) -> Iterator[_Figures]:
    """Count the rows of each source, and the mandatory ones among them."""
    now: str | None = None
    rows = mandatory = 0
    for source, is_mandatory in _rows(requirements, "source", "mandatory"):
        if source != now:
            if now is not None:
                yield _Figures(now, (rows, mandatory))
            now, rows, mandatory = source, 0, 0
        rows += 1
        mandatory += is_mandatory
    if now is not None:
        yield _Figures(now, (rows, mandatory))


def _versions(path: Path, column: str) -> Iterator[_Version]:
    for source, sha256 in _rows(path, "source", column):
        if sha256 is not None:
            yield _Version(source, sha256)


def _rows(path: Path, *columns: str) -> Iterator[tuple[Any, ...]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_CHUNK_ROWS, columns=list(columns)):
            yield from zip(*(batch[name].to_pylist() for name in columns), strict=True)


def _compare(table: str, profiles: Iterator[_Told], others: Iterator[_Told]) -> None:
    before = ""
    for wanted, found in zip_longest(profiles, others):
        if wanted == found and wanted.source > before:
            before = wanted.source
            continue
        of = min(one.source for one in (wanted, found) if one is not None)
        said = (one[1] if one is not None and one.source == of else None for one in (wanted, found))
        raise Contradiction(
            f"profiles and {table} disagree about '{of}': {' and '.join(map(str, said))}"
        )
