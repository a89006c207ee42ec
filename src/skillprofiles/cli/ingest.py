"""``skillprofiles ingest``."""

from __future__ import annotations

from pathlib import Path

import click

from skillprofiles.cli._failures import FINDINGS
from skillprofiles.cli._places import STATE, Place
from skillprofiles.cli._running import cores
from skillprofiles.cli._values import Duration, Share


@click.command(epilog="Example: skillprofiles ingest exports/ --to published")
@click.argument("raw", type=Place())
@click.option(
    "--to",
    "folder",
    required=True,
    type=Place(is_folder=True),
    help="Folder to publish into: the tables of the current release are in latest/ there.",
)
@STATE
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
    raw: Path | str,
    folder: Path | str,
    state: Path | None,
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
    published; 2 usage, configuration or input/output; 3 another run holds the lock; 130 interrupted.
    """
    from skillprofiles.cli._ingesting import run_ingest
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
        raw,
        folder,
        config,
        options,
        quiet=quiet,
        json_log=json_log,
        metrics=metrics_file,
        state=state,
    )
    if run.result == "blocked" or run.sources.get("rejected"):
        raise click.exceptions.Exit(FINDINGS)
