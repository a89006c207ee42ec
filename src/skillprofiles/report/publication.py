"""Putting a site in its place: all at once, and never over anything that is no earlier site.

The site is written to a folder beside the one it is for. Where that exists already, both change
places in one step (Linux), or one after the other by two renames (elsewhere). A file in the site
lists all others: what it does not list was put there by somebody, and is not taken away.
"""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from skillprofiles.report.press import Page

MARKER: Final = ".skillprofiles-site"
_FIRST_LINE: Final = "written by skillprofiles report; whatever else lies here is not"
_NEW: Final = ".new-"
_LOCK: Final = ".lock"
_CURRENT_FOLDER: Final = -100
_EXCHANGE: Final = 2


def check(out: Path) -> None:
    """Find out, before any work is done, whether a site may be put somewhere.

    Raises:
        OSError: if something is there that is no earlier site, or more than one.
    """
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(out))
    own = _listed(out)
    for path in sorted(_files(out)):
        if path not in own:
            reason = "not written by skillprofiles report, so it is not replaced; move it away"
            raise FileExistsError(errno.EEXIST, reason, str(out / path))


def publish(out: Path, pages: Iterable[Page]) -> int:
    """Write a site, and put it in its place; return the number of its files.

    Args:
        out: the folder of the site; see `check`.
        pages: its files.

    Raises:
        OSError: if it cannot be written, or may not be put there; what was there still is.
    """
    # A link to the folder stays a link.
    out = Path(os.path.realpath(out))
    check(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    with _workplace(out) as folder:
        count = _write(folder, pages)
        check(out)
        _settle(folder, out)
    return count


def _write(folder: Path, pages: Iterable[Page]) -> int:
    """Write files, and the list of them."""
    written, made = [], set()
    for path, text in pages:
        file = folder / path
        if file.parent not in made:
            file.parent.mkdir(parents=True, exist_ok=True)
            made.add(file.parent)
        with open(file, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        written.append(path)
    lines = "".join(f"{path}\n" for path in [_FIRST_LINE, *sorted(written)])
    (folder / MARKER).write_text(lines, encoding="utf-8", newline="\n")
    return len(written)


def _settle(folder: Path, out: Path) -> None:
    """Let a folder take the place of a site, of an empty folder, or of nothing."""
    if not out.exists():
        folder.rename(out)
    elif not _exchange(folder, out):
        aside = folder.with_name(f"{folder.name}-before")
        out.rename(aside)
        try:
            folder.rename(out)
        except OSError:
            aside.rename(out)
            raise
        aside.rename(folder)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    if sys.platform != "linux":
        return False
    with suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(one), _CURRENT_FOLDER, os.fsencode(other)
        done: int = libc.renameat2(_CURRENT_FOLDER, *names, _EXCHANGE)
        return done == 0
    return False


@contextmanager
def _workplace(out: Path) -> Iterator[Path]:
    """Make a folder beside another one, and remove what is in it in the end.

    Its lock dies with this process, so that whoever finds the folder later knows it for a wreck.
    """
    folder = out.with_name(f".{out.name}{_NEW}{secrets.token_hex(4)}")
    lock = folder.with_name(folder.name + _LOCK)
    with ExitStack() as stack:
        stack.callback(_remove, lock)
        stack.enter_context(FileLock(lock, blocking=False))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.mkdir()
        yield folder


def _sweep(out: Path) -> None:
    """Remove what killed runs left beside a site."""
    for lock in out.parent.glob(f".{out.name}{_NEW}*{_LOCK}"):
        with suppress(OSError, Timeout), FileLock(lock, blocking=False):
            shutil.rmtree(lock.with_name(lock.name.removesuffix(_LOCK)), ignore_errors=True)
            _remove(lock)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of all files below a folder, and of folders that are empty."""
    for place, folders, files in os.walk(folder):
        inside = Path(place).relative_to(folder)
        for name in files:
            yield (inside / name).as_posix()
        for name in folders:
            path = Path(place) / name
            if path.is_symlink() or not any(path.iterdir()):
                yield (inside / name).as_posix()


def _listed(folder: Path) -> set[str]:
    """Return the files that an earlier site consists of; none where there is no site."""
    try:
        first, *paths = (folder / MARKER).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return set()
    return {MARKER, *paths} if first == _FIRST_LINE else set()
