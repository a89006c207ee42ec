"""A run of `ingest`, and what is told of it: for `ingest` itself and for `quarantine replay`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._failures import Busy, Failure, one_line_failures
from skillprofiles.cli._output import echo, log_json
from skillprofiles.cli._places import opened
from skillprofiles.cli._running import settings_from
from skillprofiles.cli._tallies import echo_tallies, log_tallies
from skillprofiles.printable import plural, printable

if TYPE_CHECKING:
    from skillprofiles.ingest import Ingest, Options, Run

_SOME = 2_000


class _Interrupted(Failure):
    """Somebody pressed Ctrl-C; what was done by then is said."""

    exit_code = 130


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
            _tell(work, quiet=quiet, json_log=json_log)
        except (Locked, Overtaken) as error:
            raise Busy(str(error)) from None
        except (NoInput, NoWorkers) as error:
            raise Failure(str(error)) from None
        except KeyboardInterrupt:
            raise _Interrupted(_stopped(work)) from None
        except OSError as error:
            if isinstance(error, BrokenPipeError) or not _has_published(work):
                raise
            raise Failure(f"{_what_failed(error)}; {work.so_far}") from None
        except Contradiction as error:
            raise Failure(
                f"{error}; nothing was published: this is a fault of the program"
            ) from None
        finally:
            if metrics is not None:
                _measure(work, metrics)
    return run


def _tell(work: Ingest, *, quiet: bool, json_log: bool) -> None:
    run = work.run
    if json_log:
        _log(work)
    elif not quiet:
        _print(work)
    elif run.result == "blocked":
        click.echo(f"Error: nothing was published: {printable(run.reason or '')}", err=True)


def _what_failed(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def _has_published(work: Ingest) -> bool:
    return hasattr(work, "run") and work.became is not None


def _stopped(work: Ingest) -> str:
    """Say what is the case after Ctrl-C."""
    if not _has_published(work):
        return "interrupted; nothing was published"
    return work.run.reason or f"interrupted; release {work.became} is published"


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
    _print_forgone(run)
    _print_quarantine(run, where)


def _print_forgone(run: Run) -> None:
    """Name what was lost with a damaged release."""
    if count := run.loss.get("forgone", 0):
        names = run.loss["first_forgone"]
        more = f" and {count - len(names):,} more" if count > len(names) else ""
        echo(
            click.style("Lost with the damaged release", fg="yellow")
            + f": what it alone held of {', '.join(map(printable, names))}{more}"
        )


def _print_loss(run: Run, where: str) -> None:
    for kind in ("rejected", "retired"):
        if names := run.loss[f"first_{kind}"]:
            more = run.loss[kind] - len(names)
            said = ", ".join(map(printable, names)) + (f" and {more:,} more" if more else "")
            echo(f"  {kind}: {said}")
    _print_forgone(run)
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
