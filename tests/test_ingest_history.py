"""Any history of the input folder: incremental runs say what one look at everything would say.

The expected state is worked out from what `normalize` makes of the folder as it is, and from what was
published before; no code of `ingest` takes part in it.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ingesting import Place, broken
from tests.samples import page

import skillprofiles as sp

SKILLS = ("alpha", "beta", "gamma")
FOLDERS = ("", "copy/", "old/sub/")
TEXTS = ("it for the team and keeps notes", "them with care and tells why")


@dataclass(frozen=True)
class Put:
    """A page is written, whatever was there."""

    name: str
    skill: str
    text: str
    day: int
    roles: int
    is_broken: bool

    def do(self, place: Place) -> None:
        day = dt.date(2026, 2, self.day)
        content = page(
            "canonical", skill=self.skill, text=self.text, updated_on=day, roles=self.roles
        )
        place.put(self.name, broken(content) if self.is_broken else content)


@dataclass(frozen=True)
class Remove:
    """A page is gone, if it was there."""

    name: str

    def do(self, place: Place) -> None:
        (place.raw / self.name).unlink(missing_ok=True)


# Names that tell nothing: what a file describes may be another skill the next time.
names = st.builds("{}{:02d}.en.txt".format, st.sampled_from(FOLDERS), st.integers(1, 3))
puts = st.builds(
    Put,
    names,
    st.sampled_from(SKILLS),
    st.sampled_from(TEXTS),
    st.integers(1, 3),
    st.integers(1, 2),
    st.booleans(),
)
steps = st.lists(st.lists(puts | st.builds(Remove, names), min_size=1, max_size=3), max_size=5)

Cells = dict[tuple[str, str], tuple[bool, str]]


@dataclass
class Published:
    """A profile as published: where it was read, when it was updated, what it says."""

    source: str
    updated_on: dt.date
    cells: Cells


def published(requirements: Any, profiles: Any) -> dict[str, Published]:
    found = {
        row.skill: Published(row.source, row.updated_on, {})
        for row in profiles.itertuples(index=False)
    }
    for row in requirements.itertuples(index=False):
        found[row.skill].cells[row.role, str(row.level)] = (bool(row.mandatory), row.description)
    return found


def expected(place: Place, before: dict[str, Published]) -> dict[str, Published]:
    """Work out what has to be published, from the folder as it is and what was published."""
    now = sp.normalize(place.raw)
    statuses = dict(zip(now.sources["source"], now.sources["status"], strict=True))
    after = published(now.requirements, now.profiles)
    for skill, profile in before.items():
        newer = after.get(skill)
        held = statuses.get(profile.source) == "rejected"
        if held and (newer is None or newer.updated_on < profile.updated_on):
            after[skill] = profile
    return after


def actual(place: Place) -> dict[str, Published]:
    tables = (place.table(name).to_pandas() for name in ("requirements", "profiles"))
    return published(*tables)


def told(place: Place, before: dict[str, Published]) -> dict[str, Cells]:
    """Return the cells of all profiles, as ``changes`` says they became."""
    cells = {skill: dict(profile.cells) for skill, profile in before.items()}
    columns = ("skill", "role", "level", "change", "field", "before", "after")
    for skill, role, level, change, field, old, new in place.rows("changes", *columns):
        if role is None:
            continue
        own = cells.setdefault(skill, {})
        if change == "removed":
            assert own.pop((role, level))[1] == old
        elif change == "added":
            own[role, level] = (False, new)
        else:
            mandatory, description = own[role, level]
            if field == "mandatory":
                assert str(mandatory).lower() == old
                own[role, level] = (new == "true", description)
            else:
                assert description == old
                own[role, level] = (mandatory, new)
    return {skill: own for skill, own in cells.items() if own}


def descriptions(cells: Cells) -> dict[tuple[str, str], str]:
    return {cell: description for cell, (_, description) in cells.items()}


class Here:
    """Workers that are this very process: hundreds of runs need no processes of their own."""

    count = 1

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def result(self, future: Future[Any]) -> Any:
        return future.result()

    def renew(self) -> None:
        pass

    def alone(self) -> Here:
        return self


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_any_history(history: list[list[Put | Remove]]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch("skillprofiles.ingest.scan._YOUNG_NS", 0),
        patch("skillprofiles.ingest.reading.workers_for", lambda *told: Here()),
    ):
        place = Place.at(Path(folder))
        place.put("omega.en.txt")
        place.ingest()
        for step in history:
            before, release = actual(place), place.release
            for event in step:
                event.do(place)
            wanted = expected(place, before)
            place.ingest()
            found = actual(place)
            assert found == wanted
            if place.release != release:
                said = told(place, before)
                assert {s: descriptions(c) for s, c in said.items()} == {
                    s: descriptions(p.cells) for s, p in found.items()
                }
            assert place.ingest().result == "unchanged"
