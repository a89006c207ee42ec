"""A last look at a release before it is published: do its tables agree with each other?

Every row was validated when it was read. What is left to go wrong is putting the rows of many runs
together, so that is what is looked at, in the files as they lie on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK_ROWS = 100_000


class Contradiction(Exception):
    """The tables of a release contradict each other: a fault of the program, never of a page."""


def audit(folder: Path) -> None:
    """Hold the tables of a release against each other.

    Args:
        folder: where they lie.

    Raises:
        Contradiction: if a profile occurs twice, its figures are not those of its rows, a row has no
            profile, or a profile has no source that is said to be published.
        OSError: if a table cannot be read.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    profiles = pq.read_table(
        folder / "profiles.parquet",
        columns=["skill", "language", "source", "source_sha256", "mandatory", "optional"],
    )
    keys = profiles.group_by(["skill", "language"]).aggregate([([], "count_all")])
    if keys.num_rows != profiles.num_rows:
        twice = keys.filter(pc.greater(keys["count_all"], 1))["skill"][0].as_py()
        raise Contradiction(f"the profile of '{twice}' occurs twice")
    _compare("requirements", _declared(profiles), _counted(folder))
    published = pq.read_table(
        folder / "sources.parquet", columns=["source", "published_sha256"]
    ).drop_null()
    versions = ("source", "source_sha256"), ("source", "published_sha256")
    _compare("sources", _pairs(profiles, *versions[0]), _pairs(published, *versions[1]))


def _declared(profiles: pa.Table) -> dict[str, object]:
    columns = (profiles[name].to_pylist() for name in ("source", "mandatory", "optional"))
    return {
        source: (mandatory, mandatory + optional)
        for source, mandatory, optional in zip(*columns, strict=True)
    }


def _counted(folder: Path) -> dict[str, object]:
    """Count the rows of each source, and the mandatory ones among them."""
    counts: dict[str, tuple[int, int]] = {}
    for piece in _pieces(folder / "requirements.parquet"):
        found = piece.group_by("source").aggregate([("mandatory", "sum"), ("mandatory", "count")])
        columns = ("source", "mandatory_sum", "mandatory_count")
        for source, mandatory, rows in zip(*(found[c].to_pylist() for c in columns), strict=True):
            before = counts.get(source, (0, 0))
            counts[source] = before[0] + mandatory, before[1] + rows
    return dict(counts)


def _pieces(path: Path) -> Iterator[pa.Table]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_CHUNK_ROWS, columns=["source", "mandatory"]):
            yield pa.Table.from_batches([batch])


def _pairs(table: pa.Table, key: str, value: str) -> dict[str, object]:
    return dict(zip(table[key].to_pylist(), table[value].to_pylist(), strict=True))


def _compare(table: str, wanted: dict[str, object], found: dict[str, object]) -> None:
    if wanted == found:
        return
    for source in sorted(wanted.keys() | found.keys()):
        if wanted.get(source) != found.get(source):
            raise Contradiction(
                f"profiles and {table} disagree about '{source}': "
                f"{wanted.get(source)} and {found.get(source)}"
            )
