"""``skillprofiles quarantine``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._failures import FINDINGS, Failure, one_line_failures
from skillprofiles.cli._output import color_for, echo
from skillprofiles.cli._places import PUBLISHED, STATE, Place, refreshed
from skillprofiles.cli._running import cores, settings_from
from skillprofiles.printable import plural, printable

if TYPE_CHECKING:
    from skillprofiles.config import Config
    from skillprofiles.ingest.quarantine import Entry

_CONFIG = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file.  [default: the nearest skillprofiles.toml or pyproject.toml]",
)


@click.group()
def quarantine() -> None:
    """See what `ingest` rejected and why, and try it again after a fix.

    A source stays in quarantine, with the bytes it was rejected with, until it is accepted or gone.
    """


@quarantine.command("list")
@PUBLISHED
@STATE
def list_entries(folder: Path | str, state: Path | None) -> None:
    """List the rejected sources in DIR, each with the first error."""
    from skillprofiles.ingest.quarantine import unreadable

    with one_line_failures():
        local = refreshed(folder, state)
        found = _entries(folder, local)
        for entry in found:
            held = "  (earlier version published)" if entry.held else ""
            echo(f"{click.style(entry.id, bold=True)}  {printable(entry.source)}{held}")
            for finding in entry.errors[:1]:
                line = f"line {finding['line']}: " if finding["line"] else ""
                echo(f"          {finding['code']} {line}{printable(finding['message'])}")
            if len(entry.errors) > 1:
                echo(f"          and {plural(len(entry.errors) - 1, 'more error')}")
        damaged = unreadable(local)
        if damaged:
            count = plural(damaged, "entry", "entries")
            echo(f"{count} cannot be read; the next run that finds something new repairs that")
        if found or not damaged:
            echo(
                f"{plural(len(found), 'source')} in quarantine" if found else "quarantine is empty"
            )


@quarantine.command()
@PUBLISHED
@STATE
@click.argument("source", metavar="SOURCE")
@click.option("--raw", "as_bytes", is_flag=True, help="Print the bytes as they are, nothing else.")
@_CONFIG
def show(
    folder: Path | str, state: Path | None, source: str, as_bytes: bool, config: Path | None
) -> None:
    """Show why SOURCE, a name or an id, was rejected, with the lines at fault."""
    from skillprofiles.ingest.quarantine import page_bytes

    with one_line_failures():
        local = refreshed(folder, state)
        entry = _find(folder, local, source)
        data = page_bytes(local, entry)
        if as_bytes:
            if data is None:
                raise Failure(f"the bytes of '{entry.source}' could not be kept")
            sys.stdout.buffer.write(data)
            return
        held = "; an earlier version of it is published" if entry.held else ""
        echo(f"{printable(entry.source)} ({entry.id}), rejected by run {entry.run}{held}\n")
        echo(_report(entry, data, settings_from(config)))


def _report(entry: Entry, data: bytes | None, settings: Config) -> str:
    """Return the findings on the bytes kept, as `check` prints them now."""
    if data is None:
        return "\n".join(printable(f"{item['code']} {item['message']}") for item in entry.findings)
    from skillprofiles.ingest import Options
    from skillprofiles.model import Source
    from skillprofiles.pipeline.check import check, with_places
    from skillprofiles.read.discover import Input
    from skillprofiles.render import Results, render

    seconds = Options().page_seconds
    checked = check([Input(Source(entry.source), data=data)], settings, page_seconds=seconds)
    shown = settings.selection.apply(checked.findings).shown
    placed, excerpts = with_places(shown, checked.inputs, settings)
    if any(finding.is_error for finding in placed):
        results = Results(findings=tuple(placed), excerpts=excerpts, sources=1)
        return render(results, "text", color=color_for(sys.stdout)).rstrip("\n")
    kept = [f"{item['code']} [{item['name']}] {item['message']}" for item in entry.errors]
    return "\n".join(
        [
            *map(printable, kept),
            "",
            "By itself it would be accepted now: `quarantine replay` tries.",
        ]
    )


@quarantine.command()
@PUBLISHED
@STATE
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--raw",
    type=Place(),
    help="The input folder.  [default: that of the last good run]",
)
@click.option("--accept-loss", is_flag=True, help="Publish whatever is lost, this time.")
@_CONFIG
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def replay(
    folder: Path | str,
    state: Path | None,
    sources: tuple[str, ...],
    raw: Path | str | None,
    accept_loss: bool,
    config: Path | None,
    quiet: bool,
) -> None:
    """Read rejected sources again, all or the ones named, after a fix of file, program or configuration.

    This is a run of `ingest`: what is accepted now is published as a new release. Exit 1 says that
    something is rejected still.
    """
    from skillprofiles.cli._ingesting import run_ingest
    from skillprofiles.ingest import Options

    with one_line_failures():
        local = refreshed(folder, state)
        wanted = [_find(folder, local, name) for name in sources]
        wanted = wanted or _entries(folder, local)
        if not wanted:
            echo("quarantine is empty")
            return
        root = raw or _last_raw(local)
    again = frozenset(entry.source for entry in wanted)
    options = Options(workers=cores(), again=again, accept_loss=accept_loss)
    run = run_ingest(root, folder, config, options, quiet=quiet, json_log=False, state=state)
    if run.result == "blocked" or run.sources.get("rejected"):
        raise click.exceptions.Exit(FINDINGS)


def _last_raw(folder: Path) -> str:
    """Return the input folder of the last run that was good; else of the last one."""
    from skillprofiles.ingest import read_run, run_ids

    records = [read_run(folder, run) for run in reversed(run_ids(folder))]
    known = [record for record in records if record]
    for record in sorted(known, key=lambda record: not record.is_good):
        return record.raw
    raise Failure(f"no run in '{folder}' tells the input folder; name it with --raw")


def _entries(named: Path | str, folder: Path) -> list[Entry]:
    from skillprofiles.ingest.quarantine import entries

    _check(named, folder)
    return entries(folder)


def _check(named: Path | str, folder: Path) -> None:
    from skillprofiles.releases import current

    if not folder.is_dir() or (current(folder) is None and not (folder / "runs").is_dir()):
        raise Failure(f"nothing was ingested into '{named}' yet")


def _find(named: Path | str, folder: Path, name: str) -> Entry:
    from skillprofiles.ingest.quarantine import NotQuarantined, find

    _check(named, folder)
    try:
        return find(folder, name)
    except NotQuarantined as error:
        raise Failure(f"{error}; `skillprofiles quarantine list {named}` tells what is") from None
