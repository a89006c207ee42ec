"""The promises about archives and WARC files: members named safely, each within its limits."""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from fuzz.case import Case
from fuzz.oracle import demand, judge_page
from skillprofiles.config import Config
from skillprofiles.findings import Finding
from skillprofiles.model import MEMBER
from skillprofiles.read.discover import Input, discover
from skillprofiles.read.load import load

LIMIT: Final = 64 * 1024
"""Most bytes of a member that are read in a search: small, so that it is reached."""

_MOST_JUDGED: Final = 4


def judge_archive(case: Case, *, thorough: bool = True) -> None:
    """Read an archive as the program does, and hold the outcome against what is promised.

    Raises:
        fuzz.oracle.Broken: if a promise is not kept.
    """
    config = Config(max_bytes=LIMIT)
    with TemporaryDirectory(prefix="fuzz-") as folder:
        path = os.path.join(folder, f"archive{case.ending}")
        with open(path, "wb") as file:
            file.write(case.data)
        items = list(discover([path], LIMIT))
        again = list(discover([path], LIMIT))
        demand(items == again, "the same archive has the same members")
        names = [item.source.name for item in items]
        demand(len(set(names)) == len(names), "each source has a name of its own", names)
        contents = [_judge_member(item) for item in items]
        pages = [(item, data) for item, data in zip(items, contents, strict=True) if data]
        for item, data in pages[:_MOST_JUDGED]:
            judge_page(data, item.source.name, config, thorough=thorough)


def _judge_member(item: Input) -> bytes | None:
    """Hold one member against what is promised; return its bytes where they can be had."""
    member = item.source.name.partition(MEMBER)[2]
    path = PurePosixPath(member.replace("\\", "/"))
    unsafe = path.is_absolute() or ".." in path.parts
    demand(item.problem is not None or not unsafe, "no name leads out of an archive", member)
    data = load(item, LIMIT)
    if isinstance(data, Finding):
        demand(data.is_error, "what cannot be read is an error", data)
        return None
    demand(len(data) <= LIMIT, "no member is larger than allowed", len(data))
    return data
