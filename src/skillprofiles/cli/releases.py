"""``skillprofiles releases``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._failures import FINDINGS, Busy, Failure, one_line_failures
from skillprofiles.cli._output import echo
from skillprofiles.cli._places import PUBLISHED, STATE, opened
from skillprofiles.printable import plural, printable

if TYPE_CHECKING:
    from skillprofiles.ingest.mirror import Mirror


@click.command(epilog="Example: skillprofiles releases published --verify")
@PUBLISHED
@STATE
@click.option(
    "--verify", is_flag=True, help="Hold every file against its checksum; exit 1 on damage."
)
@click.option(
    "--activate", metavar="RELEASE", help="Make an earlier release, by id or number, current."
)
@click.option(
    "--keep", type=click.IntRange(1), help="Remove all but so many, never the current one."
)
def releases(
    folder: Path | str,
    state: Path | None,
    verify: bool,
    activate: str | None,
    keep: int | None,
) -> None:
    """List the releases in DIR; verify, activate or remove some.

    An activated release is current until the next `ingest` finds that the input says something else.
    """
    from skillprofiles.releases import NoSuchRelease, release_ids

    with one_line_failures():
        local, mirror = opened(folder, state)
        try:
            with _locked(local) if mirror or activate or keep else nullcontext():
                if mirror:
                    mirror.pull(every_release=True)
                if not release_ids(local):
                    raise Failure(f"there is no release in '{folder}'")
                if activate or keep:
                    _change(local, activate, keep)
                    if mirror:
                        mirror.push(keep)
                damaged = _list(local, verify, mirror)
        except NoSuchRelease as error:
            raise Failure(str(error)) from None
    if damaged:
        raise click.exceptions.Exit(FINDINGS)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from skillprofiles.export.publish import Locked
    from skillprofiles.ingest.workplace import Workplace
    from skillprofiles.releases.remote import Overtaken

    try:
        with Workplace(folder):
            yield
    except (Locked, Overtaken) as error:
        raise Busy(str(error)) from None


def _change(folder: Path, activate: str | None, keep: int | None) -> None:
    from skillprofiles.releases import DamagedRelease, prune
    from skillprofiles.releases import activate as make_current

    if activate:
        try:
            echo(f"Release {make_current(folder, activate)} is the current one now.\n")
        except DamagedRelease as error:
            raise Failure(str(error)) from None
    if keep and (removed := prune(folder, keep)):
        echo(f"Removed {plural(len(removed), 'release')}: {', '.join(removed)}\n")


def _list(folder: Path, verify: bool, mirror: Mirror | None) -> bool:
    """Print the releases, the newest first; tell whether one is damaged."""
    from skillprofiles.releases import current, damage, release_ids

    active, found = current(folder), False
    for release in reversed(release_ids(folder)):
        problems = []
        if verify:
            problems = mirror.damage_there(release) if mirror else damage(folder, release)
        mark = "*" if release == active else " "
        line = f"{mark} {release}  {_about(folder, release)}"
        if verify:
            line += click.style("  damaged", fg="red") if problems else "  whole"
        echo(line)
        for problem in problems:
            echo(click.style(f"    {printable(problem)}", fg="red"))
        found = found or bool(problems)
    return found


def _about(folder: Path, release: str) -> str:
    from skillprofiles.releases import DamagedManifest, path_of, read_manifest

    try:
        made = read_manifest(path_of(folder, release))
    except DamagedManifest as error:
        return printable(str(error))
    rows = made.tables["profiles"].rows, made.tables["requirements"].rows
    said = f"{made.created}  {plural(rows[0], 'profile')}, {plural(rows[1], 'requirement')}"
    if made.changes:
        said += "; " + ", ".join(f"{count:,} {kind}" for kind, count in made.changes.items())
    return said
