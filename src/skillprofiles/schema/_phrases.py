"""The fixed texts of the data dictionary."""

from __future__ import annotations

from typing import Final

from skillprofiles.contracts import Words

TITLE: Final = Words("Data dictionary", "Datenwörterbuch")
GENERATED: Final = Words(
    "Generated from the contracts in `src/skillprofiles/contracts/`; do not edit.",
    "Erzeugt aus den Verträgen in `src/skillprofiles/contracts/`; nicht von Hand ändern.",
)
INTRODUCTION: Final = Words(
    "Skill profiles as tables: what is expected of which role, at which level, for which skill. "
    "Every table is one file, `<table>.parquet` (or `<table>.csv`), and every value in it has "
    "been held against the contract that is written down here.",
    "Skill-Profile als Tabellen: was von welcher Rolle auf welcher Stufe bei welchem Skill "
    "erwartet wird. Jede Tabelle ist eine Datei, `<tabelle>.parquet` (oder `<tabelle>.csv`), und "
    "jeder Wert darin ist an dem Vertrag gemessen, der hier aufgeschrieben ist.",
)
RELEASES: Final = Words(
    "Where the tables are published as releases, the files of the current release lie in "
    "`latest/`. A release says more than the tables of a single run: it has the table `changes`, "
    "and another column in `sources`.",
    "Wo die Tabellen als Releases veröffentlicht werden, liegen die Dateien des aktuellen in "
    "`latest/`. Ein Release sagt mehr als die Tabellen eines einzelnen Laufs: Es hat die Tabelle "
    "`changes` und eine weitere Spalte in `sources`.",
)
RELEASES_ONLY: Final = Words("In releases only", "Nur in Releases")
TABLE: Final = Words("Table", "Tabelle")
ONE_ROW: Final = Words("One row is", "Eine Zeile ist")
KEY: Final = Words("Key", "Schlüssel")
NO_KEY: Final = Words("none: rows may repeat", "keiner: Zeilen dürfen sich wiederholen")
REFERENCES: Final = Words("Refers to", "Verweist auf")
COLUMN: Final = Words("Column", "Spalte")
TYPE: Final = Words("Type", "Typ")
NULL: Final = Words("Null", "Null")
YES: Final = Words("yes", "ja")
NO: Final = Words("no", "nein")
CONTENT: Final = Words("Content", "Inhalt")
VALUES: Final = Words("Values", "Werte")
CHARACTERS: Final = Words("At most {} characters", "Höchstens {} Zeichen")
FROM_TO: Final = Words("{} to {}", "{} bis {}")
AT_LEAST: Final = Words("At least {}", "Mindestens {}")
THOUSANDS: Final = Words(",", ".")
RULES: Final = Words("Rules", "Regeln")
START: Final = Words(
    "The one-liners below name files in the folder they run in (of releases: `latest/`), and start "
    "from:",
    "Die Einzeiler unten nennen Dateien in dem Ordner, in dem sie laufen (bei Releases: "
    "`latest/`), und setzen voraus:",
)

LEVELS_TITLE: Final = Words("Levels are ordered", "Stufen sind geordnet")
LEVELS: Final = Words(
    """\
`level` is a category with an order: {levels}.

| Tool | What it reads | Sorted by |
|---|---|---|
| pandas | ordered categorical | `level` |
| polars | `Enum` | `level` |
| DuckDB, CSV, spreadsheets | text | `level_rank` |

`changes` has no `level_rank`: as text, its `level` sorts by the alphabet.

A file without any row is the exception: pandas then reads a categorical without categories, \
polars knows them all.""",
    """\
`level` ist eine Kategorie mit Ordnung: {levels}.

| Werkzeug | Was es liest | Sortiert nach |
|---|---|---|
| pandas | geordnete Kategorie (`Categorical`) | `level` |
| polars | `Enum` | `level` |
| DuckDB, CSV, Tabellenkalkulation | Text | `level_rank` |

`changes` hat kein `level_rank`: Als Text sortiert `level` dort nach dem Alphabet.

Eine Datei ohne jede Zeile ist die Ausnahme: pandas liest dann eine Kategorie ohne Werte, polars \
kennt sie alle.""",
)
CSV_TITLE: Final = Words("In CSV", "In CSV")
CSV: Final = Words(
    "UTF-8, comma, texts in quotes (RFC 4180). Null is an empty cell, dates are ISO 8601, "
    "booleans are `true` and `false`. The items of a list are joined by `|`; a `|` or `\\` inside "
    "an item has a `\\` before it.",
    "UTF-8, Komma, Texte in Anführungszeichen (RFC 4180). Null ist eine leere Zelle, Daten "
    "folgen ISO 8601, Wahrheitswerte sind `true` und `false`. Die Einträge einer Liste sind durch "
    "`|` verbunden; vor einem `|` oder `\\` in einem Eintrag steht ein `\\`.",
)

TYPES: Final = {
    "string": Words("text", "Text"),
    "boolean": Words("true or false", "wahr oder falsch"),
    "integer": Words("whole number", "ganze Zahl"),
    "date": Words("date", "Datum"),
    "date-time": Words("moment, UTC", "Zeitpunkt, UTC"),
    "array": Words("list of texts", "Liste von Texten"),
    "category": Words("ordered category", "geordnete Kategorie"),
}
