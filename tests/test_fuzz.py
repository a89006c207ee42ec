"""The fuzzer's own parts, and every input it is given to start from or has found, read again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fuzz.__main__ import NAMES
from fuzz.__main__ import main as fuzz
from fuzz.archives import judge_archive
from fuzz.case import FOUND, SEEDS, Case, kept
from fuzz.oracle import Broken, judge_page
from fuzz.search import Search, noted_input
from fuzz.seeds import write
from fuzz.targets import TARGETS, Target
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from tests.samples import page

from skillprofiles.config import Config
from skillprofiles.model import Profile, Source
from skillprofiles.parser import fields, identity
from skillprofiles.pipeline.page import Page, read_page
from skillprofiles.read.discover import Input
from skillprofiles.vocabulary import lexicon
from skillprofiles.vocabulary.fold import fold

ROOT = Path(__file__).parent.parent
KEPT = [
    pytest.param(target, case, id=f"{folder.name}/{target.name}/{path.name}")
    for folder in (SEEDS, FOUND)
    for target in TARGETS.values()
    for path, case in kept(folder, target.name)
]
FEW = settings(
    max_examples=25,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(("target", "case"), KEPT)
def test_every_kept_input_keeps_the_promises(target: Target, case: Case) -> None:
    target.judge(case, True)


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_drawn_inputs_keep_the_promises(target: Target) -> None:
    @FEW
    @given(target.draw())
    def judged(case: Case) -> None:
        target.judge(case, False)

    judged()


@pytest.mark.parametrize("name", ["md", "html", "flat"])
def test_a_grammar_draws_pages_that_are_accepted_and_pages_that_are_not(name: str) -> None:
    """A grammar of which everything is refused at once would search nothing."""
    outcomes: set[bool] = set()

    @settings(FEW, max_examples=40, derandomize=True)
    @given(TARGETS[name].draw())
    def read(case: Case) -> None:
        item = Input(Source("1.txt"), data=case.data)
        outcomes.add(read_page(item, Config()).profile is not None)

    read()
    assert outcomes == {True, False}


def test_seeds_are_made_from_the_generated_corpus(tmp_path: Path) -> None:
    write(tmp_path)
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    there = {path.relative_to(SEEDS): path for path in SEEDS.rglob("*") if path.is_file()}
    assert set(made) == set(there)
    pages = [path for path in made if path.suffix in (".txt", ".html", ".tar", ".warc")]
    assert [name for name in pages if made[name].read_bytes() != there[name].read_bytes()] == []
    for name in NAMES:
        assert list(kept(SEEDS, name)), name


def drop_a_row(profile: Profile) -> str:
    from skillprofiles.write import write_canonical

    lines = write_canonical(profile).splitlines()
    return "\n".join(lines[:-1]) + "\n"


FAULTS: dict[str, tuple[str, Callable[..., object], str]] = {
    "a crash": ("fuzz.oracle.read_page", lambda item, config: 1 / 0, "division by zero"),
    "a page that cannot be read again": (
        "fuzz.oracle.write_canonical",
        drop_a_row,
        "what is accepted can be written and read",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_is_seen_and_its_input_kept(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, instead, says = FAULTS[fault]
    monkeypatch.setattr(place, instead)
    case = Case(page("md").encode(), ".txt")
    with pytest.raises((Broken, ZeroDivisionError), match=says):
        TARGETS["md"].judge(case, True)
    search = Search(TARGETS["md"], tmp_path, tmp_path / "found")
    search(case)
    search(case)
    assert len(search.kept) == 1
    assert [found for _, found in kept(tmp_path / "found", "md")] == [case]
    assert noted_input(tmp_path) == (".txt", case.data)
    assert search.tried == 2


def findings_beyond_the_page(item: Input, config: Config) -> Page:
    from dataclasses import replace

    from skillprofiles.model import Span

    found = read_page(item, config)
    found.findings = [replace(one, span=Span(9999, 1, 9999, 2)) for one in found.findings]
    return found


def test_a_finding_beyond_its_page_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzz.oracle.read_page", findings_beyond_the_page)
    with pytest.raises(Broken, match="a finding points into its page"):
        judge_page(page("md").replace("Roles", "Rolls").encode(), "1.txt", Config())


def test_outcomes_that_differ_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(range(10))

    def moody(item: Input, config: Config) -> Page:
        data = item.data or b""
        return read_page(Input(item.source, data=data[: len(data) - 9 * next(answers)]), config)

    monkeypatch.setattr("fuzz.oracle.read_page", moody)
    with pytest.raises(Broken, match="the same page has the same findings"):
        judge_page(page("md").encode(), "1.txt", Config())


def test_an_archive_that_names_two_sources_alike_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Input(Source("archive.zip!/a"), data=b"x")
    monkeypatch.setattr("fuzz.archives.discover", lambda paths, most: [one, one])
    with pytest.raises(Broken, match="each source has a name of its own"):
        judge_archive(Case(b"", ".zip"))


@pytest.mark.parametrize("guide", ["as installed", "without atheris"])
def test_the_command_searches_and_prints_a_table(guide: str, tmp_path: Path) -> None:
    without = "import sys; sys.modules['atheris'] = None\n" if guide == "without atheris" else ""
    (tmp_path / "sitecustomize.py").write_text(without, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "fuzz", "flat", "--minutes", "0.05", "--found", str(tmp_path / "x")],
        cwd=ROOT,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    if without:
        assert result.stdout.startswith("atheris is not installed: hypothesis draws the inputs")
    row = result.stdout.splitlines()[-2].split("|")
    assert row[1].strip() == "flat"
    assert int(row[2].replace(",", "")) > 0
    assert row[5].strip() == "0"


def test_an_unknown_target_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        fuzz(["nonsense"])
    assert stopped.value.code == 2
    assert "no such target: nonsense" in capsys.readouterr().err


def old_slug(text: str) -> str:
    """How words were joined before: the same slugs, in time that grew with the square."""
    import re
    import unicodedata

    for sign, spoken in (("+", "-plus"), ("#", "-sharp")):
        text = text.replace(sign, spoken)
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    between = re.compile(r"_*[^\w]+(?:_*[^\w]+)*_*")
    return between.sub("-", unicodedata.normalize("NFC", plain)).strip("-_")


@settings(FEW, max_examples=300)
@given(st.text("ab_-. é\u0301\u0316ﬁ한ǆ#+C1", max_size=14))
def test_slugs_are_what_they_were(text: str) -> None:
    assert identity.slugify(text) == old_slug(text)


@settings(FEW, max_examples=300)
@given(st.text("ab_-.A1é ", max_size=10))
def test_plain_stems_are_what_they_were(text: str) -> None:
    import re

    before = re.compile(r"[^\W_A-Z][^\WA-Z]*(?:[-_.]+[^\W_A-Z][^\WA-Z]*)*")
    assert bool(identity._PLAIN_STEM.fullmatch(text)) == bool(before.fullmatch(text))


parts = st.sampled_from(("Roles", "roles", "Levels", "x", "*", " ", "  ", ":", "：", "5", "4 x"))


@settings(FEW, max_examples=300)
@given(st.lists(parts, min_size=2, max_size=8).map(lambda found: "".join(found).strip()))
def test_labels_before_figures_are_what_they_were(text: str) -> None:
    import re

    labels = lexicon().labels
    before = re.compile(r"(\D{2,40}?)\s*[:：]?\s+(\d\S*(?:\s.*)?)", re.ASCII).fullmatch(text)
    figure = re.search(r"\d", text)
    found = fields._before(text, figure.start()) if figure else ""
    known = labels.get(fold(before[1].strip("*#_ \t"))) if before else None
    event("labelled" if known else "not")
    assert labels.get(fold(found.strip("*#_ \t"))) == known
