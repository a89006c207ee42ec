"""Parquet and parts: the same bytes for the same rows, and what readers make of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import resource
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skillprofiles import contracts
from skillprofiles.export import _rows
from skillprofiles.export.content import content_sha256
from skillprofiles.export.parquet import CONTENT_KEY, ROW_GROUP_ROWS, TableWriter
from skillprofiles.export.parts import BATCH_ROWS, read_part, write_part
from skillprofiles.model import LEVEL_LABELS

LEVELS = list(LEVEL_LABELS)
METADATA = {"skillprofiles.version": "1.2.3", "skillprofiles.schema_version": "1"}
REQUIREMENTS = contracts.arrow_schema("requirements")
PROFILES = contracts.arrow_schema("profiles")


def requirements(rows: int, levels: list[str] = LEVELS) -> pa.Table:
    """``rows`` rows; ``levels`` come round and round, in this order."""
    named = [levels[row % len(levels)] for row in range(rows)]
    columns: dict[str, list[Any]] = {
        "skill": [f"skill-{row // 50}" for row in range(rows)],
        "language": ["de"] * rows,
        "role": [f"Rolle {row // 5 % 10} «ü»" for row in range(rows)],
        "level": named,
        "level_rank": [LEVELS.index(level) + 1 for level in named],
        "mandatory": [row % 3 == 0 for row in range(rows)],
        "description": [f"{row * 7919 % 1009:>150}, {row}" for row in range(rows)],
        "source": [f"raw/{row // 50}.md" for row in range(rows)],
        "line": list(range(1, rows + 1)),
    }
    return typed(columns, REQUIREMENTS)


def profiles() -> pa.Table:
    """Three rows with every kind of value and gap."""
    columns: dict[str, list[Any]] = {field.name: ["x", "y", "z"] for field in PROFILES}
    figures = ("roles", "levels", "mandatory", "optional")
    columns |= {
        "skill_name": ["C++", None, ""],
        "summary": [None, None, "ü, 日本"],
        "tags": [["a", "b"], [], [""]],
        **{figure: [0, 5, 32_000] for figure in figures},
        "updated_on": [dt.date(2026, 2, 22), dt.date(1969, 1, 1), dt.date(2024, 2, 29)],
        "fetched_at": [None, dt.datetime(2026, 2, 22, 1, 2, 3, 4, dt.UTC), None],
    }
    return typed(columns, PROFILES)


def typed(columns: dict[str, list[Any]], schema: pa.Schema) -> pa.Table:
    """A table of ``schema``, its levels still strings, as `conform` makes them whole."""
    plain = [
        pa.array(
            columns[field.name], pa.string() if pa.types.is_dictionary(field.type) else field.type
        )
        for field in schema
    ]
    return _rows.conform(pa.table(plain, names=schema.names), schema)


def cut(table: pa.Table, *sizes: int) -> Iterator[pa.Table]:
    """The table in pieces of the sizes named, round and round."""
    start, turn = 0, 0
    while start < table.num_rows:
        yield table.slice(start, sizes[turn % len(sizes)])
        start += sizes[turn % len(sizes)]
        turn += 1


def write(path: Path, pieces: Iterable[pa.Table], schema: pa.Schema) -> Path:
    """Write the pieces to one file."""
    with TableWriter(path, schema, METADATA) as writer:
        for piece in pieces:
            writer.write(piece)
    assert writer.content_sha256 == pq.read_metadata(path).metadata[CONTENT_KEY.encode()].decode()
    return path


BIG = requirements(2 * ROW_GROUP_ROWS + 123)

BATCHINGS = {
    "pages": lambda: cut(BIG, 500, 19, 77),
    "row groups": lambda: cut(BIG, ROW_GROUP_ROWS),
    "around a row group": lambda: cut(BIG, ROW_GROUP_ROWS - 1, 1, 2),
    "more than row groups": lambda: cut(BIG, 99_999),
    "with empty pieces": lambda: (piece for half in cut(BIG, 60_000) for piece in (half, half[:0])),
    "in chunks": lambda: [pa.concat_tables(cut(BIG, 33_333))],
    "compacted": lambda: [pa.concat_tables([piece]).combine_chunks() for piece in cut(BIG, 4_567)],
    "levels as strings": lambda: [
        BIG.set_column(3, "level", BIG.column("level").cast(pa.string())).slice(0, 70_000),
        BIG.slice(70_000),
    ],
    "levels in another order": lambda: (
        piece.set_column(3, "level", piece.column("level").cast(pa.string()).dictionary_encode())
        for piece in cut(BIG, 25_001)
    ),
    "columns in another order": lambda: [BIG.select(BIG.column_names[::-1])],
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of the big table written at once."""
    path = tmp_path_factory.mktemp("reference") / "t.parquet"
    return write(path, [BIG], REQUIREMENTS).read_bytes()


@pytest.mark.parametrize("name", BATCHINGS)
def test_bytes_do_not_depend_on_the_batches(name: str, reference: bytes, tmp_path: Path) -> None:
    written = write(tmp_path / "t.parquet", BATCHINGS[name](), REQUIREMENTS).read_bytes()
    assert hashlib.sha256(written).digest() == hashlib.sha256(reference).digest()


def test_parts_in_between_do_not_change_the_bytes(reference: bytes, tmp_path: Path) -> None:
    pieces: list[pa.Table] = []
    for number, piece in enumerate(cut(BIG, 40_000, 9)):
        part = tmp_path / f"{number}.arrow"
        write_part(part, piece)
        pieces.extend(read_part(part))
    assert max(piece.num_rows for piece in pieces) == BATCH_ROWS
    assert write(tmp_path / "t.parquet", pieces, REQUIREMENTS).read_bytes() == reference


def test_row_groups_have_a_fixed_size_and_all_levels(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", [requirements(ROW_GROUP_ROWS + 1, ["lead"])], REQUIREMENTS)
    file = pq.ParquetFile(path)
    sizes = [file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)]
    assert sizes == [ROW_GROUP_ROWS, 1]
    for number in range(file.metadata.num_row_groups):
        (chunk,) = file.read_row_group(number).column("level").chunks
        assert chunk.dictionary.to_pylist() == LEVELS
        column = file.metadata.row_group(number).column(3)
        assert column.has_dictionary_page
        assert column.compression == "ZSTD"


@pytest.mark.parametrize("table", contracts.CONTRACTS)
def test_an_empty_table_keeps_schema_and_metadata(table: str, tmp_path: Path) -> None:
    schema = contracts.arrow_schema(table)
    path = write(tmp_path / "t.parquet", [], schema)
    found = pq.read_schema(path)
    assert found.equals(schema)
    assert [field.metadata for field in found] == [field.metadata for field in schema]
    footer = pq.read_metadata(path)
    assert footer.num_rows == 0
    kept = {key.decode(): value.decode() for key, value in footer.metadata.items()}
    assert kept.items() >= METADATA.items()
    assert kept[CONTENT_KEY] == content_sha256(schema.empty_table())


def test_pandas_reads_ordered_levels(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [requirements(7, ["principal", "junior"])], REQUIREMENTS)
    level = pd.read_parquet(path)["level"]
    assert list(level.cat.categories) == LEVELS
    assert level.cat.ordered
    assert list(level.sort_values().unique()) == ["junior", "principal"]


def test_pandas_reads_several_parts_as_one(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", [requirements(3, ["principal"])], REQUIREMENTS)
    write(tmp_path / "b.parquet", [requirements(3, ["middle"])], REQUIREMENTS)
    write(tmp_path / "c.parquet", [], REQUIREMENTS)
    level = pd.read_parquet(tmp_path)["level"]
    assert list(level.cat.categories) == LEVELS
    assert (level.min(), level.max()) == ("middle", "principal")
    frames = [pd.read_parquet(tmp_path / name) for name in ("a.parquet", "b.parquet")]
    assert list(pd.concat(frames)["level"].cat.categories) == LEVELS


def test_pandas_reads_an_empty_table_as_ordered_category(tmp_path: Path) -> None:
    frame = pd.read_parquet(write(tmp_path / "t.parquet", [], REQUIREMENTS))
    # pandas takes categories from the data, so without rows it knows the order and no level.
    assert isinstance(frame["level"].dtype, pd.CategoricalDtype)
    assert frame["level"].dtype.ordered


@pytest.mark.parametrize(
    "parts", [[], [["principal"]], [["principal"], ["middle"]], [["lead"], []]]
)
def test_polars_reads_an_enum(parts: list[list[str]], tmp_path: Path) -> None:
    for number, levels in enumerate(parts or [[]]):
        pieces = [requirements(3, levels)] if levels else []
        write(tmp_path / f"{number}.parquet", pieces, REQUIREMENTS)
    frame = pl.read_parquet(tmp_path / "*.parquet")
    assert frame.schema["level"] == pl.Enum(LEVELS)
    expected = sorted((level for levels in parts for level in levels * 3), key=LEVELS.index)
    assert frame["level"].sort().to_list() == expected


@pytest.mark.parametrize("parts", [[], [LEVELS[::-1]], [["principal"], ["middle"]]])
def test_duckdb_orders_by_rank_or_enum(parts: list[list[str]], tmp_path: Path) -> None:
    for number, levels in enumerate(parts or [[]]):
        pieces = [requirements(len(levels), levels)] if levels else []
        write(tmp_path / f"{number}.parquet", pieces, REQUIREMENTS)
    with duckdb.connect() as db:
        db.execute(f"CREATE TYPE level AS ENUM {tuple(LEVELS)}")
        for order in ("level_rank", "level::level"):
            query = f"SELECT level FROM '{tmp_path}/*.parquet' ORDER BY {order}"
            found = [row[0] for row in db.sql(query).fetchall()]
            assert found == sorted((x for levels in parts for x in levels), key=LEVELS.index)
        keys = db.sql(f"SELECT key FROM parquet_kv_metadata('{tmp_path}/0.parquet')").fetchall()
        assert (CONTENT_KEY.encode(),) in keys


def test_every_value_comes_back(tmp_path: Path) -> None:
    table = profiles()
    path = write(tmp_path / "t.parquet", list(cut(table, 1)), PROFILES)
    assert pq.read_table(path).equals(table)


def described_hash(table: pa.Table) -> str:
    """The fingerprint as the docstring of `skillprofiles.export.content` defines it, by hand."""

    def streams(values: list[Any], kind: str) -> bytes:
        validity = bytes(value is not None for value in values)
        lengths, data, items = b"", b"", b""
        if kind == "string":
            texts = [(value or "").encode() for value in values]
            lengths, data = b"".join(struct.pack("<i", len(t)) for t in texts), b"".join(texts)
        elif kind == "list<string>":
            lengths = b"".join(struct.pack("<i", len(value or [])) for value in values)
            items = b"[]\0string\0" + streams(
                [x for value in values for x in value or []], "string"
            )
        else:
            code = {"bool": "<b", "int8": "<b", "int16": "<h", "int32": "<i", "int64": "<q"}.get(
                kind, "<i" if kind == "date32[day]" else "<q"
            )
            data = b"".join(struct.pack(code, int(value or 0)) for value in values)
        return b"".join(hashlib.sha256(part).digest() for part in (validity, lengths, data)) + items

    total = hashlib.sha256()
    for field, column in zip(table.schema, table.columns, strict=True):
        kind = str(field.type)
        if pa.types.is_dictionary(field.type):
            kind = "string"
        elif pa.types.is_list(field.type):
            kind = "list<string>"
        if kind.startswith(("date", "timestamp")):
            values = column.cast(pa.int32() if kind.startswith("date") else pa.int64()).to_pylist()
        else:
            values = column.to_pylist()
        total.update(f"{field.name}\0{kind}\0".encode() + streams(values, kind))
    return total.hexdigest()


def with_forgotten_texts() -> pa.Table:
    """Nulls whose slots still hold bytes, as a mask over an array leaves them."""
    whole = pa.array(["kept", "forgotten", ""])
    _, offsets, data = whole.buffers()
    masked = pa.Array.from_buffers(pa.string(), 3, [pa.py_buffer(b"\x05"), offsets, data])
    assert masked.to_pylist() == ["kept", None, ""]
    return pa.table({"text": masked})


@pytest.mark.parametrize(
    "table",
    [
        with_forgotten_texts(),
        requirements(100),
        requirements(100).slice(33, 20),
        profiles(),
        profiles().slice(1, 2),
    ],
    ids=["forgotten", "requirements", "slice", "gaps", "slice of gaps"],
)
def test_the_fingerprint_is_what_its_description_says(table: pa.Table, tmp_path: Path) -> None:
    assert content_sha256(table) == described_hash(table)
    path = tmp_path / "t.parquet"
    pq.write_table(table, path, compression="none", row_group_size=7, use_dictionary=False)
    assert content_sha256(pq.read_table(path)) == described_hash(table)


def test_the_fingerprint_sees_every_change() -> None:
    table = profiles()
    shifted = {
        "skill": ["xy", "", "z"],
        "summary": [None, "", "ü, 日本"],
        "tags": [["a"], ["b"], [""]],
    }
    changed = [
        table.set_column(table.column_names.index(name), table.schema.field(name), [values])
        for name, values in shifted.items()
    ]
    changed += [
        table.slice(1),
        table.take([1, 0, 2]),
        table.rename_columns(["Skill", *table.column_names[1:]]),
    ]
    prints = {content_sha256(one) for one in [table, *changed]}
    assert len(prints) == 1 + len(changed)


def test_the_fingerprint_refuses_types_it_does_not_define() -> None:
    with pytest.raises(TypeError, match="large_string"):
        content_sha256(pa.table({"a": pa.array(["x"], pa.large_string())}))


WRONG = {
    "a column is missing": (KeyError, lambda t: t.drop_columns(["line"])),
    "a column too many": (ValueError, lambda t: t.append_column("page", t.column("line"))),
    "another type": (TypeError, lambda t: t.set_column(8, "line", t.column("line").cast("int64"))),
    "no level": (ValueError, lambda t: t.set_column(3, "level", pa.array(["junior", "guru"]))),
    "a null": (ValueError, lambda t: t.set_column(0, "skill", pa.array(["a", None]))),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_rows_are_refused_and_leave_no_file(name: str, tmp_path: Path) -> None:
    error, spoil = WRONG[name]
    path = tmp_path / "t.parquet"
    with pytest.raises(error), TableWriter(path, REQUIREMENTS) as writer:
        writer.write(spoil(requirements(2)))
    assert not path.exists()


def test_an_exception_in_the_block_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    with pytest.raises(ZeroDivisionError), TableWriter(path, REQUIREMENTS) as writer:
        writer.write(BIG.slice(0, 1 // (writer.rows or 0)))
    assert not path.exists()


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """The operating system refuses to let any file grow beyond ``size`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("rows", [10, ROW_GROUP_ROWS + 1], ids=["in the end", "in between"])
def test_a_full_disk_is_an_error_that_names_the_file(rows: int, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    with (
        files_up_to(1_000),
        pytest.raises(OSError, match="File too large") as caught,
        TableWriter(path, REQUIREMENTS) as writer,
    ):
        writer.write(BIG.slice(0, rows))
    assert caught.value.filename == os.fspath(path)
    assert not path.exists()


@pytest.mark.parametrize("opened", [TableWriter, lambda path, schema: write_part(path, BIG)])
def test_a_file_that_cannot_be_made_is_an_error_that_names_it(opened: Any, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "t.parquet"
    with pytest.raises(FileNotFoundError) as caught, opened(path, REQUIREMENTS):
        pass
    assert caught.value.filename == os.fspath(path)


def test_a_part_is_read_batch_by_batch(tmp_path: Path) -> None:
    path = tmp_path / "t.arrow"
    write_part(path, BIG)
    before = pa.total_allocated_bytes()
    rows = 0
    for batch in read_part(path):
        rows += batch.num_rows
        assert pa.total_allocated_bytes() - before < BIG.nbytes / 3
    assert rows == BIG.num_rows


def test_an_empty_part_keeps_its_schema(tmp_path: Path) -> None:
    write_part(tmp_path / "t.arrow", BIG.slice(0, 0))
    assert sum(batch.num_rows for batch in read_part(tmp_path / "t.arrow")) == 0


@pytest.mark.parametrize("kept", [0, 5, 1000, -1])
def test_a_part_cut_off_is_recognized(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "t.arrow"
    write_part(path, requirements(100))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(OSError, match="not a whole part") as caught:
        list(read_part(path))
    assert caught.value.filename == os.fspath(path)


def test_a_part_on_a_full_disk_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "t.arrow"
    with files_up_to(1_000), pytest.raises(OSError, match="File too large") as caught:
        write_part(path, BIG)
    assert caught.value.filename == os.fspath(path)
