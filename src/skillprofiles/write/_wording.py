"""What every layout writes: labels, captions, figures and the date in a page's language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from skillprofiles.model import Level, Profile, Requirement
from skillprofiles.vocabulary import Language, language


class Wording:
    """The words of one profile's page."""

    def __init__(self, profile: Profile) -> None:
        """Prepare the words for a page in the profile's language."""
        self.profile = profile
        self.words: Language = language(profile.language)

    def label(self, field: str) -> str:
        """Return the label of a field."""
        return self.words.labels[field][0]

    @property
    def name(self) -> str | None:
        """The skill's name, where the page itself tells it; no other is written on a page."""
        return self.profile.skill_name if self.profile.skill_name_from == "page" else None

    @property
    def summary(self) -> str:
        """The summary, or the stock sentence of pages that have none."""
        return self.profile.summary or self.words.stock["summary"][0]

    @property
    def columns(self) -> tuple[str, str, str]:
        """The header of every table."""
        columns = self.words.columns
        return columns["role"][0], columns["flag"][0], columns["description"][0]

    @property
    def flag(self) -> str:
        """What stands in the flag cell of a mandatory requirement."""
        return self.words.flags["mandatory"][0]

    @property
    def date(self) -> str:
        """The date of the last update, as pages of the language write it."""
        day = self.profile.updated_on
        return self.words.date.format(day=day.day, month=day.month, year=day.year)

    @property
    def optional(self) -> str:
        """The caption that tells the number of optional requirements."""
        return self.words.captions["optional"][0].format(n=self.profile.declared.optional)

    def figures(self) -> Iterator[tuple[str, int, str]]:
        """Yield label, figure and caption of the three figures."""
        declared = self.profile.declared
        captions = self.words.captions
        yield self.label("roles"), declared.roles, captions["roles"][0]
        yield self.label("levels"), declared.levels, captions["levels"][0]
        yield self.label("mandatory"), declared.mandatory, self.optional

    def tables(self) -> list[tuple[Level, list[Requirement]]]:
        """Return the requirements of each level, in order."""
        rows = sorted(self.profile.requirements, key=lambda row: row.level)
        return [(level, list(group)) for level, group in groupby(rows, key=lambda row: row.level)]

    def level_names(self, tables: list[tuple[Level, list[Requirement]]]) -> list[str | None]:
        """Return the heading of each table: names only where the order alone would not tell."""
        if [level for level, _ in tables] == list(Level):
            return [None] * len(tables)
        names = language("en").level_names
        return [names[level.label][0] for level, _ in tables]
