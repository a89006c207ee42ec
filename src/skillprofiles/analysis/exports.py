"""A release written for other tools: Parquet, CSV, a workbook, or partitions for a lake."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, NamedTuple, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from skillprofiles import __version__, contracts, schema
from skillprofiles.analysis.errors import NoSuchTable
from skillprofiles.analysis.files import Files
from skillprofiles.export import csv, parquet
from skillprofiles.export.datapackage import FILE_NAME, Resource, write_descriptor
from skillprofiles.export.durable import sync
from skillprofiles.export.publish import Publication
from skillprofiles.export.xlsx import Workbook

Form = Literal["parquet", "csv", "xlsx"]
FORMATS: Final = get_args(Form)
WORKBOOK: Final = "skillprofiles.xlsx"
"""Name of a workbook that is written into a folder."""

_KEY: Final = ("skill", "language")
_MOST_OPEN: Final = 200


class Written(NamedTuple):
    """What was written of a table.

    Attributes:
        table: its name.
        path: its file, the folder of its partitions, or the workbook it is a sheet of.
        rows: how many.
    """

    table: str
    path: Path
    rows: int


def export(
    files: Files,
    out: str | os.PathLike[str],
    form: Form = "parquet",
    tables: Sequence[str] = (),
    dialect: csv.Dialect = "rfc4180",
) -> list[Written]:
    """Answer `skillprofiles.analysis.Dataset.export` without partitions."""
    chosen = _chosen(files, tables)
    if form == "xlsx":
        return _workbook(files, Path(out), chosen)
    _spare(files, out)
    names = [f"{table}.{form}" for table in chosen]
    metadata = {
        "skillprofiles.version": __version__,
        "skillprofiles.schema_version": contracts.VERSION,
    }
    writer: Any = (
        partial(csv.TableWriter, dialect=dialect) if form == "csv" else parquet.TableWriter
    )
    resources = []
    with Publication(out, [*names, FILE_NAME]) as folder:
        for table, name in zip(chosen, names, strict=True):
            contract = _contract(files, table)
            with writer(folder / name, contracts.arrow_schema(contract), metadata) as written:
                for piece in files.pieces(table):
                    written.write(piece)
            described = schema.table_schema(contract)
            path, rows = folder / name, files.rows(table)
            resources.append(Resource(table, path, rows, described, contract))
        write_descriptor(folder, resources, version=contracts.VERSION)
    return [Written(item.table, Path(out) / item.path.name, item.rows) for item in resources]


def partition(
    files: Files, out: str | os.PathLike[str], columns: Sequence[str], tables: Sequence[str] = ()
) -> list[Written]:
    """Answer `skillprofiles.analysis.Dataset.export` with partitions."""
    chosen = _chosen(files, tables)
    _spare(files, out)
    for name in columns:
        _check_column(files, name)
    with Publication(out, chosen) as folder:
        for table in chosen:
            _write_partitions(files, table, list(dict.fromkeys(columns)), folder / table)
    return [Written(table, Path(out) / table, files.rows(table)) for table in chosen]


def _chosen(files: Files, tables: Sequence[str]) -> list[str]:
    strange = [table for table in tables if table not in files.tables]
    if strange:
        there = ", ".join(files.tables)
        raise NoSuchTable(f"no table '{strange[0]}' to export; there are {there}")
    return [table for table in files.tables if table in tables or not tables]


def _spare(files: Files, out: str | os.PathLike[str]) -> None:
    """Refuse to write where the tables themselves are: publishing there would replace them."""
    if files.folder.is_relative_to(Path(out).resolve()):
        raise ValueError(f"{os.fspath(out)} holds the tables themselves; write into another folder")


def _contract(files: Files, table: str) -> str:
    # A release whose manifest is damaged has the columns of a release all the same.
    return contracts.RELEASE_TABLES[table] if "changes" in files.tables else table


def _workbook(files: Files, out: Path, tables: Sequence[str]) -> list[Written]:
    path = out if out.suffix.lower() == ".xlsx" else out / WORKBOOK
    path.parent.mkdir(parents=True, exist_ok=True)
    about = f"Release {files.manifest.release}" if files.manifest else ""
    # A folder of its own: another run may be writing the same workbook.
    with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        with Workbook(draft, comments=about) as book:
            for table in tables:
                described = contracts.describe(_contract(files, table))
                notes = {item.name: f"{item.title.en}. {item.description.en}" for item in described}
                rows, pieces = files.rows(table), files.pieces(table)
                book.add(table, files.schema(table), pieces, rows=rows, notes=notes)
        sync(draft)
        os.replace(draft, path)
    return [Written(table, path, files.rows(table)) for table in tables]


def _check_column(files: Files, name: str) -> None:
    schemas = [files.schema(table) for table in ("requirements", "profiles")]
    fitting = {
        field.name: None
        for fields in schemas
        for field in fields
        if not pa.types.is_list(field.type)
    }
    if name not in fitting:
        raise ValueError(f"cannot partition by '{name}'; columns to choose: {', '.join(fitting)}")


def _write_partitions(files: Files, table: str, columns: Sequence[str], folder: Path) -> None:
    """Write a table below a folder, in one folder for each value of the columns it has."""
    known = _about_profiles(files, table, columns)
    mine = [name for name in columns if name in known or name in files.columns(table)]
    batches = (_labelled(piece, mine, known) for piece in files.pieces(table))
    first = _labelled(files.schema(table).empty_table(), mine, known)
    labels = pa.schema([(name, pa.string()) for name in mine])
    layout = ds.ParquetFileFormat()
    folder.mkdir()
    ds.write_dataset(
        (batch for piece in batches for batch in piece.to_batches()),
        folder,
        schema=first.schema,
        format=layout,
        file_options=layout.make_write_options(compression="zstd"),
        partitioning=ds.partitioning(labels, flavor="hive"),
        basename_template="part-{i}.parquet",
        use_threads=False,  # rows stay in order, and the same rows give the same files
        max_partitions=max(files.rows(table), 1),
        max_open_files=_MOST_OPEN,
        min_rows_per_group=parquet.ROW_GROUP_ROWS,
        max_rows_per_group=parquet.ROW_GROUP_ROWS,
    )
    for path in folder.rglob("*"):
        sync(path)


def _about_profiles(files: Files, table: str, columns: Sequence[str]) -> dict[str, pa.Table]:
    """Return the columns that a requirement takes over from its profile, by name."""
    if table != "requirements":
        return {}
    missing = [name for name in columns if name not in files.columns(table)]
    profiles = files.read("profiles", list(dict.fromkeys([*_KEY, *missing])))
    return {name: profiles.select([*_KEY, name]) for name in missing}


def _labelled(piece: pa.Table, columns: Sequence[str], known: dict[str, pa.Table]) -> pa.Table:
    """Return rows with the columns they are partitioned by as texts."""
    for name in columns:
        values = piece[name] if name not in known else _taken(piece, known[name], name)
        texts = values.cast(pa.string())
        at = piece.schema.get_field_index(name)
        piece = piece.append_column(name, texts) if at < 0 else piece.set_column(at, name, texts)
    return piece


def _taken(piece: pa.Table, profiles: pa.Table, name: str) -> pa.ChunkedArray:
    keys = [
        pc.binary_join_element_wise(*(rows[part].cast(pa.string()) for part in _KEY), "\0")
        for rows in (piece, profiles)
    ]
    return profiles[name].take(pc.index_in(keys[0], value_set=keys[1].combine_chunks()))
