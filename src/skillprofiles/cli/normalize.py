"""``skillprofiles normalize``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import click

from skillprofiles.cli._failures import FINDINGS, Busy, Failure, one_line_failures
from skillprofiles.cli._output import echo, log_json
from skillprofiles.cli._running import cores, settings_from
from skillprofiles.cli._tallies import echo_tallies, log_tallies
from skillprofiles.cli._values import Duration
from skillprofiles.printable import plural, printable

if TYPE_CHECKING:
    from skillprofiles.config import Config
    from skillprofiles.pipeline import Form, Summary


@click.command(epilog="Example: skillprofiles normalize exports/ --out tables")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder to publish into, or the workbook to write. Readers see all new files or all old "
    "ones, never a mixture.",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["parquet", "csv", "xlsx"]),
    default="parquet",
    show_default=True,
    help="Format of the tables. xlsx: a workbook with one sheet a table.",
)
@click.option(
    "--csv-dialect",
    type=click.Choice(["rfc4180", "excel"]),
    default="rfc4180",
    show_default=True,
    help="excel adds a byte order mark and guards cells that a spreadsheet would run as formulas.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=None,
    help="Number of processes.  [default: all cores]",
)
@click.option(
    "--page-timeout",
    type=Duration(),
    default="30s",
    show_default=True,
    help="A page that takes longer to read is rejected.",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file.  [default: the nearest skillprofiles.toml or pyproject.toml]",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: events as JSON lines on stderr, for log collectors.",
)
def normalize(
    sources: tuple[str, ...],
    out: Path,
    file_format: Literal["parquet", "csv", "xlsx"],
    csv_dialect: Literal["rfc4180", "excel"],
    workers: int | None,
    page_timeout: float,
    config: Path | None,
    quiet: bool,
    log_format: str,
) -> None:
    """Read SOURCES, hold them against their own figures, publish the tables in --out.

    A SOURCE is a file, a folder, a glob, an archive (.zip, .tar, .warc, each also compressed) or -
    for standard input. Layout and language are recognized from the page.

    What contradicts itself is rejected whole and listed in the findings table; everything else is
    published. Exit code 1 says that something was rejected.
    """
    from skillprofiles.pipeline import normalize as run
    from skillprofiles.pipeline.assemble import Form

    with one_line_failures():
        work = partial(run, workers=workers or cores(), page_seconds=page_timeout or None)
        settings = settings_from(config)
        json_log = log_format == "json"
        silent = quiet or json_log
        if file_format == "xlsx":
            summary = _write_workbook(sources, out, settings, work, silent)
        else:
            form = Form(file_format, csv_dialect)
            summary = _publish(sources, out, settings, form, work, silent)
        if json_log:
            _log(summary, out)
        elif not quiet:
            _print(summary, out, sources)
    if any(tally.first.is_error for tally in summary.tallies.values()):
        raise click.exceptions.Exit(FINDINGS)


def _publish(
    sources: tuple[str, ...],
    out: Path,
    settings: Config,
    form: Form,
    work: Callable[..., Summary],
    silent: bool,
) -> Summary:
    from skillprofiles.export.publish import Locked, Publication
    from skillprofiles.pipeline import NoSources
    from skillprofiles.pipeline.losses import NoWorkers
    from skillprofiles.read.discover import discover

    if out.is_file():
        raise Failure(f"'{out}' is a file; tables are published into a folder")
    for source in sources:
        if os.path.isdir(source) and out.resolve().is_relative_to(Path(source).resolve()):
            raise Failure(f"'{out}' lies inside '{source}': the tables would be read as sources")
    Publication(out, form.file_names).check()
    inputs = discover(sources, settings.max_bytes, settings.excludes)
    try:
        with _progress(sources, settings, silent) as advance:
            return work(inputs, out, settings, form=form, progress=advance)
    except NoSources:
        named = ", ".join(f"'{source}'" for source in sources)
        raise Failure(f"there is no source in {named}; nothing was published") from None
    except NoWorkers as error:
        raise Failure(str(error)) from None
    except Locked as error:
        raise Busy(str(error)) from None


def _write_workbook(
    sources: tuple[str, ...],
    out: Path,
    settings: Config,
    work: Callable[..., Summary],
    silent: bool,
) -> Summary:
    """Publish where nobody looks, and write what is there as `skillprofiles export` does."""
    from skillprofiles.export.extras import MissingExtra, needing
    from skillprofiles.export.xlsx import TooLarge
    from skillprofiles.pipeline.assemble import Form

    try:
        with needing("excel"):
            import xlsxwriter

            del xlsxwriter
        with TemporaryDirectory(prefix="skillprofiles-") as scratch:
            summary = _publish(sources, Path(scratch) / "tables", settings, Form(), work, silent)
            from skillprofiles.analysis import Dataset

            written = Dataset(Path(scratch) / "tables").export(out, "xlsx")
    except (MissingExtra, TooLarge) as error:
        raise Failure(str(error)) from None
    summary.files = [written[0].path]
    return summary


@contextmanager
def _progress(
    sources: tuple[str, ...], settings: Config, silent: bool
) -> Iterator[Callable[[int], None]]:
    """Show a progress bar where someone is looking and there is more than a moment's work."""
    from skillprofiles.pipeline.run import BATCH_SIZE
    from skillprofiles.read.discover import count_files

    total = 0
    if not silent and sys.stderr.isatty():
        total = count_files(sources, settings.excludes)
    if total <= BATCH_SIZE:
        yield lambda done: None
        return
    with click.progressbar(length=total, label="Reading", file=sys.stderr, show_pos=True) as bar:
        yield lambda done: bar.update(done - bar.pos)


def _print(summary: Summary, out: Path, sources: tuple[str, ...]) -> None:
    from skillprofiles.read.discover import display_path

    counts = [
        plural(summary.sources, "source"),
        f"{summary.statuses.get('accepted', 0):,} accepted",
    ]
    for status in ("rejected", "skipped"):
        if summary.statuses.get(status):
            counts.append(f"{summary.statuses[status]:,} {status}")
    echo(f"{counts[0]}: {', '.join(counts[1:])}")
    echo_tallies(summary.tallies, lambda name: display_path(sources, name))
    if summary.files[0].suffix.lower() == ".xlsx":
        echo(f"\nPublished as {printable(str(summary.files[0]))}:")
        for table, count in summary.rows.items():
            echo(f"  {table:<12}  {plural(count, 'row')}")
        return
    echo(f"\nPublished in {printable(str(out))}:")
    width = max(len(file.name) for file in summary.files)
    for file in summary.files:
        rows = summary.rows.get(file.stem)
        about = (
            plural(rows, "row")
            if rows is not None
            else "describes the tables, for people and tools"
        )
        echo(f"  {file.name:<{width}}  {about}")


def _log(summary: Summary, out: Path) -> None:
    log_tallies(summary.tallies)
    log_json(
        "published",
        out=str(out),
        sources=summary.sources,
        **{name: summary.statuses.get(name, 0) for name in ("accepted", "rejected", "skipped")},
        rows=summary.rows,
        seconds={stage: round(seconds, 3) for stage, seconds in summary.seconds.items()},
    )
