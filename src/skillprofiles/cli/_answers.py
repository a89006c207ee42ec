"""What the commands that ask questions share: options, failures, and the formats of an answer."""

from __future__ import annotations

import json
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from skillprofiles.cli._failures import Failure, one_line_failures
from skillprofiles.cli._output import echo
from skillprofiles.printable import dumps, markdown, plural, printable

if TYPE_CHECKING:
    import pandas as pd

    from skillprofiles.analysis import Dataset

Command = TypeVar("Command", bound=Callable[..., Any])

_WIDTH: Final = 100
_NARROWEST: Final = 60
_SPACE: Final = re.compile(r"\s+")

tables_argument = click.argument("tables", metavar="DIR", type=click.Path(path_type=Path))


def format_option(command: Command) -> Command:
    """Add ``--format``."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "markdown", "csv", "json"]),
        default="table",
        show_default=True,
        help="table and markdown show what people read, csv and json every column.",
    )(command)


def language_option(command: Command) -> Command:
    """Add ``--language``."""
    return click.option(
        "--language",
        metavar="CODE",
        help="Read pages in this language.  [default: of each skill one edition, English first]",
    )(command)


@contextmanager
def answering() -> Iterator[None]:
    """Turn what cannot be answered into one line, and say which name was mended."""
    from skillprofiles.analysis import Ambiguous, Miss, NearMatch, NoSuchTable
    from skillprofiles.export.extras import MissingExtra
    from skillprofiles.releases import NoSuchRelease

    with one_line_failures(), warnings.catch_warnings():
        warnings.simplefilter("always", NearMatch)
        warnings.showwarning = lambda message, *_, **__: note(str(message))
        try:
            yield
        except (Ambiguous, Miss, NoSuchRelease, NoSuchTable) as error:
            raise Failure(f"{printable(str(error))}{_elsewhere(error)}") from None
        except MissingExtra as error:
            raise Failure(str(error)) from None


def _elsewhere(error: LookupError) -> str:
    """Return where to look for a name that comes close to none."""
    from skillprofiles.analysis import NoSuchRole, NoSuchSkill

    for kind, command in ((NoSuchSkill, "show"), (NoSuchRole, "role")):
        if isinstance(error, kind) and not error.suggestions and not error.is_empty:
            return f"; `skillprofiles {command} DIR` lists them"
    return ""


def note(text: str) -> None:
    """Say something beside the answer, on stderr."""
    click.echo(printable(text), err=True)


def note_if_empty(dataset: Dataset) -> None:
    """Say on stderr that there is nothing to ask about, and where it stands why."""
    if dataset.profiles.empty:
        seen = len(dataset.sources)
        read = (
            f"of {plural(seen, 'source')} read none is accepted" if seen else "no source was read"
        )
        note(f"no skill is published there: {read}; the table findings says why")


def terminal_width() -> int:
    """Return the columns of the terminal: 100 where there is none, 60 where there are fewer."""
    return max(shutil.get_terminal_size((_WIDTH, 24)).columns, _NARROWEST)


def put(text: str = "") -> None:
    """Print an answer, with escapes for what the terminal's encoding does not have."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    echo(text.encode(encoding, "backslashreplace").decode(encoding))


def shown(value: Any) -> str:
    """Return a value as a cell for people: on one line, with nothing that steers a terminal."""
    import pandas as pd

    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        return ", ".join(map(shown, value))
    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(_SPACE.sub(" ", str(value)))


def flag(mandatory: Any) -> str:
    """Return whether something is mandatory, in a word; empty where nothing is expected."""
    import pandas as pd

    if pd.isna(mandatory):
        return ""
    return "mandatory" if mandatory else "optional"


def put_rows(frame: pd.DataFrame, form: str) -> None:
    """Print a whole frame as CSV or JSON."""
    put(as_json(frame) if form == "json" else as_csv(frame))


def as_csv(frame: pd.DataFrame) -> str:
    """Return a frame as CSV, as tables are exported, but with line feeds alone."""
    import pyarrow as pa
    import pyarrow.csv

    from skillprofiles.export.csv import as_cells

    sink = BytesIO()
    cells = as_cells(pa.Table.from_pandas(frame, preserve_index=False))
    pyarrow.csv.write_csv(cells, sink)
    written: bytes = sink.getvalue()
    return written.decode().removesuffix("\n")


def as_json(frame: pd.DataFrame) -> str:
    """Return a frame as a JSON list of objects, one a row; null where there is nothing."""
    import pyarrow as pa

    records = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    lines = ",\n".join(f"  {_record(record)}" for record in records)
    return f"[\n{lines}\n]" if lines else "[]"


def _record(record: dict[str, Any]) -> str:
    # What cannot be seen could steer a terminal; JSON can say it in letters.
    return dumps(json.loads(json.dumps(record, default=_plain)))


def as_markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table in which every text is shown as it is."""
    lines = [header, ["---"] * len(header), *([markdown(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(value: Any) -> str:
    return str(value.isoformat())
