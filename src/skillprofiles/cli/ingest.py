"""``skillprofiles ingest``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._failures import FINDINGS, Busy, Failure, one_line_failures
from skillprofiles.cli._output import echo, log_json, plural, printable
from skillprofiles.cli._places import STATE, Place, opened
from skillprofiles.cli._running import cores, settings_from
from skillprofiles.cli._tallies import echo_tallies, log_tallies
from skillprofiles.cli._values import Duration, Share

if TYPE_CHECKING:
    from skillprofiles.ingest import Ingest, Options, Run

_SOME = 2_000


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


def run_ingest(
    raw: Path | str,
    folder: Path | str,
    config: Path | None,
    options: Options,
    *,
    quiet: bool,
    json_log: bool,
    metrics: Path | None = None,
    state: Path | None = None,
) -> Run:
    """Run, and tell how it went; what fails is one line."""
    from skillprofiles.export.publish import Locked
    from skillprofiles.ingest import Ingest, NoInput
    from skillprofiles.ingest.audit import Contradiction
    from skillprofiles.pipeline.losses import NoWorkers
    from skillprofiles.releases.remote import Overtaken

    with _logged(json_log), one_line_failures(), _progress(quiet or json_log) as progress:
        local, mirror = opened(folder, state)
        work = Ingest(raw, local, settings_from(config), options, progress, mirror=mirror)
        try:
            run = work.go()
        except (Locked, Overtaken) as error:
            raise Busy(str(error)) from None
        except (NoInput, NoWorkers) as error:
            raise Failure(str(error)) from None
        except Contradiction as error:
            raise Failure(
                f"{error}; nothing was published: this is a fault of the program"
            ) from None
        finally:
            if metrics is not None:
                _measure(work, metrics)
    if json_log:
        _log(work)
    elif not quiet:
        _print(work)
    elif run.result == "blocked":
        click.echo(f"Error: nothing was published: {printable(run.reason or '')}", err=True)
    return run


@contextmanager
def _logged(json_log: bool) -> Iterator[None]:
    """Write what fails as an event, where events are asked for."""
    try:
        yield
    except Failure as failure:
        if not json_log:
            raise
        event = "locked" if isinstance(failure, Busy) else "failed"
        log_json(event, reason=failure.format_message(), exit_code=failure.exit_code)
        raise click.exceptions.Exit(failure.exit_code) from None


def _measure(work: Ingest, path: Path) -> None:
    """Write the figures of a run that began; one that failed fails for its own reason."""
    from skillprofiles.ingest.metrics import write_metrics

    if hasattr(work, "run"):
        with suppress(OSError) if work.run.result == "failed" else nullcontext():
            write_metrics(path, work.run)


@contextmanager
def _progress(silent: bool) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar where someone is looking and there is more than a moment's work."""
    if silent or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    bar = click.progressbar(length=0, label="Reading", file=sys.stderr, show_pos=True)
    with ExitStack() as shown:

        def advance(done: int, total: int) -> None:
            if total > _SOME:
                bar.length = total
                if not bar.entered:
                    shown.enter_context(bar)
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
    echo_tallies(work.tallies, work.input.shown)
    _print_state(work)


_KINDS = ("accepted", "rejected", "skipped", "retired")


def _print_state(work: Ingest) -> None:
    from skillprofiles.releases import current, path_of, read_manifest

    run = work.run
    where = printable(work.published)
    echo()
    if run.result == "blocked":
        echo(click.style(f"Nothing was published: {run.reason}.", fg="red"))
        _print_loss(run, where)
        return
    release = current(work.folder)
    if run.result == "unchanged" or release is None:
        stays = where if work.mirror else f"{where}/latest"
        echo(f"Nothing new: {stays} stays release {release}")
    else:
        place = f"releases/{release}" if work.mirror else "latest"
        echo(f"Published release {release} in {where}/{place}:")
        made = read_manifest(path_of(work.folder, release))
        width = max(len(table.file) for table in made.tables.values())
        for table in made.tables.values():
            echo(f"  {table.file:<{width}}  {plural(table.rows, 'row')}")
        if made.changes:
            said = ", ".join(f"{count:,} {kind}" for kind, count in made.changes.items())
            echo(f"Since release {made.previous}: {said} (CHANGES.md tells them in words)")
    _print_quarantine(run, where)


def _print_loss(run: Run, where: str) -> None:
    for kind in ("rejected", "retired"):
        if names := run.loss[f"first_{kind}"]:
            more = run.loss[kind] - len(names)
            said = ", ".join(map(printable, names)) + (f" and {more:,} more" if more else "")
            echo(f"  {kind}: {said}")
    if run.loss["rejected"]:
        echo(f"`skillprofiles quarantine list {where}` tells why they are rejected.")
    echo("If the input is as it should be, publish it with --accept-loss.")


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
