"""What moved: a list of releases, and one page each on what it changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from skillprofiles.releases import DamagedManifest, path_of, read_manifest, release_ids
from skillprofiles.releases.layout import sequence_of
from skillprofiles.report.corpus import Skill
from skillprofiles.report.naming import CHANGES, release_page, skill_page
from skillprofiles.report.press import Page, Press
from skillprofiles.report.tables import Tables, read_changes

_MOST_SKILLS: Final = 500
_MOST_CHANGES: Final = 1_500
_MOST_OF_A_SKILL: Final = 60
_COLUMNS: Final = ("role", "level", "change", "field", "before", "after")
_FIELDS: Final = {
    "mandatory": "mandatory_count", "optional": "optional_count", "description": "text",
    "skill_name": "name_of_skill", "summary": "summary", "tags": "topics", "domain": "domain",
    "group": "group", "roles": "roles", "levels": "levels", "updated_on": "updated",
    "content_language": "language_of_texts", "url": "on_the_web",
}  # fmt: skip
"""What the interface calls the columns that can change."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """A release, and how much it changed.

    Attributes:
        id: its id.
        created: when it was made: UTC, ISO 8601 without seconds; empty where that is not known.
        previous: the release before; None for the first.
        current: whether the site shows it.
        damaged: whether what it changed cannot be read.
        counts: how many requirements and profiles were added, removed, changed.
        rows: the changes; None where they cannot be read.
    """

    id: str
    created: str = ""
    previous: str | None = None
    current: bool = False
    damaged: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: pa.Table | None = None

    @property
    def first(self) -> bool:
        """Whether there is nothing to compare it with."""
        return self.previous is None

    @property
    def href(self) -> str:
        """Its page."""
        return release_page(self.id)

    @property
    def total(self) -> int:
        """How many changes there are."""
        return sum(self.counts.values())

    @property
    def added(self) -> int:
        """How many are additions."""
        return self.counts.get("added", 0)

    @property
    def removed(self) -> int:
        """How many are removals."""
        return self.counts.get("removed", 0)

    @property
    def changed(self) -> int:
        """How many are other differences."""
        return self.counts.get("changed", 0)


def releases_of(tables: Tables) -> list[Release]:
    """Return the releases up to the one that is shown, the newest first; none without releases."""
    if tables.published is None or tables.release is None:
        return []
    # The one that is shown may be gone by now: its tables are read already.
    last = sequence_of(tables.release)
    shown = [one for one in release_ids(tables.published) if sequence_of(one) <= last]
    return [_release(tables.published, one, one == tables.release) for one in reversed(shown)]


def _release(published: Path, release: str, current: bool) -> Release:
    try:
        manifest = read_manifest(path_of(published, release))
        changes = read_changes(published, release)
    except (DamagedManifest, OSError):
        return Release(release, current=current, damaged=True)
    return Release(
        release,
        created=manifest.created[:16].replace("T", " "),
        previous=manifest.previous,
        current=current,
        counts=Counter(changes["change"].to_pylist()),
        rows=changes,
    )


class ReleasePages:
    """Makes the pages on what moved."""

    def __init__(self, releases: list[Release], skills: Mapping[str, Skill], press: Press) -> None:
        """Take what all pages have in common."""
        self._releases, self._skills, self._press = releases, skills, press

    def pages(self) -> Iterator[Page]:
        """Yield the list of releases and a page each; nothing where there are none."""
        if self._releases:
            yield self._press.page(CHANGES, "changes", releases=self._releases)
        for release in self._releases:
            if release.rows is not None:
                yield self._page(release, release.rows.to_pylist())

    def _page(self, release: Release, changes: list[Row]) -> Page:
        whole: dict[str, list[Any]] = {"added": [], "removed": []}
        parts: list[Any] = []
        cut, shown = False, 0
        for (skill, language), found in groupby(changes, key=_profile):
            rows = list(found)
            profile = next(filter(_is_whole, rows), None)
            if profile is not None:
                count = sum(row["role"] is not None for row in rows)
                name, page = self._named(skill)
                name = name if page else profile["before"] or name
                whole[profile["change"]].append((name, page, language, count))
            elif shown < _MOST_CHANGES:
                some = [_cells(row) for row in rows[:_MOST_OF_A_SKILL]]
                shown += len(some)
                parts.append((*self._named(skill), language, some, len(rows) - len(some)))
            else:
                cut = True
        cut = cut or any(len(skills) > _MOST_SKILLS for skills in whole.values())
        titles = {"new_skills": whole["added"], "gone_skills": whole["removed"]}
        return self._press.page(
            release.href,
            "release",
            one=release,
            whole=[(title, skills[:_MOST_SKILLS]) for title, skills in titles.items()],
            parts=parts,
            cut=cut,
            fields=_FIELDS,
        )

    def _named(self, slug: str) -> tuple[str, str]:
        """Return the name of a skill, and its page; empty where it is gone."""
        skill = self._skills.get(slug)
        return (skill.name, skill_page(slug)) if skill else (slug, "")


def _profile(row: Row) -> tuple[str, str]:
    return row["skill"], row["language"]


def _is_whole(row: Row) -> bool:
    return row["role"] is None and row["field"] is None


def _cells(row: Row) -> tuple[Any, ...]:
    level = row["level"]
    role, _, change, name, before, after = (row[column] for column in _COLUMNS)
    return role, level.title() if level else "", change, name, before, after
