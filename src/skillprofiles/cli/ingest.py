"""``skillprofiles ingest``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._failures import FINDINGS, Busy, Failure, one_line_failures
from skillprofiles.cli._output import echo, log_json, plural, printable
from skillprofiles.cli._running import cores, settings_from
from skillprofiles.cli._tallies import echo_tallies, log_tallies
from skillprofiles.cli._values import Duration, Share

if TYPE_CHECKING:
    from skillprofiles.ingest import Ingest, Options, Run

_SOME = 2_000


@click.command(epilog="Example: skillprofiles ingest exports/ --to published")
@click.argument("raw", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to publish into: the tables of the current release are in latest/ there.",
)
@click.option(
    "--max-loss",
    type=Share(),
    default="10%",
    show_default=True,
    help="Publish nothing where more of the published profiles would be rejected or retired.",
)
@click.option("--accept-loss", is_flag=True, help="Publish whatever is lost, this time.")
@click.option(
    "--keep", type=click.IntRange(1), help="Remove all but so many releases.  [default: keep all]"
)
@click.option("--full", is_flag=True, help="Read everything again, also what did not change since.")
@click.option(
    "--workers", type=click.IntRange(1), help="Number of processes.  [default: all cores]"
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Read on a Dask cluster instead, such as tcp://host:8786.",
)
@click.option(
    "--page-timeout",
    type=Duration(),
    default="30s",
    show_default=True,
    help="A page that takes longer to read is rejected.",
)
@click.option(
    "--metrics-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write figures of the run there, in the text format of Prometheus.",
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
def ingest(
    raw: Path,
    folder: Path,
    max_loss: float,
    accept_loss: bool,
    keep: int | None,
    full: bool,
    workers: int | None,
    scheduler: str | None,
    page_timeout: float,
    metrics_file: Path | None,
    config: Path | None,
    quiet: bool,
    log_format: str,
) -> None:
    """Read what changed in RAW, and publish the next release of the tables.

    Made for a timer: nothing new publishes nothing; a page that is rejected keeps its last good
    version published; a page that is gone is retired. Readers of latest/ see one whole release at any
    moment, whatever happens to the run.

    Exit codes: 0 done and clean; 1 a source is rejected, or too much would be lost and nothing was
    published; 2 usage, configuration or input/output; 3 another run holds the lock.
    """
    from skillprofiles.ingest import Options

    options = Options(
        workers=workers or cores(),
        scheduler=scheduler,
        max_loss=max_loss,
        accept_loss=accept_loss,
        keep=keep,
        page_seconds=page_timeout or None,
        again=None if full else frozenset(),
    )
    json_log = log_format == "json"
    run = run_ingest(
        raw, folder, config, options, quiet=quiet, json_log=json_log, metrics=metrics_file
    )
    if run.result == "blocked" or run.sources.get("rejected"):
        raise click.exceptions.Exit(FINDINGS)


def run_ingest(
    raw: Path,
    folder: Path,
    config: Path | None,
    options: Options,
    *,
    quiet: bool,
    json_log: bool,
    metrics: Path | None = None,
) -> Run:
    """Run, and tell how it went; what fails is one line."""
    from skillprofiles.export.publish import Locked
    from skillprofiles.ingest import Ingest, NoInput
    from skillprofiles.ingest.audit import Contradiction
    from skillprofiles.pipeline.workers import NoCluster

    with one_line_failures(), _progress(quiet or json_log) as progress:
        work = Ingest(raw, folder, settings_from(config), options, progress)
        try:
            run = work.go()
        except Locked as error:
            raise Busy(str(error)) from None
        except (NoInput, NoCluster) as error:
            raise Failure(str(error)) from None
        except Contradiction as error:
            raise Failure(
                f"{error}; nothing was published: this is a fault of the program"
            ) from None
        finally:
            if metrics is not None and hasattr(work, "run"):
                from skillprofiles.ingest.metrics import write_metrics

                write_metrics(metrics, work.run)
    if json_log:
        _log(work)
    elif not quiet:
        _print(work)
    return run


@contextmanager
def _progress(silent: bool) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar where someone is looking and there is more than a moment's work."""
    if silent or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=0, label="Reading", file=sys.stderr, show_pos=True) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            if total > _SOME:
                bar.update(done - bar.pos)

        yield advance


def _print(work: Ingest) -> None:
    run = work.run
    counts = run.counts
    if not counts.get("read") and not counts.get("retired"):
        echo(f"{plural(counts['files'], 'file')}, none of them new or changed")
        _print_state(work)
        return
    said = [f"{plural(counts['read'], 'source')} read"]
    said += [f"{counts[name]:,} {name}" for name in _KINDS if counts[name]]
    if counts["unchanged"] or counts["same"]:
        said.append(f"{plural(counts['unchanged'] + counts['same'], 'file')} as before")
    echo(", ".join(said))
    echo_tallies(work.tallies, lambda name: os.path.relpath(work.raw / name))
    _print_state(work)


_KINDS = ("accepted", "rejected", "skipped", "retired")


def _print_state(work: Ingest) -> None:
    from skillprofiles.releases import current, path_of, read_manifest

    run = work.run
    where = printable(str(work.folder))
    echo()
    if run.result == "blocked":
        echo(click.style(f"Nothing was published: {run.reason}.", fg="red"))
        echo(
            f"Look at them with `skillprofiles quarantine list {where}`; publish with --accept-loss."
        )
        return
    release = current(work.folder)
    if run.result == "unchanged" or release is None:
        echo(f"Nothing new: {where}/latest stays release {release}")
    else:
        echo(f"Published release {release} in {where}/latest:")
        made = read_manifest(path_of(work.folder, release))
        width = max(len(table.file) for table in made.tables.values())
        for table in made.tables.values():
            echo(f"  {table.file:<{width}}  {plural(table.rows, 'row')}")
        if made.changes:
            said = ", ".join(f"{count:,} {kind}" for kind, count in made.changes.items())
            echo(f"Since release {made.previous}: {said} (CHANGES.md tells them in words)")
    _print_quarantine(run, where)


def _print_quarantine(run: Run, where: str) -> None:
    rejected, held = run.sources.get("rejected", 0), run.sources.get("held", 0)
    if rejected:
        kept = f", {held:,} of them published in an earlier version" if held else ""
        echo(
            click.style(f"In quarantine: {plural(rejected, 'source')}{kept}", fg="yellow")
            + f"; see `skillprofiles quarantine list {where}`"
        )


def _log(work: Ingest) -> None:
    from dataclasses import asdict

    log_tallies(work.tallies)
    said = asdict(work.run)
    log_json(said.pop("result"), **said)
