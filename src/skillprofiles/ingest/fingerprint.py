"""What decides, beside its bytes, how a source is read: the program and the configuration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from skillprofiles.config import Config

_ROOMS: Final = (
    "config", "contracts", "frames.py", "model.py", "parser", "read", "rules", "validate.py",
    "vocabulary",
)  # fmt: skip
_SUFFIXES: Final = (".py", ".toml")


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


def config_fingerprint(config: Config) -> str:
    """Return 16 hex digits that change with what the configuration settles about reading."""
    said = (config.max_bytes, config.roles, config.sources)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
