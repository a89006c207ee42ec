"""What tests of the site start from: releases in which something moves, and tables that mean harm."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from tests.datasets import profile
from tests.ingesting import broken, write
from tests.samples import NOWHERE
from tests.test_cli import call

from skillprofiles.frames import Batch, findings_table, sources_table
from skillprofiles.model import Figures, Level, Outcome, Profile, Requirement
from skillprofiles.report import Options, build
from skillprofiles.write import write_page

KAFKA = """
Data Engineer: oa Ma Mb - Mc
QA Engineer (Manual): - o M M o
Backend Developer (C#/.NET): o o o o M
"""
KAFKA_DE = """
Data Engineer: oa Ma Mb - Mc
QA Engineer (Manual): - o M M o
Backend-Entwickler: o o o o M
"""
MODELLING = "数据工程师: o" + "中文" * 30 + " o M M M\nData Engineer: o o o M M"
REVIEWS = "Data Engineer: oa oa oa Ma Ma\nEngineering Manager: - - o M M"
NEWER = "Data Engineer: oa oa Ma Ma Ma\nEngineering Manager: - - oz M M"


def put(raw: Path, *profiles: Profile, name: str | None = None) -> None:
    """Write pages, as if they had been there for a while."""
    for one in profiles:
        page = write_page(one, "canonical")
        write(raw / (name or f"{one.skill}.{one.language}.txt"), page)


def published(folder: Path) -> tuple[Path, Path]:
    """Publish three releases; return the pages that were read, and where the releases are.

    In the second a flag and a text of code-review change, sql-tuning goes and vault comes; in the
    third kafka's English page is damaged (its last version is held), and a page is none.
    """
    raw, tables = folder / "raw", folder / "published"
    put(raw, profile("kafka", KAFKA, name="Kafka"), profile("kafka", KAFKA_DE, "de", name="Kafka"))
    put(raw, profile("数据建模", MODELLING, "zh", name="数据建模", domain="数据平台"))
    put(raw, profile("code-review", REVIEWS, domain="Security & Trust"))
    put(raw, profile("sql-tuning", "Data Engineer: o o o o M"))
    run = ("ingest", raw, "--to", tables, "--workers", 1, "--accept-loss", "--quiet")
    assert call(*run).exit_code == 0
    put(raw, profile("code-review", NEWER, domain="Security & Trust"))
    put(raw, profile("vault", "Security Engineer: o M M M M", domain="Security & Trust"))
    (raw / "sql-tuning.en.txt").unlink()
    assert call(*run).exit_code == 0
    write(raw / "kafka.en.txt", broken((raw / "kafka.en.txt").read_text(encoding="utf-8")))
    write(raw / "login.txt", "Please sign in.")
    assert call(*run).exit_code == 1
    return raw, tables


def site(source: Path, out: Path, **options: object) -> Path:
    """Make a site of published tables; return its folder."""
    build(source, out, Options(**options))  # type: ignore[arg-type]
    return out


HARM = "<script>window.harmed=1</script><img src=x onerror=window.harmed=1>"
QUOTES = "\"'><b onmouseover=window.harmed=1>&lt;i&gt;&amp;"
BACKWARDS = "right \u202e to \u2066 left \u2069 \u200f end"
LONG = "x" * 10_000
NAMES = ("constructor", "__proto__", "toString", HARM, QUOTES, BACKWARDS, "{{ 7 * 7 }}", LONG[:500])


def hostile(folder: Path) -> Path:
    """Write tables that no page could bring through the contracts; return their folder."""
    folder.mkdir(parents=True)
    profiles = [
        _hostile("mischief", "en", NAMES, HARM),
        _hostile("mischief", "de", NAMES[::-1], QUOTES),
        _hostile("Mischief", "en", NAMES[:2], BACKWARDS),
        _hostile("MISCHIEF", "en", NAMES[:2], LONG),
        _hostile("../escape", "en", NAMES[3:4], "</title><script>window.harmed=1</script>"),
        _hostile("con", "en", NAMES[:1], "${7*7} {n} {m}"),
    ]
    batch = Batch.of(profiles)
    outcomes = [
        Outcome(
            one.lineage.source.name, "0" * 64, 1, "md", one.language, "accepted", one.skill, 0, 0
        )
        for one in profiles
    ]
    outcomes.append(Outcome(f"{HARM}.txt", None, None, None, None, "rejected", None, 1, 0))
    finding = findings_table([]).schema.empty_table().to_pydict()
    row = {
        "source": f"{HARM}.txt", "line": 3, "column": 1, "code": "SP301", "name": "mandatory-count",
        "severity": "error", "message": f"{HARM}{BACKWARDS}", "hint": QUOTES,
    }  # fmt: skip
    findings = pa.table(
        {name: [row.get(name)] for name in finding}, schema=findings_table([]).schema
    )
    tables = {
        "requirements": batch.requirements,
        "profiles": batch.profile_rows,
        "findings": findings,
        "sources": sources_table(outcomes),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


def _hostile(skill: str, language: str, names: tuple[str, ...], text: str) -> Profile:
    rows = tuple(
        Requirement(role, level, level > 2, f"{text} {level}") for level in Level for role in names
    )
    source = replace(NOWHERE.source, name=f"{skill}/{HARM}\u202e.{language}.txt")
    return Profile(
        skill=skill,
        language=language,
        skill_name=f"{skill} {text}"[:400],
        skill_name_from="page",
        domain=f"{HARM} {BACKWARDS}",
        group=QUOTES,
        summary=text,
        tags=(HARM, QUOTES, BACKWARDS, "constructor", "__proto__", "100% & more+=#"),
        content_language=None,
        declared=Figures(len(names), 5, 0, 0),
        updated_on=dt.date(2026, 2, 22),
        requirements=rows,
        url="javascript:window.harmed=1",
        lineage=replace(NOWHERE, source=source, lines=tuple(range(1, len(rows) + 1))),
    )
