"""Profiles written as pages and read again: equal, or (flat text only) refused."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from tests.support import CASES, contradictions, pages, read_page

from skillprofiles.model import Figures, Level, Lineage, Profile, Requirement, Source
from skillprofiles.parser.texts import content_language, inferred_name, topics
from skillprofiles.read.captions import level_named
from skillprofiles.vocabulary import LANGUAGES, lexicon
from skillprofiles.vocabulary.fold import fold
from skillprofiles.write import LAYOUTS, canonical_name, write_canonical, write_page

WORDS = lexicon()
NOWHERE = Lineage(Source("generated"), "md", "", (), {})

# What may stand in a text: letters of several alphabets, and every sign that some layout gives a
# meaning to. White space other than a blank, invisible and decomposed characters are left out,
# because reading a page removes them: no accepted profile holds them.
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FOREIGN = "äöüÄÖÜßéèñçøłАБвгдαβγΩ数据库引擎日本語한국어₂²½µ"
SIGNS = "/()[]{}.,;:#+&-_*'\"!?%@~=<>|\\^$`→—–…“”„«»•✓€™🚀"
SNIPPETS = (
    "|", "\\|", "\\\\|", "\\", "||", "| |", "&amp;", "&lt;b&gt;", "&#124;", "&nbsp;", "&para;",
    "&param;", "&notit;", "&", "AT&T", "<b>", "</td>", "<br/>", "<!-- x -->", "<table>", "\\n",
    "C#", "C++", ".NET", "**bold**", "`code`", "[link](https://example.org/?a=1&b=2)", "100 %",
    "→", "—", "~5", "m²", "@home", "#1", "e.g.", "v1.2", "Required", "Pflicht", "必要", "Optional",
    "Role", "Senior", "Lead / Staff", "---", "|---|", ":", "Roles: 4", "日本語。",
)  # fmt: skip
ROLE_HEADS = ("Engineer", "Developer", "Analyst", "Architect", "Manager", "Lead", "Owner")
ROLE_NAMES = (
    "Backend Developer (C#/.NET)", "Systems Programmer (C/C++)", "1C Developer", "Data Engineer",
    "Site Reliability Engineer (SRE)", "AR/VR Developer", "QA Engineer", "QA Engineer (Manual)",
    "QA Engineer Lead", "Desktop Developer (Electron/Tauri)", "Data Scientist", "Head of Data",
    "Technical Writer", "Scrum Master", "R&D Engineer", "Security Champion", "DBA", "Tech Lead",
    "数据工程师", "Ingeniero de Datos", "Entwickler", "Node.js Developer", "C++ Developer",
)  # fmt: skip
OPENINGS = (
    "Knows",
    "Understands",
    "Designs",
    "Defines",
    "Sets",
    "Builds",
    "Kennt",
    "Define",
    "掌握",
)
SLUGS = ("kafka", "c-plus-plus", "llm-evaluation", "node-js", "ci-cd-2", "数据库", "c", "x1")
SENTENCE_ENDS = (".", "!", "。", "", ")")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _has_letter(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _is_header_word(text: str) -> bool:
    """Whether a cell is what a header row holds, or almost a flag: then its row is no plain row."""
    flags = [flag for flag in WORDS.flags if len(text) <= 24]
    return fold(text) in WORDS.columns or bool(get_close_matches(text, flags, 1, cutoff=0.7))


def _is_mojibake(text: str) -> bool:
    """Whether a text may be taken for UTF-8 read as cp1252 (``Äµ``), and repaired."""
    return re.search("[Â-ô][\x80-¿\u0152-\u02dc\u2013-\u2122]", text) is not None


pieces = st.one_of(
    st.text(LETTERS, min_size=1, max_size=9),
    st.text(LETTERS + FOREIGN + SIGNS, min_size=1, max_size=6),
    st.sampled_from(SNIPPETS),
)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """Draw a description: any signs, one line."""
    words = [draw(st.sampled_from(OPENINGS)), *draw(st.lists(pieces, max_size=6))]
    text = _plain(" ".join(words) + draw(st.sampled_from(SENTENCE_ENDS)))
    assume(not _is_mojibake(text) and not _is_header_word(text))
    return text


@st.composite
def wild_texts(draw: st.DrawFn) -> str:
    text = _plain(" ".join(draw(st.lists(pieces, min_size=1, max_size=5))))
    assume(_has_letter(text) and not _is_header_word(text) and not _is_mojibake(text))
    return text


@st.composite
def role_names(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 3))
    if kind < 2:
        return draw(st.sampled_from(ROLE_NAMES))
    if kind == 2:
        first = draw(st.text(LETTERS + FOREIGN, min_size=2, max_size=6))
        role = f"{first} {draw(st.sampled_from(ROLE_HEADS))}"
    else:
        # Any signs, but not wrapped in those of a table, a heading, an emphasis or a link.
        role = draw(wild_texts()).strip("|*_`#~[ ")
        assume(_has_letter(role) and not _is_header_word(role))
    assume(not _is_mojibake(role) and level_named(role, WORDS) is None)
    assume(WORDS.flags.keys().isdisjoint(role.split()))
    return role


@st.composite
def header_texts(draw: st.DrawFn) -> str:
    """Draw a domain, group, name or summary: nothing that is, or starts with, a known label."""
    text = _plain(" ".join(draw(st.lists(pieces, min_size=1, max_size=4))))
    assume(_has_letter(text) and not _is_mojibake(text))
    assume(not _means_something_else(text))
    return text


def _means_something_else(text: str) -> bool:
    """Whether a text of the header is a label, a caption, a date, an address: not a value."""
    bare = text.strip("*#_ \t")
    label = re.split("[:：]", text)[0].strip("*#_ \t")
    words = bare.rpartition(" ")
    return (
        not bare
        or any(fold(part) in WORDS.labels for part in (text, bare, label, words[0]))
        or fold(text) in WORDS.captions
        or WORDS.is_stock_summary(text)
        or WORDS.optional.fullmatch(text) is not None
        or WORDS.is_boilerplate(text)
        or WORDS.is_footer(text)
        or level_named(text, WORDS) is not None
        or text.startswith(("|", "#", ":", "：", "http:", "https:", "<http", "<!--"))
    )


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Draw a profile that a page can say: figures agree with rows, names are not labels."""
    code = draw(st.sampled_from(LANGUAGES))
    levels = list(Level)
    if draw(st.integers(0, 3)) == 0:
        levels.remove(draw(st.sampled_from(levels)))
    roles = draw(st.lists(role_names(), min_size=1, max_size=draw(st.integers(1, 12)), unique=True))
    requirements = []
    tidy = draw(st.booleans())
    habits = [draw(st.sampled_from((0, 5, 2))) for _ in roles]
    for level in levels:
        present = roles
        if draw(st.integers(0, 3)) == 0:
            present = [role for role in roles if draw(st.integers(0, 4))] or roles[:1]
        for role in present:
            text = draw(sentences() if tidy or draw(st.booleans()) else wild_texts())
            mandatory = level >= habits[roles.index(role)]
            requirements.append(Requirement(role, level, mandatory, text))
    found = {row.role for row in requirements}
    flagged = sum(row.mandatory for row in requirements)
    declared = Figures(len(found), len(levels), flagged, len(requirements) - flagged)
    skill = draw(st.sampled_from(SLUGS))
    url = None
    if draw(st.booleans()):
        url = f"https://example.org/skills/{skill}?lang={code}"
    domain, group = draw(header_texts()), draw(header_texts())
    # A skill may be called like its group ("PostgreSQL" in "SQL", "API Testing" in "Testing").
    glued = st.sampled_from((group, domain, f"My{group}", f"Big {group}", f"Big{domain}"))
    name = draw(st.none() | header_texts() | glued)
    assume(name is None or not _means_something_else(name))
    name_from = "page" if name else None
    descriptions = [row.description for row in requirements]
    if name is None and url:
        name, name_from = skill.replace("-", " "), "address"
    elif name is None and (inferred := inferred_name(descriptions, WORDS)):
        name, name_from = inferred[0], "inferred"
    summary = draw(st.none() | header_texts())
    others = {_letters(text) for text in (name or "", domain, group, domain + group)}
    assume(summary is None or _letters(summary) not in others)
    return Profile(
        skill=skill,
        language=code,
        skill_name=name,
        skill_name_from=name_from,
        domain=domain,
        group=group,
        summary=summary,
        tags=topics(summary),
        content_language=content_language(descriptions, WORDS),
        declared=declared,
        updated_on=draw(st.dates(dt.date(2010, 1, 1), dt.date(2026, 2, 22))),
        requirements=tuple(requirements),
        url=url,
        lineage=NOWHERE,
    )


def carried(profile: Profile, layout: str) -> Profile:
    """Return what is left of a profile on a page of that layout: md has no name, text no address."""
    name, name_from, url = profile.skill_name, profile.skill_name_from, profile.url
    if layout != "html":
        url = None
    if layout == "md" or (name_from == "address" and not url):
        name = name_from = None
        if inferred := inferred_name([row.description for row in profile.requirements], WORDS):
            name, name_from = inferred[0], "inferred"
    return replace(profile, skill_name=name, skill_name_from=name_from, url=url)


def differences(one: Profile, other: Profile) -> dict[str, tuple[object, object]]:
    """Return the fields in which two profiles differ, of the rows only those that do."""
    found: dict[str, tuple[object, object]] = {}
    for field in fields(Profile):
        before, after = getattr(one, field.name), getattr(other, field.name)
        if field.compare and before != after:
            found[field.name] = (before, after)
    if rows := found.get("requirements"):
        lost, new = set(one.requirements), set(other.requirements)
        found["requirements"] = (lost - new, new - lost) if lost != new else rows
    return found


def ends_in_doubt(profile: Profile) -> bool:
    """Whether plain text of a profile may look cut off: its last text lacks a full stop."""
    last = profile.requirements[-1].description
    return not last.rstrip(")]}\"'”’»）」").endswith((".", "!", "?", "…", "。", "！", "？"))


def may_be_refused(profile: Profile, layout: str) -> bool:
    """Whether a page may leave a doubt, so that refusing it is right too."""
    if layout == "flat":
        return True
    if layout == "md":
        return False
    if {
        fold(word) for word in f"{profile.domain} {profile.group}".split()
    } & lexicon().columns.keys():
        return True  # the line of both may look like the head of a table
    nameless = profile.skill_name_from != "page" and profile.summary is not None
    return nameless or (layout == "tabbed" and ends_in_doubt(profile))


EXAMPLES = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)


@settings(EXAMPLES, max_examples=120)
@given(profiles())
def test_a_canonical_page_gives_back_its_profile(profile: Profile) -> None:
    page = write_canonical(profile)
    again, findings = read_page(page.encode(), canonical_name(profile))
    assert again is not None, [finding.message for finding in findings]
    assert differences(profile, again) == {}
    assert again == profile
    assert contradictions(again) == []
    assert write_canonical(again) == page


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout != "canonical"])
@settings(EXAMPLES, max_examples=60)
@given(profile=profiles())
def test_a_page_is_read_as_it_was_written_or_refused(layout: str, profile: Profile) -> None:
    page = write_page(profile, layout)
    again, findings = read_page(page.encode(), canonical_name(profile))
    if again is None or contradictions(again):
        event("refused")
        codes = [finding.rule.code for finding in findings if finding.is_error]
        assert may_be_refused(profile, layout), codes
        return
    event("read")
    assert differences(carried(profile, layout), again) == {}


@pytest.mark.parametrize("page", list(pages()), ids=lambda page: page.relative_to(CASES).as_posix())
def test_every_accepted_case_survives_the_canonical_page(page: Path) -> None:
    profile, _ = read_page(page.read_bytes(), page.name)
    if profile is None or contradictions(profile):
        return
    again, findings = read_page(write_canonical(profile).encode(), canonical_name(profile))
    assert again is not None, [finding.message for finding in findings]
    assert differences(profile, again) == {}
