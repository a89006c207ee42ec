"""Inputs: what a target is given, and how those worth keeping lie in folders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
SEEDS: Final = HERE / "seeds"
FOUND: Final = HERE / "found"


class Case(NamedTuple):
    """One input.

    Attributes:
        data: the bytes of a file.
        ending: the end of its name, such as ``.tar.gz``, which tells archives from pages.
    """

    data: bytes
    ending: str


def kept(folder: Path, target: str) -> Iterator[tuple[Path, Case]]:
    """Yield the inputs of a target that lie in ``folder``, by name."""
    for path in sorted((folder / target).glob("*")):
        yield path, Case(path.read_bytes(), "".join(path.suffixes))


def keep(folder: Path, target: str, case: Case) -> Path:
    """Write an input into ``folder``, named by what is in it; return where."""
    path = folder / target / (hashlib.sha256(case.data).hexdigest()[:12] + case.ending)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(case.data)
    return path
