"""The contract of ``findings``: what is wrong, or could be better, and where."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd
import pandera.pandas as pandera

from skillprofiles.contracts._columns import SEVERITIES, Int32, String, described, row_check
from skillprofiles.contracts._words import About, Reference, Words
from skillprofiles.model import LEVEL_LABELS
from skillprofiles.vocabulary import LANGUAGES


class Findings(pandera.DataFrameModel):
    """One row for each rule broken at one place."""

    source: String = described(
        ("Source", "The source the finding is about, as in sources."),
        ("Quelle", "Die Quelle, um die es geht, wie in sources."),
        str_length={"min_value": 1},
    )
    line: Int32 = described(
        ("Line", "Line in the source; null where the whole source is meant."),
        ("Zeile", "Zeile in der Quelle; leer, wo die ganze Quelle gemeint ist."),
        nullable=True,
        ge=1,
    )
    column: Int32 = described(
        ("Column", "Column in that line, counted in characters; null where line is."),
        ("Spalte", "Spalte in dieser Zeile, gezählt in Zeichen; leer, wo line leer ist."),
        nullable=True,
        ge=1,
    )
    code: String = described(
        (
            "Code",
            "Code of the rule: SP and three digits; the first digit is the family "
            "(0 source, 1 header, 2 rows, 3 contract, 4 corpus, 5 advice).",
        ),
        (
            "Code",
            "Code der Regel: SP und drei Ziffern; die erste nennt die Familie "
            "(0 Quelle, 1 Kopf, 2 Zeilen, 3 Vertrag, 4 Gesamtbestand, 5 Ratschlag).",
        ),
        str_matches="^SP[0-9]{3}$",
    )
    name: String = described(
        ("Name", "The rule's name in words, for example mandatory-count."),
        ("Name", "Name der Regel in Worten, zum Beispiel mandatory-count."),
        str_matches="^[a-z0-9]+(-[a-z0-9]+)*$",
    )
    severity: String = described(
        (
            "Severity",
            "error rejects the page, warning and advice do not.",
        ),
        (
            "Schwere",
            "error weist die Seite zurück, warning und advice nicht.",
        ),
        isin=SEVERITIES,
    )
    message: String = described(
        ("Message", "What is the case, in one sentence, in English."),
        ("Meldung", "Was der Fall ist, in einem Satz, auf Englisch."),
        str_length={"min_value": 1},
    )
    hint: String = described(
        ("Hint", "What to do about it, in one sentence, in English."),
        ("Hinweis", "Was zu tun ist, in einem Satz, auf Englisch."),
        str_length={"min_value": 1},
    )
    skill: String = described(
        ("Skill", "Identifier of the skill; null where it is not known."),
        ("Skill", "Kennung des Skills; leer, wo sie nicht bekannt ist."),
        nullable=True,
    )
    language: String = described(
        ("Language", "Language of the page's labels; null where it is not known."),
        ("Sprache", "Sprache der Beschriftungen auf der Seite; leer, wo sie nicht bekannt ist."),
        nullable=True,
        isin=LANGUAGES,
    )
    role: String = described(
        ("Role", "Role of the row at fault; null where no row is."),
        ("Rolle", "Rolle der fehlerhaften Zeile; leer, wo es um keine Zeile geht."),
        nullable=True,
    )
    level: String = described(
        ("Level", "Level of the row at fault; null where no row is, or where it is not known."),
        (
            "Stufe",
            "Stufe der fehlerhaften Zeile; leer, wo es um keine Zeile geht oder sie nicht "
            "bekannt ist.",
        ),
        nullable=True,
        isin=LEVEL_LABELS,
    )

    class Config:
        """Strict about columns and their order; a finding may occur twice."""

        name = "findings"
        strict = True
        ordered = True
        metadata: ClassVar = {
            "about": About(
                title=Words("Findings", "Befunde"),
                row=Words(
                    "one rule broken at one place of one source",
                    "ein Verstoß gegen eine Regel an einer Stelle einer Quelle",
                ),
                text=Words(
                    "Everything the run has to say about its sources, with file and line: why a "
                    "page was rejected, what was repaired, what could be better.",
                    "Alles, was der Lauf zu seinen Quellen zu sagen hat, mit Datei und Zeile: "
                    "warum eine Seite zurückgewiesen, was repariert wurde, was besser ginge.",
                ),
                references=(Reference(("source",), "sources", ("source",)),),
            )
        }

    @row_check(
        "A finding has a line and a column, or neither.",
        "Ein Befund hat eine Zeile und eine Spalte oder keine von beiden.",
        oneOf=[
            {"properties": {"line": {"type": kind}, "column": {"type": kind}}}
            for kind in ("integer", "null")
        ],
    )
    def column_of_line(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each finding whether its place is whole."""
        return frame["line"].isna() == frame["column"].isna()
