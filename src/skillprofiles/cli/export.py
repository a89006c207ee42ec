"""``skillprofiles export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from skillprofiles.cli._answers import answering, tables_argument
from skillprofiles.cli._failures import Busy, Failure
from skillprofiles.cli._output import echo
from skillprofiles.printable import plural, printable

if TYPE_CHECKING:
    from skillprofiles.analysis.exports import Written


@click.command(epilog="Example: skillprofiles export normalized --out skills.xlsx --format xlsx")
@tables_argument
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder to write into, or the workbook to write.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv", "xlsx"]),
    default="parquet",
    show_default=True,
    help="xlsx: a workbook with one sheet a table.",
)
@click.option(
    "--table", "chosen", multiple=True, metavar="TABLE", help="Write this table; may be repeated."
)
@click.option(
    "--partition-by",
    multiple=True,
    metavar="COLUMN",
    help="Write Parquet in folders COLUMN=VALUE, as lakes have it; may be repeated.",
)
@click.option(
    "--csv-dialect",
    "dialect",
    type=click.Choice(["rfc4180", "excel"]),
    default="rfc4180",
    show_default=True,
    help="excel adds a byte order mark and guards cells that a spreadsheet would run as formulas.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def export(
    tables: Path,
    out: Path,
    form: Literal["parquet", "csv", "xlsx"],
    chosen: tuple[str, ...],
    partition_by: tuple[str, ...],
    dialect: Literal["rfc4180", "excel"],
    quiet: bool,
) -> None:
    """Write the tables in DIR for other tools: as Parquet, CSV or an Excel workbook.

    Readers of --out see all new files or all old ones. A workbook holds what Excel can hold, or is
    not written: 1,048,576 rows a sheet, 32,767 characters a cell.
    """
    with answering():
        from skillprofiles.analysis import Dataset
        from skillprofiles.export.publish import Locked

        try:
            written = Dataset(tables).export(
                out, form, tables=chosen, partition_by=partition_by, dialect=dialect
            )
        except Locked as error:
            raise Busy(str(error)) from None
        except ValueError as error:
            raise Failure(str(error)) from None
        if not quiet:
            _print(written)


def _print(written: list[Written]) -> None:
    for table in written:
        echo(f"{table.table}: {plural(table.rows, 'row')} in {printable(str(table.path))}")
