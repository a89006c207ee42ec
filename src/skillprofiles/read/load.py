"""The bytes of a source, however it is stored; what cannot be read is a finding."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from skillprofiles.findings import Finding, finding_on
from skillprofiles.read.containers import decompress, read_member, too_large
from skillprofiles.read.discover import Input
from skillprofiles.read.remote import Unreachable, is_url, read_url, read_urls
from skillprofiles.rules import source as rules

_AT_ONCE: Final = 16
"""How many sources behind URLs are asked for at the same time: waiting takes longer than reading."""


_MORE: Final = 64 * 1024
"""How many bytes are asked for at a time of a file that grows while it is read."""


def load(item: Input, max_bytes: int) -> bytes | Finding:
    """Return the bytes of a source, decompressed, or the finding that says why not.

    Raises:
        skillprofiles.read.remote.Unreachable: if it is behind a URL that does not answer.
    """
    name = item.source.name
    if item.problem is not None:
        return item.problem
    if item.data is not None:
        data: bytes | Finding = item.data
    elif item.member and item.path:
        data = read_member(item.path, item.member, name, max_bytes)
    elif item.path and is_url(item.path):
        data = _remote(item.path, name, max_bytes)
    else:
        data = _file(item.path or "", name, max_bytes)
    if isinstance(data, Finding):
        return data
    if len(data) > max_bytes:
        return too_large(name, max_bytes)
    return decompress(data, name, max_bytes)


def _file(path: str, name: str, max_bytes: int) -> bytes | Finding:
    try:
        # Opening a named pipe would wait for a writer for ever, so it is not opened to wait.
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with open(handle, "rb", buffering=0) as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return _unreadable(name, "it is not a regular file")
            if status.st_size > max_bytes:
                return too_large(name, max_bytes)
            data = _all(file, status.st_size, max_bytes)
            return changing(name) if _moved(status, os.fstat(handle)) else data
    except (OSError, ValueError) as error:
        return _unreadable(name, getattr(error, "strerror", None) or str(error))


def in_advance(
    items: Iterable[Input], max_bytes: int, fetching: Callable[[], None] = lambda: None
) -> Iterator[Input]:
    """Yield sources as they are, but with the bytes of those behind URLs, some fetched at a time.

    Args:
        items: the sources.
        max_bytes: size above which a source is not wanted.
        fetching: told before some are fetched.

    Raises:
        skillprofiles.read.remote.Unreachable: if a URL does not answer.
    """
    iterator = iter(items)
    while some := list(islice(iterator, _AT_ONCE)):
        urls = [item.path for item in some if _is_remote(item) and item.path]
        if urls:
            fetching()
        found = iter(read_urls(urls, max_bytes + 1) if urls else ())
        for item in some:
            yield replace(item, data=next(found)) if _is_remote(item) else item


def _is_remote(item: Input) -> bool:
    return item.path is not None and item.data is None and not item.member and is_url(item.path)


def _remote(url: str, name: str, max_bytes: int) -> bytes | Finding:
    try:
        return read_url(url, max_bytes + 1)
    except Unreachable:
        raise
    except OSError as error:
        return _unreadable(name, error.strerror or str(error))


def _moved(before: os.stat_result, after: os.stat_result) -> bool:
    """Whether a file was written to between two looks at it."""
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def changing(name: str) -> Finding:
    """Return the finding on a source that is being written to."""
    return finding_on(name, rules.CHANGING)


def _all(file: io.FileIO, size: int, max_bytes: int) -> bytes:
    """Return what a file holds now, which may be more or less than its size a moment ago.

    Asked for little more than there should be, so that nothing larger is set aside in memory.
    """
    data = file.read(size + 1) or b""
    while len(data) <= max_bytes and (more := file.read(min(_MORE, max_bytes + 1 - len(data)))):
        data += more
    return data


def _unreadable(name: str, reason: str) -> Finding:
    return finding_on(name, rules.UNREADABLE, reason=reason)
