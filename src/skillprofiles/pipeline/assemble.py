"""Parts to tables: one file a table, in the order of batches, without what was taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from skillprofiles import __version__
from skillprofiles.findings import ordered
from skillprofiles.pipeline.batch import Manifest, part_path
from skillprofiles.pipeline.corpus import Verdict
from skillprofiles.rules import Severity

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("requirements", "profiles", "findings", "sources")
_DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True, slots=True)
class Form:
    """The form tables are published in.

    Attributes:
        file_format: ``parquet`` or ``csv``.
        dialect: of CSV: ``rfc4180`` or ``excel``.
    """

    file_format: Literal["parquet", "csv"] = "parquet"
    dialect: Literal["rfc4180", "excel"] = "rfc4180"

    @property
    def file_names(self) -> list[str]:
        """Names of the files of a publication."""
        return [*(f"{table}.{self.file_format}" for table in TABLES), _DESCRIPTOR]


def assemble(
    manifests: Sequence[Manifest],
    verdict: Verdict,
    parts: str,
    folder: Path,
    form: Form,
) -> dict[str, int]:
    """Write the tables and their descriptor into a folder; return the rows of each table.

    Raises:
        OSError: if a file cannot be written.
    """
    from skillprofiles import contracts, schema
    from skillprofiles.export.datapackage import Resource, write_descriptor

    metadata = {
        "skillprofiles.version": __version__,
        "skillprofiles.schema_version": contracts.VERSION,
    }
    resources = []
    for table in TABLES:
        path = folder / f"{table}.{form.file_format}"
        writer = _writer(form)(path, contracts.arrow_schema(table), metadata)
        with writer:
            for piece in _pieces(table, manifests, verdict, parts):
                writer.write(piece)
        resources.append(Resource(table, path, writer.rows, schema.table_schema(table)))
    write_descriptor(folder, resources, version=contracts.VERSION)
    return {resource.table: resource.rows for resource in resources}


def _writer(form: Form) -> Any:
    if form.file_format == "parquet":
        from skillprofiles.export.parquet import TableWriter

        return TableWriter
    from skillprofiles.export import csv

    return partial(csv.TableWriter, dialect=form.dialect)


def _pieces(
    table: str, manifests: Sequence[Manifest], verdict: Verdict, parts: str
) -> Iterator[pa.Table]:
    for manifest in manifests:
        yield from pieces_of(table, manifest, verdict, parts)
    if table == "findings" and verdict.findings:
        yield findings_of(verdict)


def findings_of(verdict: Verdict) -> pa.Table:
    """Return what the comparison of batches found, as rows of ``findings``."""
    from skillprofiles.frames import findings_table
    from skillprofiles.validate import assert_contract

    table = findings_table(ordered(verdict.findings))
    assert_contract("findings", table)
    return table


def pieces_of(table: str, manifest: Manifest, verdict: Verdict, parts: str) -> Iterator[pa.Table]:
    """Yield a batch's rows of a table, without what the comparison of batches took back."""
    from skillprofiles.export.parts import read_part

    dropped = verdict.dropped.get(manifest.number, {})
    for piece in read_part(part_path(parts, table, manifest.number)):
        if not dropped:
            yield piece
        elif table in ("requirements", "profiles"):
            yield _without(piece, list(dropped))
        elif table == "sources":
            yield _with_status(piece, dropped, verdict)
        else:
            yield piece


def _without(piece: pa.Table, sources: list[str]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    gone = pc.is_in(piece["source"], pa.array(sources, pa.string()))
    return piece.filter(pc.invert(gone))


def _with_status(piece: pa.Table, dropped: dict[str, str], verdict: Verdict) -> pa.Table:
    """Correct the rows of sources that the comparison of batches took back."""
    import pyarrow as pa

    from skillprofiles.validate import assert_contract

    more = Counter((item.source, item.rule.severity) for item in verdict.findings)
    rows = piece.to_pylist()
    for row in rows:
        name = row["source"]
        if name in dropped:
            row["status"] = dropped[name]
            row["errors"] += more[name, Severity.ERROR]
            row["warnings"] += more[name, Severity.WARNING]
    table = pa.Table.from_pylist(rows, schema=piece.schema)
    assert_contract("sources", table)
    return table
