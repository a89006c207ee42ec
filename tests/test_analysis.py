"""Questions asked of tables: what each answer says, row by row."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.datasets import dataset, profile, publish

import skillprofiles as sp
from skillprofiles.analysis import (
    CHANGES,
    NoSuchLanguage,
    NoSuchLevel,
    NoSuchRole,
    NoSuchSkill,
    NoSuchTable,
)
from skillprofiles.model import LEVEL_LABELS, Level


def told(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return rows as plain tuples, null as None."""
    return [
        tuple(None if pd.isna(value) else value for value in row)
        for row in frame[list(columns)].itertuples(index=False, name=None)
    ]


# A page says something at each level; this role makes sure of it.
FULL = "Network Engineer: o o o o o"

STEPS = [
    ("- o", "new", None, False, None),
    ("- M", "new", None, True, None),
    ("oa Ma", "becomes mandatory", False, True, False),
    ("oa Mb", "becomes mandatory", False, True, True),
    ("Ma oa", "becomes optional", True, False, False),
    ("Ma ob", "becomes optional", True, False, True),
    ("oa ob", "text changes", False, False, True),
    ("Ma Mb", "text changes", True, True, True),
    ("oa oa", "carried on", False, False, False),
    ("Ma Ma", "carried on", True, True, False),
    ("oa -", "ends", False, None, None),
    ("Ma -", "ends", True, None, None),
]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> sp.Dataset:
    """Return one skill with a role for every step from middle to senior."""
    cells = "\n".join(
        f"Role {chr(65 + at)} Engineer: o {step[0]} o o" for at, step in enumerate(STEPS)
    )
    return dataset(tmp_path_factory.mktemp("steps"), profile("kafka", cells))


@pytest.mark.parametrize("at", range(len(STEPS)), ids=lambda at: f"{STEPS[at][0]}: {STEPS[at][1]}")
def test_every_step_has_its_name(steps: sp.Dataset, at: int) -> None:
    cells, change, before, after, text_changed = STEPS[at]
    found = steps.compare("kafka", f"Role {chr(65 + at)} Engineer")
    columns = ("from_level", "level", "change", "mandatory_before", "mandatory", "text_changed")
    assert told(found, *columns) == [("middle", "senior", change, before, after, text_changed)]
    old, new = cells.split()
    texts = [found["description_before"].iat[0], found["description"].iat[0]]
    assert [isinstance(text, str) for text in texts] == [old != "-", new != "-"]


def test_what_concerns_most_stands_first(steps: sp.Dataset) -> None:
    found = steps.compare("kafka")
    assert list(found["change"]) == [
        change for name in CHANGES for _, change, *_ in STEPS if change == name
    ]
    new = found[found["change"] == "new"]
    assert list(new["mandatory"]) == [True, False]
    assert found["change"].cat.ordered
    assert found["level"].dtype == pd.CategoricalDtype(list(LEVEL_LABELS), ordered=True)


def test_a_way_over_several_levels_is_told_step_by_step(tmp_path: Path) -> None:
    data = dataset(tmp_path, profile("kafka", "Data Engineer: oa - Mb Mb -\n" + FULL))
    found = data.compare("kafka", "Data Engineer", "junior", "principal")
    assert told(found, "from_level", "level", "change") == [
        ("junior", "middle", "ends"),
        ("middle", "senior", "new"),
        ("senior", "lead", "carried on"),
        ("lead", "principal", "ends"),
    ]
    # What ends is traced to where it stood, everything else to where it stands.
    lines = dict(zip(found["level"], found["line"], strict=True))
    assert lines["middle"] < lines["senior"] < lines["lead"] == lines["principal"]


def test_where_nothing_is_expected_at_either_level_there_is_no_row(tmp_path: Path) -> None:
    data = dataset(tmp_path, profile("kafka", "Data Engineer: o - - M M\nQA Engineer: o o o o o"))
    assert data.compare("kafka", "Data Engineer").empty
    assert list(data.compare("kafka")["role"]) == ["QA Engineer"]


@pytest.mark.parametrize(("have", "want"), [("senior", "middle"), ("lead", "lead"), (5, 1)])
def test_a_way_down_is_refused(steps: sp.Dataset, have: Any, want: Any) -> None:
    with pytest.raises(ValueError, match="is not above"):
        steps.compare("kafka", None, have, want)


def test_a_role_that_the_skill_does_not_name_is_a_miss(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        profile("kafka", "Data Engineer: o o o o o"),
        profile("dbt", "Data Analyst: o o o o o"),
    )
    with pytest.raises(
        NoSuchRole, match="no role 'Data Analyst' in kafka; there are Data Engineer"
    ):
        data.compare("kafka", "Data Analyst")


def test_all_skills_of_a_role_are_compared_at_once(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        profile("kafka", "Data Engineer: o oa Ma o o"),
        profile("dbt", "Data Engineer: o oa oa o o\nBI Analyst: o o o o o"),
        profile("sql", "BI Analyst: o o o o o"),
    )
    found = data.compare(None, "Data Engineer")
    assert told(found, "skill", "change") == [("kafka", "becomes mandatory"), ("dbt", "carried on")]
    one = data.compare("dbt", "Data Engineer")
    assert told(one, "skill", "role") == [("dbt", "Data Engineer")]


def test_levels_are_named_as_people_name_them(steps: sp.Dataset) -> None:
    wanted = steps.compare("kafka", None, "middle", "lead")
    ways: list[tuple[Any, Any]] = [
        ("Middle", "LEAD"),
        (2, 4),
        (Level.MIDDLE, Level.LEAD),
        ("Mid", "Lead / Staff"),
    ]
    for have, want in ways:
        pd.testing.assert_frame_equal(steps.compare("kafka", None, have, want), wanted)
    for level in ("boss", "", 0, 6):
        with pytest.raises(NoSuchLevel, match="there are junior, middle, senior, lead, principal"):
            steps.compare("kafka", None, "junior", level)


def test_matrix_is_roles_of_the_page_by_levels(tmp_path: Path) -> None:
    data = dataset(tmp_path, profile("kafka", "QA Engineer: o M - M M\nData Engineer: - o o M M"))
    flags = data.matrix("kafka")
    assert list(flags.index) == ["QA Engineer", "Data Engineer"]
    assert list(flags.columns) == list(LEVEL_LABELS)
    assert told(flags, *LEVEL_LABELS) == [
        (False, True, None, True, True),
        (None, False, False, True, True),
    ]
    assert set(map(str, flags.dtypes)) == {"bool[pyarrow]"}
    texts = data.matrix("kafka", values="description")
    assert texts.loc["QA Engineer", "middle"] == "Does middle for the team and keeps notes on it."
    assert flags.attrs == {"skill": "kafka", "language": "en"}
    assert list(flags.reset_index().columns) == ["role", *LEVEL_LABELS]
    with pytest.raises(ValueError, match="not mandatory, description or line"):
        data.matrix("kafka", values="source")


def test_a_page_of_four_levels_has_a_column_for_the_fifth(normalized: Path) -> None:
    data = sp.load(normalized)
    page = data.profile("performance-testing")
    assert page["levels"] == 4
    flags = data.matrix("performance-testing")
    assert flags.shape == (2, 5)
    assert flags.isna().all().sum() == 1


def test_a_role_over_all_skills_by_domain_mandatory_first(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        profile("kafka", "Data Engineer: o o M o o", domain="Streams"),
        profile("airflow", "Data Engineer: o o o o o", domain="Streams"),
        profile("dbt", "Data Engineer: o o o o o", domain="Analytics"),
        profile("sql", "Data Engineer: o o - o o\n" + FULL, domain="Analytics"),
        profile("vue", "Frontend Developer (Vue): o o M M M"),
    )
    found = data.role("Data Engineer")
    assert told(found, "domain", "skill", "mandatory") == [
        ("Analytics", "dbt", False),
        ("Streams", "kafka", True),
        ("Streams", "airflow", False),
    ]
    assert set(found["level"]) == {"senior"}
    assert len(data.role("Data Engineer", None)) == 19
    assert data.role("Frontend Developer (Vue)", "junior")["skill"].tolist() == ["vue"]


def test_spellings_of_one_role_are_one_role(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        profile("kafka", "Data Engineer: o o o o o"),
        profile("dbt", "Data engineer: o o o o o"),
        profile("sql", "Data-Engineer: o o o o o"),
    )
    found = data.role("Data engineer")
    assert told(found, "skill", "role") == [
        ("dbt", "Data engineer"),
        ("kafka", "Data Engineer"),
        ("sql", "Data-Engineer"),
    ]


def test_gaps_between_two_roles(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        profile("kafka", "Data Engineer: o o Ma o o"),
        profile("dbt", "Data Engineer: o o Mb o o\nBI Analyst: o o ob o o"),
        profile("sql", "Data Engineer: o o oc o o\nBI Analyst: o o oc o o"),
        profile("charts", "BI Analyst: o o M o o"),
    )
    found = data.gaps("BI Analyst", "Data Engineer")
    assert told(found, "skill", "change", "mandatory_before", "mandatory") == [
        ("kafka", "new", None, True),
        ("dbt", "becomes mandatory", False, True),
        ("sql", "carried on", False, False),
        ("charts", "ends", True, None),
    ]
    assert set(found["from_role"]) == {"BI Analyst"}
    assert set(found["role"]) == {"Data Engineer"}
    back = data.gaps("Data Engineer", "BI Analyst")
    assert told(back, "skill", "change")[0] == ("charts", "new")


def test_gaps_where_no_edition_names_both_roles(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        profile("kafka", "Data Engineer: o o o o o"),
        profile("kafka", "Tester: M M M M M", "de"),
        profile("dbt", "Data Engineer: o o o o o"),
        profile("dbt", "Data Engineer: o o o o o\nTester: M M M M M", "de"),
    )
    found = data.gaps("Data Engineer", "Tester", "senior")
    assert told(found, "skill", "language", "change") == [
        ("dbt", "de", "becomes mandatory"),
        ("kafka", "de", "becomes mandatory"),
    ]
    assert told(
        data.gaps("Data Engineer", "Tester", "senior", language="en"), "skill", "change"
    ) == [
        ("dbt", "ends"),
        ("kafka", "ends"),
    ]


CELLS = "Data Engineer: o o M M M"


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a skill in three languages, one without English, and one with a role in German only."""
    return publish(
        tmp_path_factory.mktemp("editions"),
        profile("kafka", CELLS, "de", updated_on=dt.date(2026, 1, 1)),
        profile("kafka", CELLS, "en", updated_on=dt.date(2025, 12, 2)),
        profile("kafka", CELLS, "zh"),
        profile("dbt", CELLS, "zh"),
        profile("dbt", CELLS, "es"),
        profile("sql", "Data Engineer: o o o o o", "en"),
        profile("sql", "Data Engineer: o o o o o\nDateningenieur: o o M M M", "de"),
    )


@pytest.mark.parametrize(
    ("preferred", "asked", "chosen"),
    [
        ((), None, {"kafka": "en", "dbt": "es", "sql": "en"}),
        ("zh", None, {"kafka": "zh", "dbt": "zh", "sql": "en"}),
        (("de", "zh"), None, {"kafka": "de", "dbt": "zh", "sql": "de"}),
        ((), "zh", {"kafka": "zh", "dbt": "zh"}),
        ("de", "EN", {"kafka": "en", "sql": "en"}),
    ],
    ids=str,
)
def test_one_edition_of_each_skill_is_read_and_named(
    editions: Path, preferred: Any, asked: str | None, chosen: dict[str, str]
) -> None:
    data = sp.load(editions, language=preferred)
    found = data.role("Data Engineer", language=asked)
    assert dict(told(found, "skill", "language")) == chosen
    assert len(found) == len(chosen)
    for skill, language in chosen.items():
        assert data.matrix(skill, language=asked).attrs["language"] == language
        assert set(data.compare(skill, language=asked)["language"]) == {language}
        assert data.profile(skill, language=asked)["language"] == language


def test_an_edition_that_names_the_role_is_read(editions: Path) -> None:
    found = sp.load(editions).role("Dateningenieur")
    assert told(found, "skill", "language") == [("sql", "de")]


def test_a_language_that_is_not_there_is_a_miss(editions: Path) -> None:
    data = sp.load(editions)
    with pytest.raises(NoSuchLanguage, match="no page in sql in 'zh'; there are de, en"):
        data.matrix("sql", language="zh")
    with pytest.raises(NoSuchLanguage, match="no page in 'fr'; there are de, en, es, zh"):
        data.matrix("sql", language="fr")
    with pytest.raises(NoSuchLanguage, match="there are de, en, es, zh"):
        sp.load(editions, language="klingon")


def test_coverage_has_a_row_for_every_skill_and_language(editions: Path) -> None:
    found = sp.load(editions).coverage()
    assert told(found, "skill", "language", "available", "requirements", "days_behind")[:8] == [
        ("dbt", "de", False, None, None),
        ("dbt", "en", False, None, None),
        ("dbt", "es", True, 5, 0),
        ("dbt", "zh", True, 5, 0),
        ("kafka", "de", True, 5, 52),
        ("kafka", "en", True, 5, 82),
        ("kafka", "es", False, None, None),
        ("kafka", "zh", True, 5, 0),
    ]
    assert sp.load(editions).languages("kafka") == ["en", "de", "zh"]


def test_reuse_counts_skills_that_share_a_text_without_their_names(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        profile("kafka", "Data Engineer: oKafka ox o o o", name="Kafka"),
        profile("kafka", "Data Engineer: oKafka ox o o o", "de", name="Kafka"),
        profile("dbt", "Data Engineer: odbt oy o o o", name="dbt"),
        profile("sql", "Data Engineer: oKafka oy o o o", name="SQL"),
    )
    found = data.reuse()
    by_text = {
        text: (skills, rows) for text, skills, rows in told(found, "text", "skills", "requirements")
    }
    assert by_text["does {skill} for the team and keeps notes on it."] == (2, 3)
    assert by_text["does y for the team and keeps notes on it."] == (2, 2)
    assert by_text["does senior for the team and keeps notes on it."] == (3, 4)
    assert "does x for the team and keeps notes on it." not in by_text  # editions of one skill
    assert list(found["skills"]) == sorted(found["skills"], reverse=True)
    shared = found[found["text"].str.contains("{skill}", regex=False)].iloc[0]
    assert list(shared["used_by"]) == ["dbt", "kafka"]
    assert shared["source"] == "dbt.en.txt"
    assert len(data.reuse(at_least=3)) == 3


def test_reuse_masks_names_made_of_signs_and_names_in_chinese(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        profile("c-sharp", "Data Engineer: oC# o o o o", name="C#"),
        profile("dot-net", "Data Engineer: o.NET o o o o", name=".NET"),
        profile("kafka", "数据工程师: o使用Kafka构建 o o o o", "zh", name="Kafka"),
        profile("modelling", "数据工程师: o使用数据建模构建 o o o o", "zh", name="数据建模"),
    )
    found = data.reuse().set_index("text")["used_by"].map(list)
    assert found["does {skill} for the team and keeps notes on it."] == ["c-sharp", "dot-net"]
    assert found["does 使用{skill}构建 for the team and keeps notes on it."] == [
        "kafka",
        "modelling",
    ]


def test_listings(editions: Path) -> None:
    data = sp.load(editions)
    assert [
        (skill, list(codes)) for skill, codes in data.skills[["skill", "languages"]].to_numpy()
    ] == [
        ("dbt", ["es", "zh"]),
        ("kafka", ["en", "de", "zh"]),
        ("sql", ["en", "de"]),
    ]
    assert told(data.roles, "role", "skills", "requirements", "mandatory") == [
        ("Data Engineer", 3, 15, 6),
        ("Dateningenieur", 1, 5, 3),
    ]


def test_tables_have_the_types_of_people(normalized: Path) -> None:
    data = sp.load(normalized)
    assert data.requirements["level"].cat.categories.tolist() == list(LEVEL_LABELS)
    assert (data.requirements["level"] >= "lead").sum() == 192
    assert str(data.profiles["updated_on"].dtype) == "date32[day][pyarrow]"
    assert str(data.profiles["tags"].dtype).endswith("string>[pyarrow]")
    assert data.requirements is data.requirements
    assert data.release is None
    assert data.tables == ("requirements", "profiles", "findings", "sources")
    with pytest.raises(NoSuchTable, match="normalized holds no changes: only a release does"):
        _ = data.changes
    assert repr(data).endswith("503 requirements, 35 profiles>")


def test_tables_without_rows_answer_with_frames_without_rows(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "page.txt").write_text("Please sign in.", encoding="utf-8")
    sp.normalize(raw, tmp_path / "out")
    data = sp.load(tmp_path / "out")
    assert data.requirements["level"].cat.categories.tolist() == list(LEVEL_LABELS)
    for frame in (
        data.skills,
        data.roles,
        data.coverage(),
        data.reuse(),
        data.diff(tmp_path / "out"),
    ):
        assert frame.empty
    assert data.compare(None).empty
    with pytest.raises(NoSuchSkill, match=r"no skill 'kafka'; no skill is published there$"):
        data.matrix("kafka")
    with pytest.raises(NoSuchRole, match=r"no role 'x'; no skill is published there$"):
        data.role("x")
