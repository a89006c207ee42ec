"""Folders that commands are given: on this machine, or behind a URL by way of a mirror."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skillprofiles.cli._failures import Failure

if TYPE_CHECKING:
    from skillprofiles.ingest.mirror import Mirror


class Place(click.ParamType[Path | str]):
    """A path, as a `Path`, or a URL, as text."""

    name = "path"

    def __init__(self, *, is_folder: bool = False) -> None:
        """Take any path, or only folders and what does not exist yet."""
        self._path = click.Path(file_okay=not is_folder, path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """Return a URL as it is, and anything else as a path."""
        from skillprofiles.read.remote import is_url

        if isinstance(value, str) and is_url(value):
            return value
        path: Path = self._path.convert(value, param, ctx)
        return path


PUBLISHED = click.argument("folder", metavar="DIR", type=Place(is_folder=True))
STATE = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the mirror of a URL lies.  [default: below ~/.local/state/skillprofiles]",
)


def opened(folder: Path | str, state: Path | None) -> tuple[Path, Mirror | None]:
    """Return a published folder on this machine, and what makes it a mirror where it is one.

    Raises:
        Failure: if a mirror was named for what needs none.
    """
    if isinstance(folder, Path):
        if state is not None:
            raise Failure(f"--state is for URLs, and '{folder}' is none")
        return folder, None
    from skillprofiles.ingest.mirror import Mirror, default_state

    place = state or default_state(folder)
    return place, Mirror(folder, place)


def refreshed(folder: Path | str, state: Path | None) -> Path:
    """Return a published folder on this machine, a mirror as up to date as it can be.

    Raises:
        OSError: if what is behind a URL cannot be read.
    """
    place, mirror = opened(folder, state)
    if mirror is not None:
        from skillprofiles.export.publish import Locked
        from skillprofiles.ingest.workplace import Workplace

        try:
            with Workplace(place):
                mirror.pull()
        except Locked:
            # A run works there; it has just brought the mirror up to date itself.
            return place
    return place
