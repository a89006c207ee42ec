"""Workbooks: what Excel finds in them, what it can never run, and what does not fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from skillprofiles.export import xlsx
from skillprofiles.export.xlsx import MAX_CHARACTERS, TooLarge, Workbook

TEXTS = [
    "plain",
    "=1+1",
    "+49 30 123",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'quoted",
    '=HYPERLINK("http://example.org")',
    "http://example.org",
    "mailto:someone@example.org",
    "007",
    "1e5",
    "TRUE",
    "<r>no</x></r>",
    "<r><t>rich</t></r>",
    "<b>&amp;</b> \"'",
    "_x0041_",
    "bell \x07 and \ufffe",
    "  padded  ",
    "line\nfeed",
    "中文" * 40,
    "😀" * (MAX_CHARACTERS // 2),
    None,
    "x" * MAX_CHARACTERS,
]


def written(path: Path, table: pa.Table, pieces: int = 1, **options: Any) -> Worksheet:
    """Write one sheet and return what openpyxl finds in it."""
    size = -(-table.num_rows // pieces) or 1
    with Workbook(path) as book:
        cut = (table.slice(start, size) for start in range(0, table.num_rows, size))
        book.add("texts", table.schema, cut, rows=table.num_rows, **options)
    sheet = openpyxl.load_workbook(path)["texts"]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_every_text_stays_the_text_it_is(tmp_path: Path) -> None:
    sheet = written(tmp_path / "book.xlsx", pa.table({"text": TEXTS}), pieces=3)
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert len(cells) == len(TEXTS)
    for cell, text in zip(cells, TEXTS, strict=True):
        assert (unescape(cell.value) if cell.value else cell.value) == text
        assert cell.data_type in ("s", "inlineStr", "n" if text is None else "s")
        assert cell.hyperlink is None
        if text and text.startswith(("=", "+", "-", "@", "\t", "\r")):
            assert cell.quotePrefix  # stays a text when somebody edits it


def test_values_have_the_types_of_excel(tmp_path: Path) -> None:
    table = pa.table(
        {
            "mandatory": [True, False, None],
            "line": pa.array([1, 2**31 - 1, None], pa.int32()),
            "updated_on": [dt.date(2026, 2, 22), dt.date(1899, 12, 31), None],
            "fetched_at": pa.array(
                [dt.datetime(2026, 2, 22, 10, 30, tzinfo=dt.UTC), None, None],
                pa.timestamp("us", "UTC"),
            ),
            "tags": [["a|b", "c"], [], None],
            "level": pa.array(["lead", None, "junior"]).dictionary_encode(),
        }
    )
    sheet = written(tmp_path / "book.xlsx", table)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    moment = dt.datetime(2026, 2, 22, 10, 30)
    assert rows == [
        [True, 1, dt.datetime(2026, 2, 22), moment, "a\\|b|c", "lead"],
        [False, 2**31 - 1, "1899-12-31", None, None, None],
        [None, None, None, None, None, "junior"],
    ]
    assert sheet["C2"].number_format == "yyyy-mm-dd"


def test_the_header_stays_in_view_filters_and_explains(tmp_path: Path) -> None:
    table = pa.table({"a": ["x" * 500], "b": ["yy"], "wide": ["中文中文中文中文中文中文"]})
    sheet = written(tmp_path / "book.xlsx", table, notes={"a": "What it means."})
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C2"
    assert [cell.value for cell in sheet[1]] == ["a", "b", "wide"]
    assert sheet["A1"].font.bold
    assert sheet["A1"].comment is not None
    assert sheet["A1"].comment.text == "What it means."
    widths = [sheet.column_dimensions[name].width for name in "ABC"]
    assert widths[1] < widths[2] < widths[0] < 70
    assert sheet["A2"].alignment.wrap_text
    assert not sheet["B2"].alignment.wrap_text


def test_a_table_without_rows_has_its_header(tmp_path: Path) -> None:
    sheet = written(tmp_path / "book.xlsx", pa.table({"a": pa.array([], pa.string())}))
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["a"]]


@pytest.mark.parametrize("text", ["x" * (MAX_CHARACTERS + 1), "😀" * (MAX_CHARACTERS // 2 + 1)])
def test_a_text_that_is_too_long_is_refused_not_cut(tmp_path: Path, text: str) -> None:
    table = pa.table({"a": ["b", text]})
    with pytest.raises(
        TooLarge, match=r"row 3 of texts\.a has a text of [\d,]+ characters; a cell"
    ):
        written(tmp_path / "book.xlsx", table)
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_is_too_long_is_refused_before_it_is_written(tmp_path: Path) -> None:
    def never() -> Iterator[pa.Table]:
        yield pytest.fail("nothing needs to be read")

    schema = pa.schema([("a", pa.string())])
    for rows in (xlsx.MAX_ROWS, 10**7):
        with (
            pytest.raises(TooLarge, match="a sheet of Excel holds 1,048,576 with its header"),
            Workbook(tmp_path / "book.xlsx") as book,
        ):
            book.add("requirements", schema, never(), rows=rows)
    assert list(tmp_path.iterdir()) == []


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    table = pa.table({"text": TEXTS})
    for name, pieces in (("one.xlsx", 1), ("two.xlsx", 5)):
        written(tmp_path / name, table, pieces)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    about = openpyxl.load_workbook(tmp_path / "one.xlsx").properties
    assert (about.title, about.created) == ("Skill profiles", dt.datetime(2000, 1, 1))


def test_a_disk_that_takes_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").mkdir()
    with pytest.raises(OSError, match=r"book\.xlsx") as caught:
        written(tmp_path / "book.xlsx", pa.table({"a": ["b"]}))
    assert caught.value.filename == str(tmp_path / "book.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]
