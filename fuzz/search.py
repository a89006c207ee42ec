"""One target searched in a process of its own: `python -m fuzz.search TARGET FOLDER SECONDS`.

With atheris the search is guided by the branches of `skillprofiles` that inputs reach; without it
hypothesis draws them blindly. What breaks a promise is kept and the search goes on; each kind of
failure is kept once. The process notes in FOLDER how far it is, and which input it is reading, so
that its parent knows them when it dies.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import mmap
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fuzz.case import Case
    from fuzz.targets import Target

SECONDS_ALLOWED: Final = 10.0
"""How long one input may take: the largest ones drawn are some hundred kilobytes."""

LARGEST_NOTED: Final = 4 * 1024 * 1024
_NOTE_EVERY: Final = 0.5
_LENGTH_BYTES: Final = 8
_LONGEST_RAW: Final = 20_000
_AT_ONCE: Final = 200


class Hang(BaseException):
    """An input takes too long; no ``except Exception`` on the way must stop it."""


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Hang(f"an input takes longer than {SECONDS_ALLOWED:g} seconds")


def guided() -> bool:
    """Whether the search can be guided by coverage: atheris is there for Linux on x86-64 only."""
    return importlib.util.find_spec("atheris") is not None


class Search:
    """Judges one input after another, and remembers what was found."""

    def __init__(self, target: Target, folder: Path, found: Path) -> None:
        """Search a target.

        Args:
            target: the target.
            folder: takes the notes.
            found: takes the inputs that break a promise.
        """
        self.target, self.folder, self.found = target, folder, found
        self.tried, self.slowest, self.slowest_size = 0, 0.0, 0
        self.kept: dict[str, str] = {}
        self.started, self.noted_at = monotonic(), 0.0
        path = folder / "input"
        path.write_bytes(bytes(LARGEST_NOTED))
        with path.open("r+b") as file:
            self.current = mmap.mmap(file.fileno(), LARGEST_NOTED)

    def __call__(self, case: Case) -> None:
        """Judge an input, and keep it where it breaks a promise in a way not seen before."""
        self._remember(case)
        start = monotonic()
        signal.setitimer(signal.ITIMER_REAL, SECONDS_ALLOWED)
        try:
            self.target.judge(case, False)
        except (Exception, Hang) as error:  # noqa: BLE001 - whatever it is, it was found
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._keep(case, error)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.tried += 1
        if (seconds := monotonic() - start) > self.slowest:
            self.slowest, self.slowest_size = seconds, len(case.data)
        if monotonic() - self.noted_at > _NOTE_EVERY:
            self.note()

    def _remember(self, case: Case) -> None:
        """Note which input is read now, where it is found even if the process dies of it."""
        parts = [part[: LARGEST_NOTED // 2] for part in (case.ending.encode(), case.data)]
        lengths = b"".join(len(part).to_bytes(_LENGTH_BYTES, "little") for part in parts)
        noted = (lengths + b"".join(parts))[:LARGEST_NOTED]
        self.current[: len(noted)] = noted

    def _keep(self, case: Case, error: BaseException) -> None:
        from fuzz.case import keep

        kind = _kind(error)
        if kind not in self.kept:
            path = keep(self.found, self.target.name, case)
            self.kept[kind] = path.name
            sys.stdout.write(f"{self.target.name}: {path}: {_reason(error)}\n")
            sys.stdout.flush()
            self.note()

    def note(self) -> None:
        """Write how far the search is."""
        self.noted_at = monotonic()
        facts = {
            "tried": self.tried,
            "seconds": self.noted_at - self.started,
            "slowest": self.slowest,
            "slowest_size": self.slowest_size,
            "kept": self.kept,
        }
        path = self.folder / "notes.json"
        path.with_suffix(".new").write_text(json.dumps(facts), encoding="utf-8")
        os.replace(path.with_suffix(".new"), path)


def _kind(error: BaseException) -> str:
    """Return what tells one failure from another: its type, place, and promise."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [
        frame for frame in frames if "skillprofiles" in frame.filename or "fuzz" in frame.filename
    ]
    place = f"{inside[-1].filename}:{inside[-1].lineno}" if inside else ""
    if isinstance(error, (RecursionError, Hang)):
        place = ""
    return f"{type(error).__name__} {place} {str(error).partition(':')[0][:80]}"


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:600]}"


def noted_input(folder: Path) -> tuple[str, bytes]:
    """Return ending and bytes of the input that was read last."""
    data = (folder / "input").read_bytes()
    sizes = [int.from_bytes(data[at : at + _LENGTH_BYTES], "little") for at in (0, _LENGTH_BYTES)]
    start = 2 * _LENGTH_BYTES
    ending, end = start + sizes[0], start + sum(sizes)
    return data[start:ending].decode(), data[ending:end]


def main(name: str, folder: Path, seconds: float, found: Path) -> None:
    """Search a target for some seconds."""
    signal.signal(signal.SIGALRM, _interrupt)
    if guided():
        atheris = importlib.import_module("atheris")
        with atheris.instrument_imports(include=["skillprofiles"]):
            from fuzz.targets import TARGETS
        _guided(atheris, Search(TARGETS[name], folder, found), seconds)
    else:
        from fuzz.targets import TARGETS

        _blind(Search(TARGETS[name], folder, found), seconds)


def _guided(atheris: Any, search: Search, seconds: float) -> None:
    """Let libFuzzer look for inputs; it ends the process itself."""
    from fuzz.case import SEEDS, Case

    corpus = search.folder / "corpus"
    corpus.mkdir()
    folders = [str(corpus)]
    one: Callable[[bytes], object]
    if search.target.raw:
        folders.append(str(SEEDS / search.target.name))
        one = _from_bytes(search, Case)
    else:
        one = _from_choices(search)
    options = [
        f"-max_total_time={int(seconds)}",
        f"-max_len={_LONGEST_RAW}",
        "-rss_limit_mb=2048",
        "-timeout=0",
        "-handle_alrm=0",
        "-print_final_stats=1",
        f"-artifact_prefix={search.folder}/",
    ]
    atheris.Setup(["fuzz", *options, *folders], one)
    atheris.Fuzz()


def _from_bytes(search: Search, case: type[Case]) -> Callable[[bytes], None]:
    def one(data: bytes) -> None:
        search(case(data, ".txt"))

    return one


def _from_choices(search: Search) -> Callable[[bytes], object]:
    """Return what reads the fuzzer's bytes as the choices of the target's strategy."""
    one: Callable[[bytes], object] = _property(search, 1).hypothesis.fuzz_one_input
    return one


def _property(search: Search, examples: int) -> Any:
    from hypothesis import HealthCheck, Phase, given, settings

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(search.target.draw())
    def judged(case: Case) -> None:
        search(case)

    return judged


def _blind(search: Search, seconds: float) -> None:
    """Let hypothesis draw inputs until the time is up."""
    judged = _property(search, _AT_ONCE)
    while monotonic() - search.started < seconds:
        judged()
    search.note()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]))
