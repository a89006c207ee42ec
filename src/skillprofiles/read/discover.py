"""Which sources there are: files, folders, globs, archives, standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from skillprofiles.findings import Finding, finding_on
from skillprofiles.model import MEMBER, Source
from skillprofiles.read.containers import is_archive, members, read_member
from skillprofiles.read.remote import Unreachable, fetched, is_url
from skillprofiles.read.walk import SIDECAR, File, unreadable, walk
from skillprofiles.rules import source as rules

STDIN = "-"

# An archive behind a URL is fetched whole, to a temporary file.
_LARGEST_FETCHED = 1024 * 1024 * 1024


class NoSuchSource(Exception):
    """What was named on the command line is not there; the message says what, in one line."""


@dataclass(frozen=True, slots=True)
class Input:
    """A source that is there to be read.

    Attributes:
        source: its name, and what else is known of where it came from.
        path: the file that holds its bytes; None where ``data`` is given.
        member: its name inside the archive at ``path``.
        data: the bytes, where they had to be taken in passing (standard input, tar archives).
        problem: why it cannot be read, where that showed while it was found.
        sidecar: the record of how it was fetched, where there is one beside it.
    """

    source: Source
    path: str | None = None
    member: str | None = None
    data: bytes | None = None
    problem: Finding | None = None
    sidecar: str | None = None


def discover(
    sources: Sequence[str],
    max_bytes: int,
    excludes: Callable[[str], bool] = lambda name: False,
    root: str | None = None,
) -> Iterator[Input]:
    """Yield the sources behind what the user named, each once, in an order of their own.

    Folders are walked in the order of names, hidden files and folders are skipped, a link that leads
    back into its own path is not followed. Names are relative to the folder given, or to what several
    arguments have in common.

    Args:
        sources: files, folders, globs, archives, or ``-`` for standard input.
        max_bytes: how much of standard input and of archive members is taken at most.
        excludes: tells of a name whether it is left out.
        root: folder that names are relative to, instead of what the sources have in common.

    Raises:
        NoSuchSource: if something named does not exist, before anything is yielded.
    """
    paths = _paths(sources)
    root = _common_root(paths) if root is None else root
    seen: set[str] | None = set() if len(paths) > 1 else None
    return _inputs(paths, root, max_bytes, excludes, seen)


def _inputs(
    paths: Sequence[str],
    root: str,
    max_bytes: int,
    excludes: Callable[[str], bool],
    seen: set[str] | None,
) -> Iterator[Input]:
    for path in paths:
        if path == STDIN:
            yield Input(Source("stdin"), data=sys.stdin.buffer.read(max_bytes + 1))
            continue
        name = _relative(path, root)
        for file in walk(path, name) if os.path.isdir(path) else [named(path, name)]:
            if excludes(file.name) or (seen is not None and file.path in seen):
                continue
            if seen is not None:
                seen.add(file.path)
            yield from inputs_of(file, max_bytes, excludes)


def inputs_of(
    file: File, max_bytes: int, excludes: Callable[[str], bool] = lambda name: False
) -> Iterator[Input]:
    """Yield the sources in a file: itself, or the members of an archive.

    Args:
        file: the file, as it was found.
        max_bytes: how much of an archive member is taken at most.
        excludes: tells of a member's name whether it is left out.
    """
    if file.problem is not None:
        yield Input(Source(file.name), problem=file.problem)
    elif is_archive(file.path) and is_url(file.path):
        yield from _remote_archive(file.path, file.name, max_bytes, excludes)
    elif is_archive(file.path):
        yield from _archive(file.path, file.name, max_bytes, excludes)
    else:
        yield Input(Source(file.name), path=file.path, sidecar=file.sidecar)


def named(path: str, name: str) -> File:
    """Return a file that is known by its path, with the record beside it."""
    sidecar = path + SIDECAR
    return File(path, name, sidecar=sidecar if os.path.isfile(sidecar) else None)


def _archive(
    path: str, name: str, max_bytes: int, excludes: Callable[[str], bool]
) -> Iterator[Input]:
    for member, data, problem, url, fetched_at in members(path, name, max_bytes):
        full = f"{name}{MEMBER}{member}" if member else name
        if excludes(full):
            continue
        if problem is not None:
            yield Input(Source(full), problem=problem)
        else:
            yield Input(Source(full, url, fetched_at), path=path, member=member, data=data)


def _remote_archive(
    url: str, name: str, max_bytes: int, excludes: Callable[[str], bool]
) -> Iterator[Input]:
    """Yield the members of an archive behind a URL, all with their bytes."""
    try:
        with fetched(url, _LARGEST_FETCHED) as path:
            if path is None:
                yield Input(Source(name), problem=_too_large_to_fetch(name))
                return
            for item in _archive(path, name, max_bytes, excludes):
                yield _taken(item, max_bytes)
    except Unreachable:
        raise
    except OSError as error:
        yield Input(Source(name), problem=unreadable(name, error))


def _too_large_to_fetch(name: str) -> Finding:
    reason = f"it is larger than {_LARGEST_FETCHED:,} bytes, the most that is fetched of an archive"
    return finding_on(name, rules.CONTAINER, reason=reason)


def _taken(item: Input, max_bytes: int) -> Input:
    """Return a member of an archive with its bytes, or with what is wrong with them."""
    if item.data is not None or item.problem is not None:
        return item
    name = item.source.name
    data = read_member(item.path or "", item.member or "", name, max_bytes)
    known = {"problem": data} if isinstance(data, Finding) else {"data": data}
    return replace(item, **known)


def _paths(sources: Sequence[str]) -> list[str]:
    """Return the absolute paths named, globs expanded, each once and sorted."""
    found: set[str] = set()
    for text in sources:
        if text == STDIN:
            found.add(STDIN)
        elif os.path.lexists(text):
            found.add(os.path.abspath(text))
        elif glob.has_magic(text):
            hits = glob.glob(text, recursive=True)
            if not hits:
                raise NoSuchSource(f"no file matches '{text}'")
            found.update(os.path.abspath(hit) for hit in hits)
        else:
            raise NoSuchSource(f"'{text}' does not exist")
    return sorted(found)


def _common_root(paths: Sequence[str]) -> str:
    folders = [
        path if os.path.isdir(path) else os.path.dirname(path) for path in paths if path != STDIN
    ]
    return os.path.commonpath(folders) if folders else ""


def _relative(path: str, root: str) -> str:
    name = os.path.relpath(path, root)
    return "" if name == os.curdir else name.replace(os.sep, "/")


def count_files(sources: Sequence[str], excludes: Callable[[str], bool]) -> int:
    """Return how many files there are behind what the user named; an archive counts as one."""
    paths = [path for path in _paths(sources) if path != STDIN]
    return sum(
        1
        for path in paths
        for file in (walk(path) if os.path.isdir(path) else [File(path, path)])
        if not excludes(file.name)
    )


def display_path(sources: Sequence[str], name: str) -> str:
    """Return a source's name as a path that can be opened from the working directory."""
    paths = _paths(sources)
    if name == "stdin" and STDIN in paths:
        return name
    return os.path.relpath(os.path.join(_common_root(paths), name))
