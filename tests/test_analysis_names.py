"""Names are matched forgivingly, but never guessed."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from tests.datasets import dataset, profile

import skillprofiles as sp
from skillprofiles.analysis import Ambiguous, NearMatch, NoSuchRole, NoSuchSkill
from skillprofiles.analysis.names import Names, words_of
from skillprofiles.parser.identity import slugify

SKILLS = {
    "kubernetes-operations": "Kubernetes Operations",
    "c-plus-plus-templates": "C++ Templates",
    "c-sharp-templates": "C# Templates",
    "webgl-three-js": "WebGL/Three.js",
    "ci-cd": "CI/CD",
    "pruefmittel": "Prüfmittel",
    "diseno-de-datos": "Diseño de Datos",
    "obs-one": "Data Observability",
    "vue-2": "Vue 2",
    "vue-3": "Vue 3",
    "mysql-administration": "MySQL Administration",
    "incident-response": "Incident Response",
    "testing-backend": "Testing",
    "testing-frontend": "Testing",
    "testing": "Testing Basics",
    "数据建模": "数据建模",
    "size-measuring": "Größenmessung",
    "release2024-planning": "Release2024 Planning",
}
ROLES = (
    "Backend Developer (C#/.NET)",
    "Backend Developer (Node.js)",
    "Site Reliability Engineer (SRE)",
    "QA Engineer (Manual)",
    "1C Developer",
    "Data Engineer",
    "Data Engineers",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> sp.Dataset:
    """Return a dataset with those skills, and one skill with those roles."""
    cells = "Data Engineer: o o o o o"
    pages = [profile(slug, cells, name=name) for slug, name in SKILLS.items()]
    roles = "\n".join(f"{role}: o o o o o" for role in ROLES)
    return dataset(tmp_path_factory.mktemp("names"), *pages, profile("roles", roles))


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("kubernetes-operations", "kubernetes-operations"),
        ("Kubernetes Operations", "kubernetes-operations"),
        ("KUBERNETES   operations ", "kubernetes-operations"),
        ("kubernetes_operations", "kubernetes-operations"),
        ("kubernetesoperations", "kubernetes-operations"),
        ("C++ templates", "c-plus-plus-templates"),
        ("C#-Templates", "c-sharp-templates"),
        ("webgl three js", "webgl-three-js"),
        ("WebGL / ThreeJS", "webgl-three-js"),
        ("cicd", "ci-cd"),
        ("CI CD", "ci-cd"),
        ("Prüfmittel", "pruefmittel"),
        ("PRUEFMITTEL", "pruefmittel"),
        ("prufmittel", "pruefmittel"),
        ("Groessenmessung", "size-measuring"),
        ("GRÖSSENMESSUNG", "size-measuring"),
        ("großenmessung", "size-measuring"),
        ("Diseno de datos", "diseno-de-datos"),
        ("data observability", "obs-one"),
        ("testing", "testing"),
        ("testing basics", "testing"),
        ("数据建模", "数据建模"),
    ],
)
def test_a_skill_is_found_whatever_way_it_is_written(
    data: sp.Dataset, query: str, slug: str
) -> None:
    assert data.find_skill(query) == slug


@pytest.mark.parametrize(
    ("query", "slug", "called"),
    [
        ("kuberntes operations", "kubernetes-operations", "kubernetes-operations"),
        ("Kubernetes Operatoins", "kubernetes-operations", "kubernetes-operations"),
        ("incidnet respons", "incident-response", "incident-response"),
        ("data observabilty", "obs-one", "Data Observability"),
    ],
)
def test_a_slip_is_mended_and_said(data: sp.Dataset, query: str, slug: str, called: str) -> None:
    with pytest.warns(NearMatch, match=f"took '{query}' for '{called}'"):
        assert data.find_skill(query) == slug


def test_a_skill_whose_slug_tells_nothing_is_suggested_by_its_name(data: sp.Dataset) -> None:
    with pytest.raises(NoSuchSkill, match=r"no skill 'observability'; did you mean ") as missed:
        data.find_skill("observability")
    assert "obs-one" in missed.value.suggestions
    assert "'Data Observability'" in str(missed.value)
    assert "obs-one" not in str(missed.value)


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("kubernetes", "kubernetes-operations"),  # a part of a name is not the name
        ("MSSQL Administration", "mysql-administration"),  # a short word names something else
        ("bubernetes operations", "kubernetes-operations"),  # so does another first letter
        ("vue 4", "vue-2"),
        ("vue-32", "vue-3"),
        ("release2025 planning", "release2024-planning"),  # and another figure
        ("c templates", "c-sharp-templates"),
        ("observability data", "obs-one"),
        ("quantum knitting", None),
        ("", None),
        ("   ", None),
        ("???", None),
    ],
)
def test_what_is_not_a_name_is_refused_with_suggestions(
    data: sp.Dataset, query: str, suggestion: str | None
) -> None:
    with pytest.raises(NoSuchSkill) as caught:
        data.find_skill(query)
    assert caught.value.query == query
    assert (suggestion in caught.value.suggestions) if suggestion else not caught.value.suggestions
    assert isinstance(caught.value, LookupError)


def test_a_name_that_several_skills_have_is_refused(data: sp.Dataset) -> None:
    with pytest.raises(Ambiguous) as caught:
        data.find_skill("Testing ")
    assert set(caught.value.candidates) == {"testing", "testing-backend", "testing-frontend"}
    for slug in caught.value.candidates:
        assert data.find_skill(slug) == slug


def test_a_slip_that_can_mean_several_is_refused() -> None:
    names = Names([("engineering alpha", "a"), ("engineering alpho", "o")])
    assert names.find("engineerign alpha").things == ("a",)
    two = Names([("container images", "i"), ("contained images", "d")])
    assert set(two.find("containe images").things) == {"i", "d"}


@pytest.mark.parametrize(
    ("query", "role"),
    [
        ("backend developer c#/.net", "Backend Developer (C#/.NET)"),
        ("Backend Developer C# .NET", "Backend Developer (C#/.NET)"),
        ("backend-developer-(nodejs)", "Backend Developer (Node.js)"),
        ("qa engineer manual", "QA Engineer (Manual)"),
        ("1c developer", "1C Developer"),
        ("DATA ENGINEER", "Data Engineer"),
        ("data engineers", "Data Engineers"),
    ],
)
def test_a_role_is_found_whatever_way_it_is_written(
    data: sp.Dataset, query: str, role: str
) -> None:
    assert set(data.role(query)["role"]) == {role}


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("SRE", "Site Reliability Engineer (SRE)"),
        ("reliability", "Site Reliability Engineer (SRE)"),
        ("Backend Developer", "Backend Developer (C#/.NET)"),
        ("Backend Developer (C)", "Backend Developer (C#/.NET)"),
        ("2C Developer", "1C Developer"),
    ],
)
def test_a_part_of_a_role_is_no_role(data: sp.Dataset, query: str, suggestion: str) -> None:
    with pytest.raises(NoSuchRole) as caught:
        data.role(query)
    assert suggestion in caught.value.suggestions


NAMES = st.text(st.sampled_from("abcdeäñß中文字 -/.+#2"), min_size=1, max_size=14)


@settings(max_examples=20, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_a_name_as_written_is_never_taken_for_another(written: list[str]) -> None:
    names = Names([(name, name) for name in written])
    for name in written:
        assert names.find(name) == ((name,), True)
        for query in (name.upper(), f"  {name}  ", slugify(name)):
            if words_of(query) and query not in written:
                assert name in names.find(query).things


WORDS = st.lists(st.text("abc12", min_size=1, max_size=13), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
def test_only_slips_inside_long_words_are_mended(
    written: list[list[str]], words: list[str]
) -> None:
    found = Names([(" ".join(name), " ".join(name)) for name in written]).find(" ".join(words))
    if not found.exact:
        for thing in found.things:
            for one, two in zip(words, thing.split(), strict=True):
                assert one == two or min(len(one), len(two)) >= 6
                assert one[0] == two[0]
                assert re.findall(r"\d+", one) == re.findall(r"\d+", two)
                assert Levenshtein.distance(one, two) <= 4


def test_warnings_of_slips_point_at_whoever_asked(data: sp.Dataset) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data.matrix("kuberntes operations")
    assert [Path(warning.filename).name for warning in caught] == ["test_analysis_names.py"]
