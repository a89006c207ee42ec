"""``skillprofiles status``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._failures import FINDINGS, STALE, Failure, one_line_failures
from skillprofiles.cli._output import echo
from skillprofiles.cli._places import PUBLISHED, STATE, refreshed
from skillprofiles.cli._values import Duration, ago
from skillprofiles.printable import plural, printable

if TYPE_CHECKING:
    from skillprofiles.ingest.status import Status


@click.command(epilog="Example: skillprofiles status published --max-age 26h")
@PUBLISHED
@STATE
@click.option(
    "--max-age",
    type=Duration(),
    help="Exit 4 when the last good run ended longer ago: 90m, 26h, 7d.  [default: any age]",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json says it for programs.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing; the exit code tells.")
def status(
    folder: Path | str,
    state: Path | None,
    max_age: float | None,
    output_format: str,
    quiet: bool,
) -> None:
    """Tell how DIR is doing: the last run, how old the release is, what is in quarantine.

    Exit codes: 0 all is well (sources in quarantine do not count against it); 1 the last run failed,
    was killed, or published nothing because too much would be lost, or the current release is
    damaged; 2 nothing was ever ingested there; 4 no good run within --max-age.
    """
    from skillprofiles.ingest.status import status_of

    with one_line_failures():
        found = status_of(refreshed(folder, state))
        if found.last is None:
            raise Failure(f"nothing was ingested into '{folder}' yet")
        stale = max_age is not None and found.is_stale(max_age)
        if output_format == "json":
            echo(json.dumps(_facts(found, stale), indent=2))
        elif not quiet:
            _print(found, folder, stale)
    if stale:
        raise click.exceptions.Exit(STALE)
    if _is_bad(found):
        raise click.exceptions.Exit(FINDINGS)


def _is_bad(found: Status) -> bool:
    last = found.last
    under_way = found.running and last is not None and last.result == "running"
    return bool(found.damage) or (last is not None and not last.is_good and not under_way)


def _facts(found: Status, stale: bool) -> dict[str, object]:
    last, good = found.last, found.good
    return {
        "release": found.release,
        "damage": found.damage,
        "running": found.running,
        "stale": stale,
        "age_seconds": round(found.age, 1) if found.age is not None else None,
        "last_run": last and {"run": last.run, "result": last.result, "reason": last.reason},
        "last_good_run": good and {"run": good.run, "result": good.result, "ended": good.ended},
        "sources": good.sources if good else {},
        "tables": good.tables if good else {},
        "quarantined": len(found.quarantined),
    }


def _print(found: Status, folder: Path | str, stale: bool) -> None:
    last, good = found.last, found.good
    assert last is not None
    activated = good is not None and found.release not in (None, good.release)
    by_hand = f", activated by hand after {good.release}" if good and activated else ""
    echo(f"release     {found.release or 'none'}{by_hand}")
    for problem in found.damage:
        echo(click.style(f"            damaged: {printable(problem)}", fg="red"))
    if good is not None and found.age is not None:
        line = f"up to date  {ago(found.age)} ago (run {good.run}, {good.result})"
        if found.ahead:
            line = f"up to date  run {good.run} ended {ago(found.age)} from now: a clock is, or was, wrong"
            echo(click.style(line, fg="red"))
        else:
            echo(click.style(line + ", too long", fg="red") if stale else line)
    else:
        echo(click.style("up to date  never", fg="red"))
    echo(f"last run    {_told(found)}")
    if good is not None and not activated:
        counts = good.sources
        said = ", ".join(
            f"{counts.get(kind, 0):,} {kind}" for kind in ("accepted", "rejected", "skipped")
        )
        echo(f"sources     {said}; {counts.get('held', 0):,} held in an earlier version")
    if found.quarantined:
        where = printable(str(folder))
        echo(
            f"quarantine  {plural(len(found.quarantined), 'source')}; "
            f"see `skillprofiles quarantine list {where}`"
        )
    else:
        echo("quarantine  empty")


def _told(found: Status) -> str:
    last = found.last
    assert last is not None
    if last.result == "running":
        return f"{last.run} " + ("is under way" if found.running else "was killed")
    reason = f": {printable(last.reason)}" if last.reason else ""
    line = f"{last.run} {last.result}{reason}"
    return line if last.is_good else click.style(line, fg="red")
