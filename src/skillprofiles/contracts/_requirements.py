"""The contract of ``requirements``: what is expected of a role at a level of a skill."""

from __future__ import annotations

from typing import ClassVar, Final

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from skillprofiles.contracts._checks import flat, folded, holding, one_line, slug
from skillprofiles.contracts._columns import (
    MAX_NAME,
    MAX_TEXT,
    Bool,
    Int8,
    Int32,
    Levels,
    String,
    described,
    row_check,
)
from skillprofiles.contracts._words import About, Reference, Words
from skillprofiles.model import LEVEL_LABELS
from skillprofiles.vocabulary import LANGUAGES

_LABELS: Final = pa.array(LEVEL_LABELS, pa.string())


class Requirements(pandera.DataFrameModel):
    """One row for each skill, language, role and level: what is expected there."""

    skill: String = described(
        (
            "Skill",
            "Identifier of the skill, for joins: a slug taken from the page's address, else from "
            "a telling file name, else from the skill's name.",
        ),
        (
            "Skill",
            "Kennung des Skills, zum Verknüpfen: ein Slug aus der Adresse der Seite, sonst aus "
            "einem sprechenden Dateinamen, sonst aus dem Namen des Skills.",
        ),
        slug(),
        str_length={"max_value": MAX_NAME},
    )
    language: String = described(
        (
            "Language",
            "Language of the page's labels. The texts may be in another language: "
            "see content_language in profiles.",
        ),
        (
            "Sprache",
            "Sprache der Beschriftungen auf der Seite. Die Texte können in einer anderen Sprache "
            "stehen: siehe content_language in profiles.",
        ),
        isin=LANGUAGES,
    )
    role: String = described(
        ("Role", "The role as the page writes it, with white space folded."),
        ("Rolle", "Die Rolle, wie die Seite sie schreibt; Leerraum ist zusammengefasst."),
        folded(),
        str_length={"max_value": MAX_NAME},
    )
    level: Levels = described(
        (
            "Level",
            "Step of the growth path, ordered: comparing and sorting follow the path, not the "
            "alphabet.",
        ),
        (
            "Stufe",
            "Stufe des Entwicklungspfads, geordnet: Vergleichen und Sortieren folgen dem Pfad, "
            "nicht dem Alphabet.",
        ),
        isin=LEVEL_LABELS,
    )
    level_rank: Int8 = described(
        (
            "Rank of the level",
            "The same step as a number, from junior to principal, for tools without ordered "
            "categories.",
        ),
        (
            "Rang der Stufe",
            "Dieselbe Stufe als Zahl, von junior bis principal, für Werkzeuge ohne geordnete "
            "Kategorien.",
        ),
        ge=1,
        le=len(LEVEL_LABELS),
    )
    mandatory: Bool = described(
        ("Mandatory", "True where the page flags the requirement as mandatory, else optional."),
        ("Pflicht", "Wahr, wo die Seite die Anforderung als Pflicht kennzeichnet, sonst optional."),
    )
    description: String = described(
        (
            "Description",
            "What is expected, in one line, in the page's words; entities and escapes are "
            "resolved, nothing else is changed.",
        ),
        (
            "Beschreibung",
            "Was erwartet wird, in einer Zeile und im Wortlaut der Seite; Entitäten und "
            "Maskierungen sind aufgelöst, sonst ist nichts verändert.",
        ),
        one_line(),
        str_length={"max_value": MAX_TEXT},
    )
    source: String = described(
        (
            "Source",
            "Where the row was read: path below the input folder, or URL. "
            "A member of an archive is named archive.zip!/member.",
        ),
        (
            "Quelle",
            "Wo die Zeile gelesen wurde: Pfad unterhalb des Eingabeordners oder URL. "
            "Ein Eintrag eines Archivs heißt archiv.zip!/eintrag.",
        ),
        str_length={"min_value": 1},
    )
    line: Int32 = described(
        ("Line", "Line of the row in its source."),
        ("Zeile", "Zeile der Anforderung in ihrer Quelle."),
        ge=1,
    )

    class Config:
        """Strict about columns and their order; a cell of the matrix has one row."""

        name = "requirements"
        strict = True
        ordered = True
        unique: ClassVar = ["skill", "language", "role", "level"]
        metadata: ClassVar = {
            "about": About(
                title=Words("Requirements", "Anforderungen"),
                row=Words(
                    "the expectation on one role at one level of one skill, in one language",
                    "die Erwartung an eine Rolle auf einer Stufe eines Skills, in einer Sprache",
                ),
                text=Words(
                    "The matrix itself: for each skill, who has to know what, from which level on. "
                    "A role without a row at some level is normal: nothing is expected there.",
                    "Die Matrix selbst: wer bei welchem Skill was können muss, und ab welcher "
                    "Stufe. Eine Rolle ohne Zeile auf einer Stufe ist normal: Dort wird nichts "
                    "erwartet.",
                ),
                references=(
                    Reference(("skill", "language"), "profiles", ("skill", "language")),
                    Reference(("source",), "sources", ("source",)),
                ),
            )
        }

    @row_check(
        "level_rank is the position of level: junior 1, middle 2, senior 3, lead 4, principal 5.",
        "level_rank ist die Position von level: junior 1, middle 2, senior 3, lead 4, principal 5.",
        oneOf=[
            {"properties": {"level": {"const": label}, "level_rank": {"const": rank}}}
            for rank, label in enumerate(LEVEL_LABELS, start=1)
        ],
    )
    def level_rank_of_level(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each row whether its rank is that of its level."""
        position = pc.index_in(flat(frame["level"]).cast(pa.string()), value_set=_LABELS)
        ranks = flat(frame["level_rank"]).cast(pa.int32())
        return holding(pc.equal(pc.add(position, 1), ranks), frame["level"])


class RequirementRows(Requirements):
    """The same for the rows of a batch of pages, each with the page it came from.

    Two pages of a batch may describe the same skill in the same language; which of them stands
    is settled over the whole corpus. Inside one page a role has one row at a level.
    """

    page: Int32 = pandera.Field(ge=0)

    class Config:
        """As the published table, with the page in place of skill and language."""

        name = "requirements"
        strict = True
        ordered = True
        unique: ClassVar = ["page", "role", "level"]
