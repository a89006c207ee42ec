"""What a file system is asked for when files are published: links, durability, removal."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from skillprofiles.export._errors import naming

NEXT: Final = ".data.next"
"""Name under which a file or link is made before it takes its place by a rename."""


def target(path: Path) -> str | None:
    """Return where a symbolic link leads, as it says itself; None for all that is no link."""
    try:
        return os.readlink(path)
    except OSError:
        return None


def can_link(out: Path) -> bool:
    """Whether symbolic links can be made in a folder."""
    probe = out / NEXT
    try:
        os.symlink(NEXT, probe)
    except (OSError, NotImplementedError):
        return False
    probe.unlink()
    return True


def link(goal: str, path: Path) -> None:
    """Let ``path`` lead to ``goal``, in one step, whatever file or link stands there.

    Raises:
        FileExistsError: if a folder stands there; it is not removed.
    """
    if target(path) != goal:
        probe = path.parent / NEXT
        with suppress(FileNotFoundError):
            probe.unlink()  # what a killed run left
        os.symlink(goal, probe)
        try:
            os.replace(probe, path)
        except IsADirectoryError:
            probe.unlink()
            reason = "a folder, where a link belongs; move it away, and run again"
            raise FileExistsError(errno.EEXIST, reason, os.fspath(path)) from None


def write_names(path: Path, names: Iterable[str]) -> None:
    """Write names to a file, one a line, in one step."""
    replace_text(path, "".join(f"{name}\n" for name in sorted(names)))


def write_bytes(path: Path, data: bytes) -> None:
    """Write bytes to a file; a disk that does not take them is told of with its name."""
    with naming(path):
        path.write_bytes(data)


def replace_text(path: Path, text: str) -> None:
    """Let a file hold a text (as UTF-8), in one step and to last, whatever it held."""
    replace_bytes(path, text.encode("utf-8"))


def replace_bytes(path: Path, data: bytes) -> None:
    """Let a file hold some bytes, in one step and to last, whatever it held."""
    probe = path.parent / NEXT
    with suppress(FileNotFoundError):
        probe.unlink()  # a link would be followed
    with naming(path):
        probe.write_bytes(data)
    sync(probe)
    os.replace(probe, path)
    sync(path.parent)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all in it."""
    if not path.is_dir() or path.is_symlink():
        path.unlink()
        return
    try:
        shutil.rmtree(path)
    except OSError as error:
        # It may name what resists as that is called in its folder, which tells nobody where it is.
        error.filename = os.fspath(path)
        raise


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders.
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        with naming(path):
            os.fsync(handle)
    finally:
        os.close(handle)
