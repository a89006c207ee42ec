"""Looking after releases: are they whole, which one is current, which ones are kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from skillprofiles.export.durable import remove
from skillprofiles.releases import layout
from skillprofiles.releases.manifest import DamagedManifest, read_manifest

_REMOVED: Final = ".removed-"


class NoSuchRelease(LookupError):
    """There is no such release; the message says which there are."""


class DamagedRelease(Exception):
    """A release is not as its manifest says; the message tells how."""


def damage(folder: Path, release: str, *, checksums: bool = True) -> list[str]:
    """Return what is wrong with a release, one line each; nothing where it is whole.

    Args:
        folder: the published folder.
        release: id of the release.
        checksums: read every file and hold it against its checksum; else sizes have to do.
    """
    path = layout.path_of(folder, release)
    try:
        manifest = read_manifest(path)
    except DamagedManifest as error:
        return [str(error)]
    wrong = []
    if manifest.release != release:
        wrong.append(f"its manifest is that of {manifest.release}")
    for table in manifest.tables.values():
        try:
            size = (path / table.file).stat().st_size
            digest = _sha256(path / table.file) if checksums else table.sha256
        except OSError as error:
            wrong.append(f"{table.file}: {error.strerror or error}")
            continue
        if size != table.bytes:
            wrong.append(f"{table.file} has {size:,} bytes instead of {table.bytes:,}")
        elif digest != table.sha256:
            wrong.append(f"{table.file} has other bytes than were written")
    return wrong


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def activate(folder: Path, release: str) -> str:
    """Make an earlier release the current one; return its id.

    Args:
        folder: the published folder.
        release: an id, or the number it starts with.

    Raises:
        NoSuchRelease: if there is no such release.
        DamagedRelease: if it is not whole; then nothing was changed.
        OSError: if the folder cannot be written to.
    """
    found = resolve(folder, release)
    if wrong := damage(folder, found):
        raise DamagedRelease(f"release {found} is damaged: {'; '.join(wrong)}")
    layout.make_current(folder, found)
    return found


def resolve(folder: Path, release: str) -> str:
    """Return the whole id of a release given by it or by its number.

    Raises:
        NoSuchRelease: if there is no such release.
    """
    ids = layout.release_ids(folder)
    number = int(release) if release.isdecimal() else -1
    for known in ids:
        if release == known or layout.sequence_of(known) == number:
            return known
    there = f"there are {', '.join(ids[-5:])}" if ids else "there is none"
    raise NoSuchRelease(f"no release '{release}' in {folder}; {there}")


def prune(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest releases, never the current one; return the ids removed.

    Args:
        folder: the published folder.
        keep: how many to keep, at least 1.
    """
    ids = layout.release_ids(folder)
    kept = {*ids[-max(keep, 1) :], layout.current(folder)}
    removed = [release for release in ids if release not in kept]
    for release in removed:
        # Out of the way first: a kill half-way must not leave half a release under its name.
        away = folder / layout.RELEASES / f"{_REMOVED}{release}"
        os.replace(layout.path_of(folder, release), away)
    sweep(folder)
    return removed


def sweep(folder: Path) -> None:
    """Clear away what pruning began to remove and a kill left."""
    releases = folder / layout.RELEASES
    for path in list(releases.iterdir()) if releases.is_dir() else ():
        if path.name.startswith(_REMOVED):
            remove(path)
