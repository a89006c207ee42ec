"""The contract of ``changes``: what differs between a release and the one before it."""

from __future__ import annotations

from typing import ClassVar, Final

import pandas as pd
import pandera.pandas as pandera

from skillprofiles.contracts._checks import equal, folded, slug
from skillprofiles.contracts._columns import MAX_NAME, Levels, String, described, row_check
from skillprofiles.contracts._profiles import Profiles
from skillprofiles.contracts._requirements import Requirements
from skillprofiles.contracts._words import About, Words
from skillprofiles.model import LEVEL_LABELS
from skillprofiles.vocabulary import LANGUAGES

CHANGES: Final = ("added", "removed", "changed")
RELEASE: Final = "^[0-9]{6,}-[0-9a-f]{12}$"

_ONE_SIDED: Final = {"added": ("after", "before"), "removed": ("before", "after")}


def _columns_beside_the_key(model: type[pandera.DataFrameModel]) -> list[str]:
    key = model.Config.unique or ()
    return [name for name in model.__annotations__ if name not in key]


_REQUIREMENT_FIELDS: Final = _columns_beside_the_key(Requirements)
_PROFILE_FIELDS: Final = _columns_beside_the_key(Profiles)


class Changes(pandera.DataFrameModel):
    """One row for each difference between a release and the one before it."""

    release: String = described(
        ("Release", "The release that brought the difference, by its id."),
        ("Release", "Die Kennung des Release, das den Unterschied gebracht hat."),
        str_matches=RELEASE,
    )
    skill: String = described(
        ("Skill", "Identifier of the skill, as in profiles and requirements."),
        ("Skill", "Kennung des Skills, wie in profiles und requirements."),
        slug(),
        str_length={"max_value": MAX_NAME},
    )
    language: String = described(
        ("Language", "Language of the page's labels."),
        ("Sprache", "Sprache der Beschriftungen auf der Seite."),
        isin=LANGUAGES,
    )
    role: String = described(
        ("Role", "Role of the requirement; null where the row is about the profile itself."),
        ("Rolle", "Rolle der Anforderung; leer, wo es um das Profil selbst geht."),
        folded(),
        nullable=True,
        str_length={"max_value": MAX_NAME},
    )
    level: Levels = described(
        (
            "Level",
            "Level of the requirement, ordered as in requirements; null where the row is about "
            "the profile itself.",
        ),
        (
            "Stufe",
            "Stufe der Anforderung, geordnet wie in requirements; leer, wo es um das Profil "
            "selbst geht.",
        ),
        nullable=True,
        isin=LEVEL_LABELS,
    )
    change: String = described(
        (
            "Change",
            "added: the requirement or profile is new. removed: it is gone. changed: one of its "
            "columns has another value.",
        ),
        (
            "Änderung",
            "added: Die Anforderung oder das Profil ist neu. removed: Es gibt sie oder es nicht "
            "mehr. changed: Eine ihrer Spalten hat einen anderen Wert.",
        ),
        isin=CHANGES,
    )
    field: String = described(
        (
            "Column",
            "The column of requirements or profiles that changed, for example mandatory or tags; "
            "null where the whole requirement or profile is new or gone.",
        ),
        (
            "Spalte",
            "Die Spalte von requirements oder profiles, die sich geändert hat, zum Beispiel "
            "mandatory oder tags; leer, wo die ganze Anforderung oder das ganze Profil neu oder "
            "nicht mehr da ist.",
        ),
        nullable=True,
    )
    before: String = described(
        (
            "Before",
            "The column's value in the release before, as text: true or false, dates in ISO "
            "8601, topics joined by |; null where it had none. Of what was removed: a "
            "requirement's description, a profile's skill_name.",
        ),
        (
            "Vorher",
            "Der Wert der Spalte im Release davor, als Text: true oder false, Daten nach ISO "
            "8601, Themen durch | verbunden; leer, wo sie keinen hatte. Bei removed: die "
            "description einer Anforderung, der skill_name eines Profils.",
        ),
        nullable=True,
        str_length={"min_value": 1},
    )
    after: String = described(
        (
            "After",
            "The column's value in this release, likewise; null where it has none. Of what was "
            "added: a requirement's description, a profile's skill_name.",
        ),
        (
            "Nachher",
            "Der Wert der Spalte in diesem Release, ebenso; leer, wo sie keinen hat. Bei added: "
            "die description einer Anforderung, der skill_name eines Profils.",
        ),
        nullable=True,
        str_length={"min_value": 1},
    )

    class Config:
        """Strict about columns and their order; a difference is told once."""

        name = "changes"
        strict = True
        ordered = True
        unique: ClassVar = ["skill", "language", "role", "level", "field"]
        metadata: ClassVar = {
            "about": About(
                title=Words("Changes", "Änderungen"),
                row=Words(
                    "one difference between a release and the one before it",
                    "ein Unterschied zwischen einem Release und dem davor",
                ),
                text=Words(
                    "What is new, what is gone and what reads differently since the release "
                    "before. A row with a role and a level is about a requirement, a row without "
                    "them about the profile itself.",
                    "Was seit dem Release davor neu ist, was fehlt und was anders lautet. Eine "
                    "Zeile mit Rolle und Stufe betrifft eine Anforderung, eine ohne beide das "
                    "Profil selbst.",
                ),
            )
        }

    @row_check(
        "A change has a role and a level, or neither.",
        "Eine Änderung hat role und level oder keines von beiden.",
        oneOf=[
            {"properties": {"role": {"type": kind}, "level": {"type": kind}}}
            for kind in ("string", "null")
        ],
    )
    def level_of_role(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each change whether it is clear what it is about."""
        return frame["role"].isna() == frame["level"].isna()

    @row_check(
        "field is set exactly where change is changed.",
        "field steht genau dort, wo change changed ist.",
        oneOf=[
            {"properties": {"change": {"const": "changed"}, "field": {"type": "string"}}},
            {
                "properties": {
                    "change": {"not": {"const": "changed"}},
                    "field": {"type": "null"},
                }
            },
        ],
    )
    def field_of_change(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each change whether it names a column exactly where one has changed."""
        return _is(frame, "changed") == frame["field"].notna()

    @row_check(
        "field names a column beside the key: of requirements where there is a role, of "
        "profiles where there is none.",
        "field nennt eine Spalte außerhalb des Schlüssels: von requirements, wo eine Rolle "
        "steht, von profiles, wo keine steht.",
        anyOf=[
            {"properties": {"role": {"type": kind}, "field": {"enum": [*names, None]}}}
            for kind, names in (("string", _REQUIREMENT_FIELDS), ("null", _PROFILE_FIELDS))
        ],
    )
    def field_of_table(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each change whether the column it names is one of the table it is about."""
        about_profile = frame["role"].isna()
        known = about_profile & frame["field"].isin(_PROFILE_FIELDS)
        known |= ~about_profile & frame["field"].isin(_REQUIREMENT_FIELDS)
        return frame["field"].isna() | known

    @row_check(
        "What was added has no before, what was removed has no after.",
        "Was added ist, hat kein before; was removed ist, hat kein after.",
        allOf=[
            {
                "if": {"properties": {"change": {"const": change}}},
                "then": {"properties": {empty: {"type": "null"}}},
            }
            for change, (_, empty) in _ONE_SIDED.items()
        ],
    )
    def one_side(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each change whether what is new or gone has but one side."""
        wrong = [
            _is(frame, change) & frame[empty].notna() for change, (_, empty) in _ONE_SIDED.items()
        ]
        return ~(wrong[0] | wrong[1])

    @row_check(
        "A requirement that was added has its description in after, one that was removed in "
        "before.",
        "Eine Anforderung, die added ist, hat ihre description in after, eine, die removed "
        "ist, in before.",
        allOf=[
            {
                "if": {"properties": {"change": {"const": change}, "role": {"type": "string"}}},
                "then": {"properties": {side: {"type": "string"}}},
            }
            for change, (side, _) in _ONE_SIDED.items()
        ],
    )
    def description_of_requirement(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each change whether a requirement that is new or gone says what it said."""
        wrong = [
            _is(frame, change) & frame[side].isna() for change, (side, _) in _ONE_SIDED.items()
        ]
        return frame["role"].isna() | ~(wrong[0] | wrong[1])

    @row_check(
        "Where change is changed, before and after differ, and at most one of them is null.",
        "Wo change changed ist, sind before und after verschieden, und höchstens eines von "
        "beiden ist leer.",
        anyOf=[
            {"properties": {"change": {"not": {"const": "changed"}}}},
            {"properties": {"before": {"type": "string"}}},
            {"properties": {"after": {"type": "string"}}},
        ],
    )
    def values_differ(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each change whether something has changed."""
        same = equal(frame["before"], frame["after"])
        same |= frame["before"].isna() & frame["after"].isna()
        return ~(_is(frame, "changed") & same)


def _is(frame: pd.DataFrame, change: str) -> pd.Series[bool]:
    return equal(frame["change"], change)
