"""``skillprofiles quarantine``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._failures import FINDINGS, Failure, one_line_failures
from skillprofiles.cli._output import color_for, echo, plural, printable
from skillprofiles.cli._running import cores, settings_from

if TYPE_CHECKING:
    from skillprofiles.config import Config
    from skillprofiles.ingest.quarantine import Entry

_FOLDER = click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
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
@_FOLDER
def list_entries(folder: Path) -> None:
    """List the rejected sources in DIR, each with the first error."""
    with one_line_failures():
        found = _entries(folder)
        for entry in found:
            held = "  (earlier version published)" if entry.held else ""
            echo(f"{click.style(entry.id, bold=True)}  {printable(entry.source)}{held}")
            for finding in entry.errors[:1]:
                line = f"line {finding['line']}: " if finding["line"] else ""
                echo(f"          {finding['code']} {line}{printable(finding['message'])}")
            if len(entry.errors) > 1:
                echo(f"          and {plural(len(entry.errors) - 1, 'error')} more")
        echo(f"{plural(len(found), 'source')} in quarantine" if found else "quarantine is empty")


@quarantine.command()
@_FOLDER
@click.argument("source", metavar="SOURCE")
@click.option("--raw", "as_bytes", is_flag=True, help="Print the bytes as they are, nothing else.")
@_CONFIG
def show(folder: Path, source: str, as_bytes: bool, config: Path | None) -> None:
    """Show why SOURCE, a name or an id, was rejected, with the lines at fault."""
    from skillprofiles.ingest.quarantine import page_bytes

    with one_line_failures():
        entry = _find(folder, source)
        data = page_bytes(folder, entry)
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
        return "\n".join(f"{item['code']} {item['message']}" for item in entry.findings)
    from skillprofiles.model import Source
    from skillprofiles.pipeline.check import check, with_places
    from skillprofiles.read.discover import Input
    from skillprofiles.render import Results, render

    checked = check([Input(Source(entry.source), data=data)], settings)
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
@_FOLDER
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--raw",
    type=click.Path(path_type=Path),
    help="The input folder.  [default: that of the last run]",
)
@click.option("--accept-loss", is_flag=True, help="Publish whatever is lost, this time.")
@_CONFIG
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def replay(
    folder: Path,
    sources: tuple[str, ...],
    raw: Path | None,
    accept_loss: bool,
    config: Path | None,
    quiet: bool,
) -> None:
    """Read rejected sources again, all or the ones named, after a fix of file, program or configuration.

    This is a run of `ingest`: what is accepted now is published as a new release. Exit 1 says that
    something is rejected still.
    """
    from skillprofiles.cli.ingest import run_ingest
    from skillprofiles.ingest import Options

    with one_line_failures():
        wanted = [_find(folder, name) for name in sources] if sources else _entries(folder)
        if not wanted:
            echo("quarantine is empty")
            return
        root = raw or _last_raw(folder)
    again = frozenset(entry.source for entry in wanted)
    options = Options(workers=cores(), again=again, accept_loss=accept_loss)
    run = run_ingest(root, folder, config, options, quiet=quiet, json_log=False)
    if run.result == "blocked" or run.sources.get("rejected"):
        raise click.exceptions.Exit(FINDINGS)


def _last_raw(folder: Path) -> Path:
    from skillprofiles.ingest import read_run, run_ids

    for run in reversed(run_ids(folder)):
        if record := read_run(folder, run):
            return Path(record.raw)
    raise Failure(f"no run in '{folder}' tells the input folder; name it with --raw")


def _entries(folder: Path) -> list[Entry]:
    from skillprofiles.ingest.quarantine import entries
    from skillprofiles.releases import current

    if not folder.is_dir() or (current(folder) is None and not (folder / "runs").is_dir()):
        raise Failure(f"nothing was ingested into '{folder}' yet")
    return entries(folder)


def _find(folder: Path, name: str) -> Entry:
    from skillprofiles.ingest.quarantine import NotQuarantined, find

    try:
        return find(folder, name)
    except NotQuarantined as error:
        raise Failure(f"{error}; `skillprofiles quarantine list {folder}` tells what is") from None
