"""The contract of ``sources``: what became of every source."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd
import pandera.pandas as pandera

from skillprofiles.contracts._checks import equal
from skillprofiles.contracts._columns import (
    KINDS,
    SHA256,
    STATUSES,
    Int32,
    Int64,
    String,
    described,
    row_check,
)
from skillprofiles.contracts._words import About, Words
from skillprofiles.vocabulary import LANGUAGES


class Sources(pandera.DataFrameModel):
    """One row for each source that was looked at, whatever became of it."""

    source: String = described(
        (
            "Source",
            "Path below the input folder, or URL. A member of an archive is named "
            "archive.zip!/member.",
        ),
        (
            "Quelle",
            "Pfad unterhalb des Eingabeordners oder URL. Ein Eintrag eines Archivs heißt "
            "archiv.zip!/eintrag.",
        ),
        str_length={"min_value": 1},
    )
    sha256: String = described(
        (
            "SHA-256",
            "Checksum of the source's bytes, 64 hexadecimal digits; null where they could not be "
            "read.",
        ),
        (
            "SHA-256",
            "Prüfsumme der Bytes der Quelle, 64 hexadezimale Ziffern; leer, wo sie nicht lesbar "
            "waren.",
        ),
        nullable=True,
        str_matches=SHA256,
    )
    bytes: Int64 = described(
        ("Size", "Size of the source in bytes; null where it could not be read."),
        ("Größe", "Größe der Quelle in Bytes; leer, wo sie nicht lesbar war."),
        nullable=True,
        ge=0,
    )
    kind: String = described(
        (
            "Layout",
            "Layout the page was read as: md (tables with pipes), flat (plain lines) or html; "
            "null where none was recognized.",
        ),
        (
            "Layout",
            "Layout, als das die Seite gelesen wurde: md (Tabellen mit senkrechten Strichen), "
            "flat (einfache Zeilen) oder html; leer, wo keines erkannt wurde.",
        ),
        nullable=True,
        isin=KINDS,
    )
    language: String = described(
        ("Language", "Language of the page's labels; null where it is not known."),
        ("Sprache", "Sprache der Beschriftungen auf der Seite; leer, wo sie nicht bekannt ist."),
        nullable=True,
        isin=LANGUAGES,
    )
    status: String = described(
        (
            "Status",
            "accepted: its rows are published. rejected: nothing of this version is published, "
            "findings says why. skipped: it is a role page, or a copy or older edition of an "
            "accepted one.",
        ),
        (
            "Status",
            "accepted: Die Zeilen sind veröffentlicht. rejected: Nichts von dieser Fassung ist "
            "veröffentlicht, findings nennt die Gründe. skipped: Es ist eine Rollenseite "
            "oder eine Kopie oder ältere Ausgabe einer angenommenen.",
        ),
        isin=STATUSES,
    )
    skill: String = described(
        ("Skill", "Identifier of the skill the source describes; null where it is not known."),
        ("Skill", "Kennung des Skills, den die Quelle beschreibt; leer, wo sie nicht bekannt ist."),
        nullable=True,
    )
    errors: Int32 = described(
        ("Errors", "Number of findings of severity error."),
        ("Fehler", "Zahl der Befunde mit der Schwere error."),
        ge=0,
    )
    warnings: Int32 = described(
        ("Warnings", "Number of findings of severity warning."),
        ("Warnungen", "Zahl der Befunde mit der Schwere warning."),
        ge=0,
    )

    class Config:
        """Strict about columns and their order; a source has one row."""

        name = "sources"
        strict = True
        ordered = True
        unique: ClassVar = ["source"]
        metadata: ClassVar = {
            "about": About(
                title=Words("Sources", "Quellen"),
                row=Words(
                    "one source that was looked at, and what became of it",
                    "eine Quelle, die angesehen wurde, und was aus ihr geworden ist",
                ),
                text=Words(
                    "The account of a run: no source that was offered to it is missing here. Start "
                    "here to see how complete the other tables are.",
                    "Die Bilanz eines Laufs: Nichts, was ihm angeboten wurde, fehlt hier. Wer "
                    "wissen will, wie vollständig die anderen Tabellen sind, beginnt hier.",
                ),
            )
        }

    @row_check(
        "A source is rejected exactly when it has at least one error.",
        "Eine Quelle ist genau dann rejected, wenn sie mindestens einen Fehler hat.",
        oneOf=[
            {"properties": {"status": {"const": "rejected"}, "errors": {"minimum": 1}}},
            {
                "properties": {
                    "status": {"not": {"const": "rejected"}},
                    "errors": {"const": 0},
                }
            },
        ],
    )
    def rejected_by_errors(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each source whether its status and its errors agree."""
        return equal(frame["status"], "rejected") == ~equal(frame["errors"], 0)
