"""One run of ``skillprofiles ingest`` as a step of an orchestrator. Needs the standard library alone.

skillprofiles is called as a program, so it keeps an environment of its own: an orchestrator and it
hardly ever agree on the versions of pandas. What a step ends with is told apart as an orchestrator has
to: worth another try, nothing to do, or in need of a person.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

PROGRAM = os.environ.get("SKILLPROFILES", "/opt/skillprofiles/bin/skillprofiles")

DONE, REJECTED, UNUSABLE, LOCKED = range(4)


class Retry(Exception):
    """Disk, network or configuration: may be over in a moment (exit 2)."""


class Skip(Exception):
    """Another run is at work, and does the same (exit 3)."""


class Fail(Exception):
    """A person has to look: too much would be lost, no run was good for too long, or a bug."""


def ingest(raw: str, published: str, *options: str) -> dict[str, Any]:
    """Publish what changed, and return the record of the run.

    Rejected sources are no failure: what is left is published, and ``rejected`` counts them.

    Args:
        raw: the input folder.
        published: the published folder.
        options: more options of ``skillprofiles ingest``.

    Raises:
        Retry: if it may go better in a moment.
        Skip: if another run is at work.
        Fail: if nothing was published because too much would be lost, or the program failed.
    """
    done = _call("ingest", raw, "--to", published, "--log-format", "json", *options)
    if done.returncode == LOCKED:
        raise Skip(_last(done.stderr))
    if done.returncode == UNUSABLE:
        raise Retry(_last(done.stderr))
    if done.returncode not in (DONE, REJECTED):
        raise Fail(f"exit {done.returncode}: {_last(done.stderr)}")
    run: dict[str, Any] = json.loads(_last(done.stderr))
    if run["event"] == "blocked":
        raise Fail(f"nothing was published: {run['reason']}")
    return run


def rejected(run: dict[str, Any]) -> int:
    """Return how many sources the release says are rejected."""
    return int(run["sources"].get("rejected", 0))


def quarantine(published: str) -> str:
    """Return the rejected sources and their first errors, as text."""
    return _call("quarantine", "list", published).stdout


def status(published: str, max_age: str) -> str:
    """Return how the published folder is doing.

    Raises:
        Fail: if the last good run ended longer ago than ``max_age``, the last run was not good, or
            the release is damaged.
    """
    done = _call("status", published, "--max-age", max_age)
    if done.returncode:
        raise Fail(f"exit {done.returncode}: {done.stdout or done.stderr}")
    return done.stdout


def _call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
