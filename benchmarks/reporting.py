"""What making a site costs beside a bare loop of Jinja2, and how a large one feels in a browser."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import phrases
from benchmarks.corpus import MD_ONLY, SEED, Generator, Page
from benchmarks.processes import ROOT, python, run
from benchmarks.results import Goal, Row
from benchmarks.timing import in_turns

SKILLS = 2_000
ROLES = 20
_FILES_A_FOLDER = 500
_TOPIC = f"reporting {SKILLS:,} skills with {ROLES} roles each"
_BARE, _SITE = "bare Jinja2 loop, a table a skill", "skillprofiles report"
_FIRST = ("index.html", *(f"assets/{name}" for name in ("site.css", "interface.js", "search.js")))
_FIRST_PAGE = 200_000
_KEYSTROKE = 0.05
_TYPED = (
    "data engineer",
    "kubernets",
    "vector databases",
    "spring boot 12",
    "nothing of that kind",
)
_TIMES = """texts => {
    const input = document.getElementById('search'), found = document.getElementById('found');
    return texts.flatMap(text => [...text].map((_, at) => {
        input.value = text.slice(0, at + 1);
        const start = performance.now();
        input.dispatchEvent(new Event('input'));
        found.getBoundingClientRect();
        return (performance.now() - start) / 1000;
    }));
}"""


class _Wide(Generator):
    """Draws pages that all name the same roles, in one language."""

    def _roles(self) -> list[str]:
        return sorted(phrases.ROLES[:ROLES])

    def pages(self) -> Iterator[Page]:
        number = 0
        while True:
            number += 1
            yield self._page(self._profile(number, "en"), number, telling=True)


def write_tables(folder: Path, skills: int = SKILLS) -> Path:
    """Publish the tables of a corpus in which every skill names every role; return their folder."""
    raw, tables = folder / "wide", folder / "wide-tables"
    for number, page in zip(range(skills), _Wide(MD_ONLY, SEED).pages(), strict=False):
        inside = raw / f"{number // _FILES_A_FOLDER:04d}"
        inside.mkdir(parents=True, exist_ok=True)
        (inside / page.name).write_bytes(page.text.encode())
    run([*_program(), "normalize", os.fspath(raw), "--out", os.fspath(tables), "-q"], ROOT)
    return tables


def measure(repetitions: int, folder: Path) -> list[Row]:
    """Measure making a site, the size of its first page, and searching while typing."""
    tables, site, bare = write_tables(folder), folder / "site", folder / "bare"
    module = ("-m", "benchmarks.barereport")
    commands = {
        _BARE: (bare, python(*module, os.fspath(tables), os.fspath(bare))),
        _SITE: (site, [*_program(), "report", os.fspath(tables), "--out", os.fspath(site), "-q"]),
    }

    def afresh(out: Path, command: list[str]) -> None:
        shutil.rmtree(out, ignore_errors=True)
        run(command, ROOT)

    actions = {name: lambda made=made: afresh(*made) for name, made in commands.items()}
    in_turns(actions, 1)
    timings = in_turns(actions, repetitions)
    rows = [
        Row(
            _TOPIC,
            name,
            f"{timings.median(name):.2f} s, {_size(out) / 1e6:,.0f} MB",
            timings.ratio(name, _BARE) if name == _SITE else None,
            "bare loop",
            Goal(3) if name == _SITE else None,
            timings.samples(name),
        )
        for name, (out, _) in commands.items()
    ]
    return [*rows, _first_page(site), *_searching(site)]


def _first_page(site: Path) -> Row:
    size = sum((site / path).stat().st_size for path in (*_FIRST, "assets/words.js"))
    ratio = size / _FIRST_PAGE
    return Row(
        _TOPIC,
        "first page, with style and scripts",
        f"{size / 1e3:.0f} KB",
        ratio,
        "200 KB",
        Goal(1),
    )


def _searching(site: Path) -> list[Row]:
    """Measure a keystroke in the search field: finding, and laying out what was found."""
    from playwright.sync_api import sync_playwright

    browser = shutil.which("chromium")
    if browser is None:
        return []
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--headless", "--disable-gpu"]
        )
        page = chromium.new_page()
        page.goto((site / "index.html").as_uri())
        page.fill("#search", "first")
        page.wait_for_selector("#found:not([hidden])")
        seconds = page.evaluate(_TIMES, list(_TYPED))
        chromium.close()
    worst = max(seconds)
    return [
        Row(
            _TOPIC,
            f"slowest of {len(seconds)} keystrokes in the search field",
            f"{worst * 1000:.0f} ms",
            worst / _KEYSTROKE,
            "50 ms",
            Goal(1),
            tuple(seconds),
        )
    ]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _program() -> list[str]:
    return [str(Path(sys.executable).with_name("skillprofiles"))]
