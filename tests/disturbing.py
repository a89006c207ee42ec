"""A folder of exports that goes from one release to the next, and what a disturbed run must leave.

The state of a published folder is compared as a whole: releases with the bytes of their tables, what
is current, what is in quarantine, what the ledger knows. Only what has to differ between two runs of
the same history is left out: numbers of runs, times, stamps of files.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from tests.ingesting import broken, write
from tests.samples import page

from skillprofiles.cli import main
from skillprofiles.releases import current, damage, locate, path_of, release_ids

PAGES = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima".split()
ARGUMENTS = ("--workers", "1", "--max-loss", "50%", "--keep", "2", "--quiet")
KEPT = {"releases", "latest", "latest.json", "quarantine", "runs", "run.json", "ledger.sqlite"}
OF_A_RUN = ("created", "run", "since", "held_since")


def put(raw: Path, name: str, *, bad: bool = False, **changes: Any) -> Path:
    """Write the page of a skill called as its file."""
    text = page_of(name, **changes)
    return write(raw / name, broken(text) if bad else text)


def page_of(name: str, text: str = "it for the team", **changes: Any) -> str:
    """Return the page of a skill called as its file, which says so in every row."""
    skill = name.rpartition("/")[2].partition(".")[0]
    return page("md", skill=skill, text=f"{text}, as {skill} asks,", **changes)


def first_state(raw: Path) -> None:
    for name in PAGES:
        put(raw, f"{name}.en.txt")


def second_state(raw: Path) -> None:
    put(raw, "bravo.en.txt", text="them with care")
    put(raw, "golf.en.txt", bad=True, text="held since the second release")
    put(raw, "mike.en.txt", bad=True)


def third_state(raw: Path) -> None:
    """New, changed, rejected, held, mended, moved, retired and packed sources at once."""
    put(raw, "november.en.txt")
    put(raw, "charlie.en.txt", text="them with care")
    put(raw, "delta.en.txt", bad=True, text="no longer true")
    put(raw, "mike.en.txt")
    put(raw, "oscar.en.txt", bad=True)
    (raw / "echo.en.txt").unlink()
    (raw / "more").mkdir()
    (raw / "foxtrot.en.txt").rename(raw / "more/foxtrot.en.txt")
    with zipfile.ZipFile(raw / "exports.zip", "w") as archive:
        for skill in ("papa", "quebec"):
            archive.writestr(f"{skill}.en.txt", page_of(skill))


@dataclass(frozen=True)
class Scene:
    """A folder of exports, what was published from it before it changed, and what a run makes of it.

    Attributes:
        raw: the exports as they are now.
        before: what was published from two earlier states of them.
        after: what an undisturbed run makes of that.
    """

    raw: Path
    before: Path
    after: Path

    @classmethod
    def make(cls, root: Path, ingest: Callable[[Path, Path], int]) -> Scene:
        """Let it come about, by runs that return their exit code."""
        scene = cls(root / "raw", root / "before", root / "after")
        scene.raw.mkdir(parents=True)
        first_state(scene.raw)
        assert ingest(scene.raw, scene.before) == 0
        second_state(scene.raw)
        assert ingest(scene.raw, scene.before) == 1
        third_state(scene.raw)
        scene.reset(scene.after)
        assert ingest(scene.raw, scene.after) == 1
        return scene

    def reset(self, folder: Path) -> None:
        """Let a folder be as it was before the exports changed."""
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(self.before, folder, symlinks=True)


def call(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def start(*arguments: str | Path, **how: Any) -> subprocess.Popen[str]:
    """Start a command as a process of its own, and of a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "skillprofiles.cli", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **how,
    )


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def lasting(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a record what differs from run to run."""
    return {name: value for name, value in said.items() if name not in OF_A_RUN}


def release_files(release: Path) -> dict[str, str]:
    """Return the checksum of every file of a release; of its manifest only what lasts."""
    found = {path.name: digest(path.read_bytes()) for path in sorted(release.iterdir())}
    said = json.loads((release / "manifest.json").read_bytes())
    return {**found, "manifest.json": json.dumps(lasting(said))}


def quarantined(folder: Path) -> Iterator[tuple[str, Any]]:
    for place in sorted((folder / "quarantine").iterdir()):
        entry = lasting(json.loads((place / "entry.json").read_bytes()))
        pages = {path.name: digest(path.read_bytes()) for path in place.glob("page*")}
        yield entry["source"], (entry, pages)


def ledger(folder: Path) -> dict[str, Any]:
    """Return what the ledger knows, but for runs and stamps; it has to be sound."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        facts = dict(db.execute("SELECT name, value FROM facts"))
        files = [name for (name,) in db.execute("SELECT file FROM files ORDER BY file")]
        columns = "source, sha256, bytes, outcome, gone IS NULL"
        sources = db.execute(f"SELECT {columns} FROM sources ORDER BY source").fetchall()
    return {"release": facts["release"], "files": files, "sources": sources}


def leftovers(folder: Path) -> list[str]:
    """Return what no finished run leaves."""
    found = {path.name for path in folder.iterdir()} - KEPT - {".lock"}
    found |= {path.name for path in (folder / "releases").iterdir()} - set(release_ids(folder))
    for kind in ("runs", "quarantine"):
        found |= {path.name for path in (folder / kind).iterdir() if path.name.startswith(".")}
    return sorted(found)


def state(folder: Path) -> dict[str, Any]:
    """Return all that a run leaves and that must not depend on what happened to it."""
    return {
        "current": current(folder),
        "latest": os.readlink(folder / "latest"),
        "pointer": json.loads((folder / "latest.json").read_bytes()),
        "releases": {name: release_files(path_of(folder, name)) for name in release_ids(folder)},
        "quarantine": dict(quarantined(folder)),
        "ledger": ledger(folder),
        "leftovers": leftovers(folder),
    }


def differences(found: Any, wanted: Any, place: str = "") -> list[str]:
    """Say where two states differ."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return [
            line
            for name in sorted(found.keys() | wanted.keys())
            for line in differences(found.get(name), wanted.get(name), f"{place}/{name}")
        ]
    if isinstance(found, list) and isinstance(wanted, list) and found != wanted:
        more = [item for item in found if item not in wanted]
        lost = [item for item in wanted if item not in found]
        return [f"{place}: {_short(more)} instead of {_short(lost)}"]
    return [] if found == wanted else [f"{place}: {_short(found)} instead of {_short(wanted)}"]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 200 else text[:199] + "…"


def read_whole(folder: Path, known: dict[str, dict[str, str]]) -> str:
    """Look at a folder as a reader does at any moment; return the release found.

    Args:
        folder: the published folder.
        known: the files of every release that may be there, by its id.
    """
    place = locate(folder)
    release = place.name
    assert release in known, f"release {release} is neither the old one nor the new one"
    assert release_files(place) == known[release], f"release {release} is not whole"
    assert damage(folder, release) == []
    assert (folder / "latest").resolve() == place
    pointed = json.loads((folder / "latest.json").read_bytes())
    by_pointer = folder / pointed["path"]
    assert pointed["release"] == by_pointer.name
    assert release_files(by_pointer) == known[by_pointer.name], "latest.json leads astray"
    return release
