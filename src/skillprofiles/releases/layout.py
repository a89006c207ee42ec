"""Where things are in a published folder, and which release is the current one.

    NORMALIZED/releases/<id>/       one release: tables, datapackage.json, manifest.json, CHANGES.md
    NORMALIZED/latest               symbolic link to the current release
    NORMALIZED/latest.json          the same in words, for systems without links
    NORMALIZED/quarantine/          what was rejected, with its bytes
    NORMALIZED/runs/                a record of each run
    NORMALIZED/ledger.sqlite        what is known of each source

The link is what counts where there is one; ``latest.json`` follows it. A release never changes once
it stands in ``releases``. Ids sort by age: a number that only grows, and the start of the fingerprint
of what the tables say, so that the same history of the same input gives the same ids anywhere.
"""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from typing import Final

from skillprofiles.export.durable import link, replace_text, sync, target

RELEASES: Final = "releases"
LATEST: Final = "latest"
POINTER: Final = "latest.json"
ID: Final = re.compile(r"[0-9]{6,}-[0-9a-f]{12}")
_TABLE: Final = "requirements.parquet"


def release_id(sequence: int, fingerprint: str) -> str:
    """Return the id of a release: its number and the start of its fingerprint (hex digits)."""
    return f"{sequence:06d}-{fingerprint[:12]}"


def sequence_of(release: str) -> int:
    """Return the number in a release's id."""
    return int(release.partition("-")[0])


def path_of(folder: Path, release: str) -> Path:
    """Return the folder of a release."""
    return folder / RELEASES / release


def release_ids(folder: Path) -> list[str]:
    """Return the ids of all releases in a published folder, the oldest first."""
    try:
        names = os.listdir(folder / RELEASES)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted((name for name in names if ID.fullmatch(name)), key=sequence_of)


def current(folder: Path) -> str | None:
    """Return the id of the current release, None where nothing was published yet."""
    goal = target(folder / LATEST)
    named = Path(goal).name if goal else _pointed(folder)
    return named if named and ID.fullmatch(named) and path_of(folder, named).is_dir() else None


def _pointed(folder: Path) -> str | None:
    try:
        return named_in((folder / POINTER).read_bytes())
    except OSError:
        return None


def named_in(pointer: bytes) -> str | None:
    """Return the release that the content of a ``latest.json`` names; None where it names none."""
    try:
        said = json.loads(pointer)
    except ValueError:
        return None
    named = said.get("release") if isinstance(said, dict) else None
    return named if isinstance(named, str) and ID.fullmatch(named) else None


def pointer_text(release: str) -> str:
    """Return the content of ``latest.json`` for a release."""
    return json.dumps({"release": release, "path": f"{RELEASES}/{release}"}, indent=2) + "\n"


def make_current(folder: Path, release: str) -> None:
    """Let ``latest`` and ``latest.json`` name a release, each in one step.

    Raises:
        OSError: if the folder cannot be written to; then at most the second still names the release
            before, and the next run mends it.
    """
    try:
        link(f"{RELEASES}/{release}", folder / LATEST)
    except (NotImplementedError, PermissionError) as error:
        if os.name != "nt" and isinstance(error, PermissionError):
            raise
    sync(folder)
    text = pointer_text(release)
    if _text(folder / POINTER) != text:
        replace_text(folder / POINTER, text)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def locate(path: str | os.PathLike[str]) -> Path:
    """Return the folder that holds the tables meant by a path, resolved once and for all.

    Args:
        path: a published folder (its current release counts), the folder of one release, or a
            folder that ``skillprofiles normalize`` published into.

    Raises:
        FileNotFoundError: if there are no tables.
    """
    folder = Path(path)
    release = current(folder)
    if release is not None:
        return path_of(folder, release).resolve()
    if (folder / _TABLE).exists():
        return (folder / _TABLE).resolve().parent
    if not folder.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path))
    raise FileNotFoundError(errno.ENOENT, _nothing_there(folder), os.fspath(path))


def _nothing_there(folder: Path) -> str:
    """Return why no tables can be read from a folder that is there."""
    if os.path.lexists(folder / LATEST) or (folder / POINTER).exists():
        kept = release_ids(folder)
        there = f"; there are {', '.join(kept)}" if kept else ""
        return f"its current release is gone{there}"
    if (folder / _TABLE).with_suffix(".csv").exists():
        return (
            "its tables are CSV, and questions are asked of Parquet: publish with --format parquet"
        )
    return "no tables were published there"
