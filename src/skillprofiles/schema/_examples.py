"""A question to each table, and the one line that answers it in pandas, polars and DuckDB."""

from __future__ import annotations

from typing import Final, NamedTuple

from skillprofiles.contracts import Words


class Example(NamedTuple):
    """A question, and the lines that answer it; each reads ``<table>.parquet``."""

    question: Words
    pandas: str
    polars: str
    duckdb: str


EXAMPLES: Final = {
    "requirements": Example(
        Words(
            "How many requirements are mandatory at each level?",
            "Wie viele Anforderungen sind auf jeder Stufe Pflicht?",
        ),
        'pd.read_parquet("requirements.parquet")'
        '.groupby("level", observed=False)["mandatory"].sum()',
        'pl.read_parquet("requirements.parquet")'
        '.group_by("level").agg(pl.sum("mandatory")).sort("level")',
        "SELECT level, count_if(mandatory) AS mandatory FROM 'requirements.parquet' "
        "GROUP BY level, level_rank ORDER BY level_rank",
    ),
    "profiles": Example(
        Words(
            "Which topics do most skills share?",
            "Welche Themen haben die meisten Skills gemeinsam?",
        ),
        'pd.read_parquet("profiles.parquet")["tags"].explode().value_counts().head(10)',
        'pl.read_parquet("profiles.parquet")'
        '["tags"].explode().drop_nulls().value_counts(sort=True).head(10)',
        "SELECT topic, count(*) AS skills "
        "FROM (SELECT unnest(tags) AS topic FROM 'profiles.parquet') "
        "GROUP BY topic ORDER BY skills DESC LIMIT 10",
    ),
    "findings": Example(
        Words(
            "Which rules are broken most often?",
            "Gegen welche Regeln wird am häufigsten verstoßen?",
        ),
        'pd.read_parquet("findings.parquet").value_counts(["severity", "code", "name"])',
        'pl.read_parquet("findings.parquet")'
        '.group_by("severity", "code", "name").len().sort("len", descending=True)',
        "SELECT severity, code, name, count(*) AS places FROM 'findings.parquet' "
        "GROUP BY ALL ORDER BY places DESC",
    ),
    "sources": Example(
        Words("What became of the sources?", "Was ist aus den Quellen geworden?"),
        'pd.read_parquet("sources.parquet").value_counts("status")',
        'pl.read_parquet("sources.parquet")["status"].value_counts(sort=True)',
        "SELECT status, count(*) AS sources FROM 'sources.parquet' "
        "GROUP BY status ORDER BY sources DESC",
    ),
    "changes": Example(
        Words(
            "For which skills have requirements become mandatory?",
            "Bei welchen Skills sind Anforderungen zur Pflicht geworden?",
        ),
        'pd.read_parquet("changes.parquet")'
        """.query("field == 'mandatory' and after == 'true'").value_counts(["skill", "language"])""",
        'pl.read_parquet("changes.parquet")'
        '.filter(field="mandatory", after="true").group_by("skill", "language").len()'
        '.sort("len", descending=True)',
        "SELECT skill, language, count(*) AS requirements FROM 'changes.parquet' "
        "WHERE field = 'mandatory' AND after = 'true' GROUP BY ALL ORDER BY requirements DESC",
    ),
}
