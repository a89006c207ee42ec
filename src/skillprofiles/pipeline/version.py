"""What decides how a page is read, beside its bytes and the configuration: code, and libraries."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from skillprofiles import __version__

_ROOMS: Final = (
    "config", "contracts", "frames.py", "model.py", "parser", "pipeline/page.py", "read", "rules",
    "validate.py", "vocabulary",
)  # fmt: skip
_SUFFIXES: Final = (".py", ".toml")
_LIBRARIES: Final = ("beautifulsoup4", "ftfy", "lxml", "pandas", "pandera", "pyarrow")


@cache
def reading_fingerprint() -> str:
    """Return 16 hex digits that change whenever the program may read a page differently.

    They are taken over the code itself, so no version number has to be remembered: a release of the
    program that changes only the command line re-reads nothing, an edit of a vocabulary does.
    """
    digest = hashlib.sha256()
    package = files("skillprofiles")
    for room in _ROOMS:
        for name, part in _parts(package / room, room):
            digest.update(f"{name}\0".encode() + part.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _parts(part: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    if part.is_file():
        if name.endswith(_SUFFIXES):
            yield name, part
        return
    for child in sorted(part.iterdir(), key=lambda child: child.name):
        yield from _parts(child, f"{name}/{child.name}")


@cache
def environment() -> dict[str, str]:
    """Return the versions that two machines must share to read every page alike, by name."""
    from importlib.metadata import PackageNotFoundError, version

    found = {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "skillprofiles": f"{__version__} ({reading_fingerprint()})",
    }
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "not installed"
    return found
