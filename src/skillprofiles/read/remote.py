"""Files behind URLs such as ``s3://bucket/folder``, through fsspec and whatever it has installed.

Credentials and addresses come from the environment, as the library of each service takes them. What
is wrong with a single file (it is gone, it may not be read) is an error of its own kind; anything
else is `Unreachable`: no fault of a page, so no page is rejected for it.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, NamedTuple

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_TIMES: Final = ("LastModified", "last_modified", "mtime", "updated", "modified")
_VERSIONS: Final = ("ETag", "etag", "e_tag", "VersionId", "version_id", "generation", "md5Hash")


class Unreachable(OSError):
    """What is behind a URL cannot be asked, or does not answer as it should."""


class Found(NamedTuple):
    """A file behind a URL, as its folder lists it.

    Attributes:
        name: its path below the folder.
        url: its own URL.
        size: in bytes.
        mtime_ns: when it was last written, ns since 1970; 0 where that is not told.
        version: what the service calls this version of it; empty where that is not told.
    """

    name: str
    url: str
    size: int
    mtime_ns: int
    version: str


def is_url(path: str) -> bool:
    """Whether a path is a URL."""
    return _URL.match(path) is not None


def file_system(url: str) -> tuple[Any, str]:
    """Return what talks to the service behind a URL, and what the URL is called there.

    Raises:
        Unreachable: if nothing installed can, or if it cannot be set up.
    """
    scheme, _, rest = url.partition("://")
    fs = _connected(f"{scheme}://{rest.partition('/')[0]}", os.getpid())
    return fs, fs._strip_protocol(url)


_LACKING: Final = "needs the extra 'remote': pip install 'skillprofiles[remote]'"


@lru_cache(maxsize=16)
def _connected(start: str, process: int) -> Any:
    """Return the file system of a service; a process that was forked needs its own."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise Unreachable(f"{start} {_LACKING}") from None
    try:
        return url_to_fs(start, use_listings_cache=False)[0]
    except ImportError as error:
        # The extra brings one service; for others fsspec says what to install.
        lacking = _LACKING if start.startswith("s3:") else f"cannot be used: {_line(error)}"
        raise Unreachable(f"{start} {lacking}") from None
    except Exception as error:  # noqa: BLE001 - every service has its own
        raise Unreachable(f"{start} cannot be used: {_line(error)}") from None


@contextmanager
def speaking_of(url: str) -> Iterator[None]:
    """Name a URL in whatever goes wrong inside the block, as an OSError.

    Raises:
        FileNotFoundError: if it is not there.
        PermissionError: if it may not be read or written.
        Unreachable: for all else.
    """
    try:
        yield
    except Unreachable:
        raise
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), url) from error
    except PermissionError as error:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), url) from error
    except Exception as error:
        raise Unreachable(errno.EIO, _line(error), url) from error


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def read_url(url: str, most: int) -> bytes:
    """Return the bytes behind a URL, but no more than ``most``.

    Raises:
        OSError: if they cannot be had, see `speaking_of`.
    """
    fs, path = file_system(url)
    with speaking_of(url):
        try:
            data: bytes = fs.cat_file(path, start=0, end=most)
        except OSError:
            # Services refuse to give a part of nothing.
            if fs.size(path) == 0:
                return b""
            raise
        return data


def read_urls(urls: Sequence[str], most: int) -> list[bytes | None]:
    """Return the bytes behind several URLs of one service, asked for at the same time.

    Returns:
        For each no more than ``most`` bytes; None for one that is to be asked for by itself, which
        tells what is wrong with it.
    """
    fs, _ = file_system(urls[0])
    paths = [fs._strip_protocol(url) for url in urls]
    with speaking_of(urls[0]):
        found = fs.cat_ranges(paths, 0, most, on_error="return")
    return [data if isinstance(data, bytes) else None for data in found]


def listing(url: str) -> list[Found]:
    """Return all files below a URL; the order is that of their names.

    Raises:
        OSError: if the folder cannot be listed, see `speaking_of`.
    """
    fs, root = file_system(url)
    with speaking_of(url):
        fs.invalidate_cache()
        found: Mapping[str, Mapping[str, Any]] = fs.find(root, detail=True)
    base, skip = url.rstrip("/"), len(root.rstrip("/")) + 1
    files = []
    for path, info in found.items():
        name = path[skip:]
        # Some tools mark a folder by an empty object.
        if info.get("type") != "directory" and not name.endswith("/"):
            size = info.get("size")
            files.append(
                Found(
                    name,
                    f"{base}/{name}",
                    -1 if size is None else int(size),
                    _time_of(info),
                    _version_of(info),
                )
            )
    return sorted(files, key=lambda file: file.name.split("/"))


def _time_of(info: Mapping[str, Any]) -> int:
    when = next((info[name] for name in _TIMES if info.get(name)), None)
    if isinstance(when, str):
        try:
            when = dt.datetime.fromisoformat(when)
        except ValueError:
            return 0
    if isinstance(when, dt.datetime):
        when = when.timestamp()
    return int(when * 1_000_000_000) if isinstance(when, int | float) else 0


def _version_of(info: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={info[name]}" for name in _VERSIONS if info.get(name))


@contextmanager
def fetched(url: str, most: int) -> Iterator[str | None]:
    """Fetch a file for as long as the block lasts.

    Args:
        url: where it is.
        most: bytes above which it is left where it is.

    Yields:
        Its path, which ends as the URL does; None for a larger one.

    Raises:
        OSError: if it cannot be had, see `speaking_of`.
    """
    fs, path = file_system(url)
    with speaking_of(url):
        too_large = fs.size(path) > most
    if too_large:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="skillprofiles-") as folder:
        place = os.path.join(folder, "archive" + _ending(url))
        with speaking_of(url):
            fs.get_file(path, place)
        yield place


def _ending(url: str) -> str:
    name = url.rpartition("/")[2]
    return name[name.find(".") :] if "." in name else ""
