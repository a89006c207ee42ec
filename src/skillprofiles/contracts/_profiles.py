"""The contract of ``profiles``: what a page says about its skill as a whole."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd
import pandera.pandas as pandera

from skillprofiles.contracts._checks import filled_items, folded, one_line, slug
from skillprofiles.contracts._columns import (
    KINDS,
    MAX_FIGURE,
    MAX_NAME,
    MAX_TEXT,
    NAME_ORIGINS,
    SHA256,
    Date,
    Int16,
    Moment,
    String,
    Strings,
    described,
    row_check,
)
from skillprofiles.contracts._words import About, Reference, Words
from skillprofiles.model import LEVEL_LABELS
from skillprofiles.vocabulary import LANGUAGES


class Profiles(pandera.DataFrameModel):
    """One row for each skill and language: what its page says about the skill as a whole."""

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
        ("Language", "Language of the page's labels."),
        ("Sprache", "Sprache der Beschriftungen auf der Seite."),
        isin=LANGUAGES,
    )
    skill_name: String = described(
        ("Name of the skill", "The skill's name for people; null where nothing tells it."),
        ("Name des Skills", "Der Name des Skills für Menschen; leer, wo nichts ihn verrät."),
        folded(),
        nullable=True,
        str_length={"max_value": MAX_NAME},
    )
    skill_name_from: String = described(
        (
            "Origin of the name",
            "How the name is known: page (it stands there), address (from the page's address) or "
            "inferred (from descriptions that repeat it; worth a second look).",
        ),
        (
            "Herkunft des Namens",
            "Woher der Name bekannt ist: page (er steht dort), address (aus der Adresse der "
            "Seite) oder inferred (aus Beschreibungen erschlossen, die ihn wiederholen; besser "
            "nachsehen).",
        ),
        nullable=True,
        isin=NAME_ORIGINS,
    )
    domain: String = described(
        ("Domain", "Domain the skill belongs to, as the page writes it."),
        ("Domäne", "Domäne, zu der der Skill gehört, wie die Seite sie schreibt."),
        folded(),
        str_length={"max_value": MAX_NAME},
    )
    group: String = described(
        ("Group", "Group inside the domain, as the page writes it."),
        ("Gruppe", "Gruppe innerhalb der Domäne, wie die Seite sie schreibt."),
        folded(),
        str_length={"max_value": MAX_NAME},
    )
    summary: String = described(
        (
            "Summary",
            "The page's one-line summary; null where it carries only the stock sentence that "
            "stands on every page without a text of its own.",
        ),
        (
            "Zusammenfassung",
            "Die einzeilige Zusammenfassung der Seite; leer, wo dort nur der Satz steht, den "
            "jede Seite ohne eigenen Text trägt.",
        ),
        one_line(),
        nullable=True,
        str_length={"max_value": MAX_TEXT},
    )
    tags: Strings = described(
        (
            "Topics",
            "The topics the summary lists, in its order; an empty list where it is a sentence "
            "or missing.",
        ),
        (
            "Themen",
            "Die Themen, die die Zusammenfassung aufzählt, in ihrer Reihenfolge; eine leere "
            "Liste, wo sie ein Satz ist oder fehlt.",
        ),
        filled_items(),
    )
    content_language: String = described(
        (
            "Language of the texts",
            "Language most descriptions are written in, often not that of the labels; null "
            "where it is unclear.",
        ),
        (
            "Sprache der Texte",
            "Sprache, in der die meisten Beschreibungen stehen, oft nicht die der "
            "Beschriftungen; leer, wo sie unklar ist.",
        ),
        nullable=True,
        isin=LANGUAGES,
    )
    roles: Int16 = described(
        ("Roles", "Number of distinct roles, as declared on the page and found in its tables."),
        ("Rollen", "Zahl der verschiedenen Rollen, auf der Seite genannt und so gefunden."),
        ge=1,
        le=MAX_FIGURE,
    )
    levels: Int16 = described(
        ("Levels", "Number of levels, as declared and found; nearly always 5."),
        ("Stufen", "Zahl der Stufen, auf der Seite genannt und so gefunden; fast immer 5."),
        ge=1,
        le=len(LEVEL_LABELS),
    )
    mandatory: Int16 = described(
        ("Mandatory requirements", "Number of mandatory requirements, as declared and found."),
        ("Pflichtanforderungen", "Zahl der Pflichtanforderungen, genannt und so gefunden."),
        ge=0,
        le=MAX_FIGURE,
    )
    optional: Int16 = described(
        ("Optional requirements", "Number of optional requirements, as declared and found."),
        ("Optionale Anforderungen", "Zahl der optionalen Anforderungen, genannt und so gefunden."),
        ge=0,
        le=MAX_FIGURE,
    )
    updated_on: Date = described(
        ("Last update", "Day the page says it was last updated."),
        ("Letzte Änderung", "Tag, an dem die Seite nach eigener Angabe zuletzt geändert wurde."),
    )
    source: String = described(
        (
            "Source",
            "Where the page was read: path below the input folder, or URL. "
            "A member of an archive is named archive.zip!/member.",
        ),
        (
            "Quelle",
            "Wo die Seite gelesen wurde: Pfad unterhalb des Eingabeordners oder URL. "
            "Ein Eintrag eines Archivs heißt archiv.zip!/eintrag.",
        ),
        str_length={"min_value": 1},
    )
    source_kind: String = described(
        ("Layout", "Layout of the source: md (tables with pipes), flat (plain lines) or html."),
        (
            "Layout",
            "Layout der Quelle: md (Tabellen mit senkrechten Strichen), flat (einfache Zeilen) "
            "oder html.",
        ),
        isin=KINDS,
    )
    source_sha256: String = described(
        (
            "SHA-256",
            "Checksum of the source's bytes, 64 hexadecimal digits; it tells whether the source "
            "has changed.",
        ),
        (
            "SHA-256",
            "Prüfsumme der Bytes der Quelle, 64 hexadezimale Ziffern; sie zeigt, ob sich die "
            "Quelle geändert hat.",
        ),
        str_matches=SHA256,
    )
    url: String = described(
        ("Address", "Address of the page on the web; null where it is not known."),
        ("Adresse", "Adresse der Seite im Netz; leer, wo sie nicht bekannt ist."),
        nullable=True,
        str_length={"min_value": 1},
    )
    fetched_at: Moment = described(
        ("Fetched at", "Moment the page was fetched, in UTC; null where it is not known."),
        ("Abgerufen am", "Zeitpunkt des Abrufs in UTC; leer, wo er nicht bekannt ist."),
        nullable=True,
    )

    class Config:
        """Strict about columns and their order; a skill has one page in a language."""

        name = "profiles"
        strict = True
        ordered = True
        unique: ClassVar = ["skill", "language"]
        metadata: ClassVar = {
            "about": About(
                title=Words("Profiles", "Profile"),
                row=Words(
                    "one skill in one language, as its page describes it",
                    "ein Skill in einer Sprache, wie seine Seite ihn beschreibt",
                ),
                text=Words(
                    "What a page says about its skill as a whole: where it belongs, what it is "
                    "about, how many roles and requirements it has, and where it was read.",
                    "Was eine Seite über ihren Skill im Ganzen sagt: wohin er gehört, worum es "
                    "geht, wie viele Rollen und Anforderungen er hat und wo er gelesen wurde.",
                ),
                references=(Reference(("source",), "sources", ("source",)),),
            )
        }

    @row_check(
        "A profile has a skill_name and a skill_name_from, or neither.",
        "Ein Profil hat skill_name und skill_name_from oder keines von beiden.",
        oneOf=[
            {"properties": {"skill_name": {"type": kind}, "skill_name_from": {"type": kind}}}
            for kind in ("string", "null")
        ],
    )
    def origin_of_name(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each profile whether its name has an origin."""
        return frame["skill_name"].isna() == frame["skill_name_from"].isna()
