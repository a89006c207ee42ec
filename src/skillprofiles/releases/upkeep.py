"""Looking after releases: are they whole, which one is current, which ones are kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from skillprofiles.export.durable import remove
from skillprofiles.releases import layout
from skillprofiles.releases.manifest import DamagedManifest, FileSum, read_manifest

_REMOVED: Final = ".removed-"


class NoSuchRelease(LookupError):
    """There is no such release; the message says which there are."""


class DamagedRelease(Exception):
    """A release is not as its manifest says; the message tells how."""


def damage(
    folder: Path, release: str, *, checksums: bool = True, tables_only: bool = False
) -> list[str]:
    """Return what is wrong with a release, one line each; nothing where it is whole.

    Args:
        folder: the published folder.
        release: id of the release.
        checksums: read every file and hold it against its checksum; else sizes have to do.
        tables_only: pass over what describes the tables and their changes: it is made anew for
            each release, so nothing is lost with it.
    """
    path = layout.path_of(folder, release)
    try:
        manifest = read_manifest(path)
    except DamagedManifest as error:
        return [str(error)]
    wrong = []
    if manifest.release != release:
        wrong.append(f"its manifest is that of {manifest.release}")
    files = {table.file: FileSum(table.bytes, table.sha256) for table in manifest.tables.values()}
    if not tables_only:
        files |= manifest.files
    for name, written in files.items():
        wrong += _wrong(path / name, written, checksums=checksums)
    return wrong


def _wrong(path: Path, written: FileSum, *, checksums: bool) -> Iterator[str]:
    try:
        size = path.stat().st_size
        digest = FileSum.of(path).sha256 if checksums else written.sha256
    except OSError as error:
        yield f"{path.name}: {error.strerror or error}"
        return
    if size != written.bytes:
        yield f"{path.name} has {size:,} bytes instead of {written.bytes:,}"
    elif digest != written.sha256:
        yield f"{path.name} has other bytes than were written"


def activate(folder: Path, release: str) -> str:
    """Make an earlier release the current one; return its id.

    Args:
        folder: the published folder.
        release: an id, or the number it starts with.

    Raises:
        NoSuchRelease: if there is no such release.
        DamagedRelease: if its tables are not whole; then nothing was changed.
        OSError: if the folder cannot be written to.
    """
    found = resolve(folder, release)
    if wrong := damage(folder, found, tables_only=True):
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
