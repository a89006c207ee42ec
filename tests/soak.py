"""``python -m tests.soak``: let things happen to runs of `ingest`, time and again, and look.

Each time a folder that was published into is as before, and a run is disturbed: killed at a moment
or at a write, left without room on the disk, or without the right to write. A reader looks. The next
run has to finish, and to leave what a run leaves that nobody disturbed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.disturbing import Scene, differences, read_whole, release_files, state
from tests.happenings import FullDisk, Happening, KilledAfter, KilledAtWrite, ReadOnly, SmallFiles
from tests.killing import Ended, Prepared, Writes

from skillprofiles.ingest import read_run, run_ids
from skillprofiles.releases import path_of, release_ids

_MEMORY = "/dev/shm"
_GOLDEN = 0.618033988749895


@dataclass
class Tried:
    """What came of something that happened.

    Attributes:
        kind: of what happened.
        told: what happened, in words.
        killed: how many runs were killed; those that had ended before are none.
        found: the releases that readers found after each run.
        errors: what runs said that could not go on.
        problems: what should not be, one line each.
    """

    kind: str
    told: str
    killed: int = 0
    found: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Bench:
    """A scene, and what a folder may and must look like."""

    def __init__(self, root: Path, prepared: Prepared) -> None:
        """Set the scene, and see what an undisturbed run does."""
        self._prepared = prepared
        self._scene = Scene.make(root, lambda raw, folder: prepared.ingest(raw, folder).code)
        self._wanted = state(self._scene.after)
        self._known = {
            release: release_files(path_of(folder, release))
            for folder in (self._scene.before, self._scene.after)
            for release in release_ids(folder)
        }
        self._names = {
            str(state(self._scene.before)["current"]): "old",
            str(self._wanted["current"]): "new",
        }
        self.seconds, self.writes = self._measured(root / "measured")

    def _measured(self, folder: Path) -> tuple[float, list[str]]:
        """Return how many seconds a run takes, and its writes in words."""
        log = folder.with_name("writes")
        self._scene.reset(folder)
        self._ingest(folder, writes=Writes(folder, log=log))
        seconds = []
        for _ in range(3):
            self._scene.reset(folder)
            seconds.append(self._ingest(folder).seconds)
        return sorted(seconds)[1], log.read_text(encoding="utf-8").splitlines()

    def _ingest(self, folder: Path, **how: Any) -> Ended:
        return self._prepared.ingest(self._scene.raw, folder, **how)

    def try_one(self, happening: Happening, folder: Path) -> Tried:
        """Let something happen, look, and let the next run finish."""
        tried = Tried(type(happening).__name__, happening.told)
        self._scene.reset(folder)
        try:
            for how in happening.runs(folder):
                ended = self._ingest(folder, **how)
                tried.killed += ended.was_killed
                tried.errors += ended.errors.replace(str(folder), "").splitlines()[-1:]
                if problem := happening.problem(ended):
                    tried.problems.append(problem)
                tried.found.append(self._names[read_whole(folder, self._known)])
            happening.undo(folder)
            tried.problems += self._finish(folder)
        except Exception:  # noqa: BLE001 - whatever it is, the others are tried too
            tried.problems.append(traceback.format_exc())
        return tried

    def _finish(self, folder: Path) -> list[str]:
        """Let a run finish what others began, and say what is not as it should be."""
        ended = self._ingest(folder)
        problems = differences(state(folder), self._wanted)
        if ended.code != 1 or ended.errors:
            problems.append(f"the last run ended with {ended}")
        *before, last = (read_run(folder, run) for run in run_ids(folder))
        if last is None or last.result not in ("published", "unchanged"):
            problems.append(f"the record of the last run says {last}")
        if any(run is None or run.result == "running" for run in before):
            problems.append("a killed run is on record as running")
        return problems


def moments(bench: Bench, seed: int, job: int, jobs: int) -> Iterator[Happening]:
    """Yield kills of two runs in a row without end, at moments spread evenly over a run."""
    start = random.Random(seed).random()
    for number in count(job, jobs):
        shares = [(start + _GOLDEN * (2 * number + run)) % 1.0 for run in (0, 1)]
        told = f"killed after {shares[0]:.1%} of a run, and the next one after {shares[1]:.1%}"
        yield KilledAfter(told, [share * bench.seconds for share in shares])


def others(bench: Bench, options: argparse.Namespace) -> Iterator[Happening]:
    """Yield what happens at no particular moment."""
    if "writes" in options.only:
        yield from KilledAtWrite.everywhere(bench.writes)
    if "read-only" in options.only:
        yield from ReadOnly.everywhere(bench.writes, options.step)
    if "small-files" in options.only:
        yield from SmallFiles.everywhere()
    if "full-disk" in options.only:
        yield from FullDisk.everywhere(options.room, 400_000)


def work(bench: Bench, options: argparse.Namespace, root: Path, job: int) -> list[Tried]:
    """Try the share of one job; stop at nothing."""
    folder = (options.disk or root) / f"folder-{job}"
    tried: list[Tried] = []
    quota = -(-options.kills // options.jobs) if "moments" in options.only else 0
    killed = 0
    for happening in moments(bench, options.seed, job, options.jobs):
        if killed >= quota:
            break
        tried.append(bench.try_one(happening, folder))
        killed += tried[-1].killed
    for number, happening in enumerate(others(bench, options)):
        if number % options.jobs == job:
            tried.append(bench.try_one(happening, folder))
            if isinstance(happening, FullDisk) and not tried[-1].errors:
                break
    return tried


def work_all(bench: Bench, options: argparse.Namespace, root: Path) -> list[dict[str, Any]]:
    """Try everything, several at a time, each in a process and a folder of its own."""
    children = []
    for job in range(options.jobs):
        child = os.fork()
        if not child:
            told = [asdict(tried) for tried in work(bench, options, root, job)]
            (root / f"tried-{job}").write_text(json.dumps(told), encoding="utf-8")
            os._exit(0)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert not any(codes), "a process that tried some of it failed"
    return [
        one
        for job in range(options.jobs)
        for one in json.loads((root / f"tried-{job}").read_text())
    ]


def main() -> None:
    """Try what is asked for, and print a report; the exit code says whether all went well."""
    options = _options()
    began = perf_counter()
    # Nothing here tells a disk from memory, and in memory all is at once on the disk for good.
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="skillprofiles-soak-", dir=memory) as name:
        root = Path(name)
        root.chmod(0o755)  # runs without rights get there too
        bench = Bench(root, Prepared(root / "prepared"))
        tried = work_all(bench, options, root)
    bad = [one for one in tried if one["problems"]]
    for one in bad:
        print(one["told"], *one["found"], *one["problems"], sep="\n  ", file=sys.stderr)
    report = {
        "tried": Counter(one["kind"] for one in tried),
        "killed": {
            kind: sum(one["killed"] for one in tried if one["kind"] == kind)
            for kind in ("KilledAfter", "KilledAtWrite")
        },
        "found": Counter(release for one in tried for release in one["found"]),
        "errors": Counter(line for one in tried for line in one["errors"]),
        "failed": len(bad),
        "writes": len(bench.writes),
        "run_seconds": round(bench.seconds, 3),
        "seconds": round(perf_counter() - began, 1),
        "seed": options.seed,
    }
    print(json.dumps(report, indent=2))
    sys.exit(bool(bad))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="runs killed at random moments")
    parser.add_argument(
        "--only",
        nargs="+",
        default=["moments", "writes", "read-only", "small-files"],
        choices=["moments", "writes", "read-only", "small-files", "full-disk"],
    )
    parser.add_argument("--step", type=int, default=1, help="writes between two read-only folders")
    parser.add_argument("--room", type=int, default=4_096, help="bytes between two full disks")
    parser.add_argument("--disk", type=Path, help="folder on a small disk of its own")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
