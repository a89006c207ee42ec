"""What became of every source: what is not published, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from skillprofiles.report.corpus import Skill
from skillprofiles.report.links import Links
from skillprofiles.report.naming import QUALITY, skill_page
from skillprofiles.report.press import Page, Press
from skillprofiles.report.skill_pages import file_name
from skillprofiles.report.tables import Tables

_MOST_SOURCES: Final = 500
_MOST_FINDINGS: Final = 20
_SEVERITIES: Final = ("error", "warning", "advice")

Row = Mapping[str, Any]


class QualityPage:
    """Makes the page on sources and findings."""

    def __init__(
        self, tables: Tables, skills: Mapping[str, Skill], links: Links, press: Press
    ) -> None:
        """Take the tables, and what all pages have in common."""
        self._skills, self._links, self._press = skills, links, press
        self._sources: list[Row] = tables.sources.to_pylist()
        self._findings: list[Row] = tables.findings.to_pylist()

    def page(self) -> Page:
        """Return the page."""
        rejected = [row for row in self._sources if row["status"] == "rejected"]
        skipped = [row for row in self._sources if row["status"] == "skipped"]
        return self._press.page(
            QUALITY,
            "quality",
            tally=list(self._tally.items()),
            rejected=[self._rejected(row) for row in rejected[:_MOST_SOURCES]],
            more_rejected=max(len(rejected) - _MOST_SOURCES, 0),
            skipped=[self._source(row) for row in skipped[:_MOST_SOURCES]],
            more_skipped=max(len(skipped) - _MOST_SOURCES, 0),
            rules=self._rules(),
        )

    @property
    def summary(self) -> dict[str, int]:
        """How many sources there are, are published (also in an earlier version), are rejected."""
        tally = self._tally
        return {
            "total": len(self._sources),
            "published": tally["accepted"] + tally["held"],
            "rejected": tally["rejected"],
        }

    @cached_property
    def _tally(self) -> dict[str, int]:
        counts = Counter(row["status"] for row in self._sources)
        return {
            "accepted": counts["accepted"],
            "rejected": counts["rejected"],
            "held": sum(_is_held(row) for row in self._sources),
            "skipped": counts["skipped"],
        }

    @cached_property
    def _by_source(self) -> dict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._findings:
            found[row["source"]].append(row)
        return found

    @cached_property
    def _checksums(self) -> dict[str, str | None]:
        return {row["source"]: row["sha256"] for row in self._sources}

    def _source(self, row: Row) -> dict[str, Any]:
        found = self._by_source.get(row["source"], [])
        return {"source": row["source"], "findings": found[:_MOST_FINDINGS]}

    def _rejected(self, row: Row) -> dict[str, Any]:
        source = row["source"]
        errors = [one for one in self._by_source.get(source, []) if one["severity"] == "error"]
        skill = self._skills.get(row["skill"] or "")
        around = self._links.around(source, row["sha256"], "")
        return {
            "source": source,
            "href": around.to(None),
            "held": _is_held(row),
            "skill": skill.name if skill else "",
            "skill_href": skill_page(skill.slug) if skill else "",
            "findings": [self._placed(one) for one in errors[:_MOST_FINDINGS]],
            "more": max(len(errors) - _MOST_FINDINGS, 0),
        }

    def _placed(self, finding: Row) -> dict[str, Any]:
        """Return a finding with the words and the link that say where it is."""
        source, line = finding["source"], finding["line"]
        around = self._links.around(source, self._checksums.get(source), "")
        place = f"{file_name(source)}:{line}" if line else file_name(source)
        return {**finding, "place": place, "href": around.to(line)}

    def _rules(self) -> list[dict[str, Any]]:
        """Return each rule with how often it was broken, and where first; the gravest first."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._findings:
            found[row["code"]].append(row)
        order = sorted(
            found, key=lambda code: (_SEVERITIES.index(found[code][0]["severity"]), code)
        )
        return [
            self._placed(found[code][0])
            | {"count": len(found[code]), "sources": len({row["source"] for row in found[code]})}
            for code in order
        ]


def _is_held(row: Row) -> bool:
    """Whether an earlier version of a source is published in place of the one that was looked at."""
    return row["status"] != "accepted" and row.get("published_sha256") is not None
