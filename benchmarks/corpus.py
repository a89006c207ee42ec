"""A corpus of believable pages, the same for the same seed, of any size.

The pages are what real exports are: 5.4 KB and 20 rows on average, labels in four languages, all
layouts, roles with brackets and slashes, tables with holes, mostly English texts. A longer corpus
starts with the pages of a shorter one. Nothing on a page is wrong: what is rejected is a fault of the
program or of this file, and `write` looks for that.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import phrases
from skillprofiles.findings import Report
from skillprofiles.model import Figures, Level, Lineage, Profile, Requirement, Source
from skillprofiles.parser import parse_document
from skillprofiles.parser.identity import slugify
from skillprofiles.read import read_document
from skillprofiles.write import write_page

SEED: Final = 20_260_317
MIXED: Final = {"md": 70, "html": 15, "flat": 10, "tabbed": 5}
"""Share of each layout in per cent."""
MD_ONLY: Final = {"md": 100}

_LANGUAGES: Final = {"de": 35, "en": 35, "es": 15, "zh": 15}
_FILES_A_FOLDER: Final = 500
_SENTENCES: Final = 4_000
_CHECKED: Final = 50
_FIRST_DAY: Final = dt.date(2025, 1, 1)
_SITE: Final = "https://skills.example.org/skills"
_NOWHERE: Final = Lineage(Source("generated"), "md", "", (), {})


class Page(NamedTuple):
    """A page of the corpus: its name, its layout and the profile that stands on it."""

    name: str
    layout: str
    profile: Profile

    @property
    def text(self) -> str:
        """The page itself."""
        return write_page(self.profile, self.layout)

    def as_layout(self, layout: str) -> bytes:
        """Return the page as it would be exported in another layout."""
        return write_page(self.profile, layout).encode()


class Generator:
    """Draws pages, one after another, from one seed."""

    def __init__(self, shares: Mapping[str, int] = MIXED, seed: int = SEED) -> None:
        """Start at the first page.

        Args:
            shares: share of each layout.
            seed: the same one gives the same pages.
        """
        self._random = random.Random(seed)
        self._layouts, self._layout_shares = list(shares), list(accumulate(shares.values()))
        self._english = self._sentences()
        self._own = {code: phrases.listed(text) for code, text in phrases.OWN_LANGUAGE.items()}

    def pages(self) -> Iterator[Page]:
        """Yield pages without end: of each skill its page, of every fifth one also a translation."""
        draw, number = self._random, 0
        languages, shares = list(_LANGUAGES), list(accumulate(_LANGUAGES.values()))
        while True:
            number += 1
            first, second = draw.choices(languages, cum_weights=shares, k=2)
            profile = self._profile(number, first)
            translated = first != second and draw.random() < 0.3
            yield self._page(profile, number, telling=translated or draw.random() < 0.75)
            if translated:
                yield self._page(replace(profile, language=second), number, telling=True)

    def _page(self, profile: Profile, number: int, telling: bool) -> Page:
        draw = self._random
        layout = draw.choices(self._layouts, cum_weights=self._layout_shares)[0]
        if layout == "html":
            profile = replace(profile, url=f"{_SITE}/{profile.skill}?lang={profile.language}")
        ending = "html" if layout == "html" else "txt"
        if telling:
            name = f"{profile.skill}.{profile.language}.{ending}"
        else:
            name = f"{number:06d}_{draw.getrandbits(64):016x}.{ending}"
        return Page(name, layout, profile)

    def _profile(self, number: int, language: str) -> Profile:
        draw = self._random
        area = draw.choice(phrases.AREAS)
        group = draw.choice(list(area.groups))
        name = f"{draw.choice(phrases.listed(area.groups[group]))} {number}"
        roles = self._roles()
        rows = self._rows(roles, name, language)
        mandatory = sum(row.mandatory for row in rows)
        summary = None
        if draw.random() < 0.85:
            topics = phrases.listed(area.topics, ",")
            summary = ", ".join(draw.sample(topics, draw.randint(3, 8)))
        return Profile(
            skill=slugify(name),
            language=language,
            skill_name=name,
            skill_name_from="page",
            domain=area.domain,
            group=group,
            summary=summary,
            tags=(),
            content_language="en",
            declared=Figures(len(roles), len(Level), mandatory, len(rows) - mandatory),
            updated_on=_FIRST_DAY + dt.timedelta(days=draw.randrange(365)),
            requirements=tuple(rows),
            url=None,
            lineage=_NOWHERE,
        )

    def _roles(self) -> list[str]:
        weights = phrases.ROLES_A_PAGE
        count = self._random.choices(list(weights), list(weights.values()))[0]
        return sorted(self._random.sample(phrases.ROLES, count))

    def _rows(self, roles: list[str], skill: str, language: str) -> list[Requirement]:
        """Draw the tables: a row for each role at each level, but for a few holes."""
        draw = self._random
        own = self._own.get(language) if draw.random() < 0.1 else None
        share = draw.choice((0.0, 0.3, 0.6, 0.6, 0.8, 1.0))
        from_template = draw.choice(roles) if draw.random() < 0.1 else None
        holes: dict[str, Level] = {}
        if len(roles) > 2 and draw.random() < 0.2:
            holes = {role: draw.choice(list(Level)) for role in roles if draw.random() < 0.1}
        return [
            Requirement(
                role,
                level,
                draw.random() < share,
                phrases.TEMPLATES[level - 1].format(skill=skill)
                if role == from_template
                else ("" if own and language == "zh" else " ").join(
                    draw.sample(own, 3) if own else draw.sample(self._english[level], 2)
                ),
            )
            for level in Level
            for role in roles
            if holes.get(role) is not level
        ]

    def _sentences(self) -> dict[Level, list[str]]:
        """Make English sentences of every level; two of them are a description."""
        draw = self._random
        objects, endings = phrases.listed(phrases.OBJECTS), phrases.listed(phrases.ENDINGS)
        sentences = {}
        for level, text in zip(Level, phrases.OPENINGS, strict=True):
            openings = phrases.listed(text)
            sentences[level] = [
                f"{draw.choice(openings)} {', '.join(draw.sample(objects, draw.randint(1, 2)))} "
                f"{draw.choice(endings)}."
                for _ in range(_SENTENCES)
            ]
        return sentences


def pages(count: int, shares: Mapping[str, int] = MIXED) -> Iterator[Page]:
    """Yield the first so many pages of a corpus."""
    return islice(Generator(shares).pages(), count)


def write(folder: Path, count: int, shares: Mapping[str, int] = MIXED) -> int:
    """Write a corpus below a folder, and read a sample of it; return its size in bytes.

    Raises:
        ValueError: if a page of the sample would be rejected.
    """
    size = 0
    for number, page in enumerate(pages(count, shares)):
        data = page.text.encode()
        if number % _CHECKED == 0:
            check(page, data)
        inside = folder / folder_of(number)
        if number % _FILES_A_FOLDER == 0:
            inside.mkdir(parents=True)
        with open(os.path.join(inside, page.name), "wb", buffering=0) as file:
            file.write(data)
        size += len(data)
    return size


def folder_of(number: int) -> str:
    """Return the folder that the page of a number, counted from 0, is written into."""
    return f"{number // _FILES_A_FOLDER:04d}"


def check(page: Page, data: bytes) -> None:
    """Read a page.

    Raises:
        ValueError: if it is rejected, or not read as what it was made from.
    """
    report = Report(page.name)
    document = read_document(data, report)
    profile = parse_document(document, Source(page.name), "", report) if document else None
    reasons = [f"{found.rule.code} {found.message}" for found in report.findings if found.is_error]
    if profile is None or reasons:
        raise ValueError(f"{page.name} ({page.layout}) is rejected: {'; '.join(reasons)}")
    made = page.profile
    if (profile.requirements, profile.declared) != (made.requirements, made.declared):
        raise ValueError(f"{page.name} ({page.layout}) is read as something else")
