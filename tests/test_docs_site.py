"""The documents as a site, and that they are whole: links, commands, options, rules, names of functions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from urllib.parse import unquote, urlsplit

import click
import pytest
from markdown_it import MarkdownIt
from tests.commands_page import commands, page

from skillprofiles import rules

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
        *(ROOT / "schemas").glob("*.md"),
        ROOT / "normalized" / "README.md",
    ]
)


def parts(document: Path) -> Iterator[Any]:
    """Yield the parts of a document, the inline ones too."""
    for token in MarkdownIt("commonmark").enable("table").parse(document.read_text("utf-8")):
        yield token
        yield from token.children or ()


def anchors(document: Path) -> set[str]:
    """Return the places in a document that a link may lead to, as GitHub names them."""
    tokens, seen = list(parts(document)), Counter[str]()
    found = set(re.findall(r'<a (?:id|name)="([^"]+)"', document.read_text("utf-8")))
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            shown = "".join(part.content for part in tokens[at + 1].children or ())
            slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_place_in_it(document: Path) -> None:
    targets = [part.attrGet("href") or part.attrGet("src") for part in parts(document)]
    for target in filter(None, map(str, filter(None, targets))):
        address = urlsplit(target)
        if address.scheme:
            assert address.scheme in ("https", "mailto"), target
            continue
        goal = (document.parent / unquote(address.path)).resolve() if address.path else document
        assert goal.exists(), f"{document.name}: {target}"
        assert ROOT in (goal, *goal.parents), f"{document.name}: {target} leads out"
        if address.fragment:
            assert address.fragment in anchors(goal), f"{document.name}: {target}"


def test_every_command_and_option_is_documented() -> None:
    written = (DOCS / "commands.md").read_text("utf-8")
    assert written == page(), "docs/commands.md is stale: run make docs"
    for context in commands():
        assert re.search(rf"^#+ {re.escape(context.info_name or '')}$", written, re.MULTILINE)
        for parameter in context.command.params:
            names = parameter.opts if isinstance(parameter, click.Option) else []
            for name in names:
                assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", written), name
            if isinstance(parameter, click.Option):
                assert parameter.hidden or parameter.help, f"{context.info_name} {parameter.opts}"
    assert "\\b" not in written


def test_every_option_is_explained_outside_its_help_or_by_it() -> None:
    """No document shows an option that no command has."""
    known = {
        option
        for context in commands()
        for parameter in context.command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help"}
    lines = [
        line
        for document in DOCUMENTS
        for line in document.read_text("utf-8").splitlines()
        if re.match(r"\s*(\$ )?skillprofiles [a-z]", line)
    ]
    assert len(lines) > 30
    for line in lines:
        shown = re.split(r"\s[|;]\s|; |&& | \(", line)[0]
        assert set(re.findall(r"(?<=\s)--[a-z][a-z-]+", shown)) <= known, line


def test_every_rule_is_documented() -> None:
    written = (DOCS / "rules.md").read_text("utf-8")
    assert set(re.findall(r"^### (SP\d{3}) ", written, re.MULTILINE)) == set(rules.RULES)


def test_what_the_architecture_names_is_there() -> None:
    written = (DOCS / "architecture.md").read_text("utf-8")
    names = set(re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`", written)) - {"pyproject.toml"}
    assert len(names) > 30
    for name in sorted(names):
        assert resolve_name(f"skillprofiles.{name}"), name


def test_what_the_threat_model_names_is_there() -> None:
    written = (DOCS / "security.md").read_text("utf-8")
    rows = [line.split("|")[1:-1] for line in written.splitlines() if line.count("|") == 5]
    threats = [row for row in rows if "attacked by" not in row[3] and "---" not in row[0]]
    assert len(threats) > 15
    for threat, _, places, attacks in threats:
        for name in re.findall(r"`([\w/.]+)`", places):
            place = name.replace(".", "/")
            code = ROOT / "src" / "skillprofiles" / place
            assert code.is_dir() or code.with_suffix(".py").is_file() or (ROOT / name).is_file(), (
                name
            )
        tests = re.findall(r"`(test_\w+\.py)`", attacks)
        assert tests or re.search(r"`make \w+`", attacks), threat
        assert all((ROOT / "tests" / name).is_file() for name in tests), threat
    attacking = {path.name for path in (ROOT / "tests").glob("test_security*.py")}
    assert attacking <= set(re.findall(r"test_\w+\.py", written))


class Requests(HTMLParser):
    """What a browser asks for by itself when it shows a page, and where links lead."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.links: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a":
            self.links.append(values.get("href") or "")
        elif tag != "link" or "canonical" not in (values.get("rel") or ""):
            self.asked += [value for key in ("src", "href", "data") if (value := values.get(key))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site as ``make docs-site`` makes it: a warning is a failure."""
    folder = tmp_path_factory.mktemp("site") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr + done.stdout
    return folder


def test_the_site_asks_nobody_for_anything(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 25
    for path in pages:
        for address in Requests(path).asked:
            assert urlsplit(address)[:2] == ("", ""), f"{path}: {address}"
    for path in site.rglob("*.css"):
        found = re.findall(r"(?:@import|url\()\s*[\"']?(https?:)?//", path.read_text("utf-8"))
        assert not found, path


def test_every_document_is_in_the_site_and_every_link_leads_somewhere(site: Path) -> None:
    for document in DOCS.rglob("*.md"):
        place = document.relative_to(DOCS).with_suffix(".html")
        place = place.with_name("index.html") if place.name == "README.html" else place
        assert (site / place).is_file(), document
    assert "Skill-profile pages in, validated tables out" in (site / "index.html").read_text(
        "utf-8"
    )
    for path in site.rglob("*.html"):
        if path.name == "404.html":
            continue
        for link in Requests(path).links:
            address = urlsplit(link)
            if address.scheme or not address.path:
                continue
            goal = (path.parent / unquote(address.path)).resolve()
            goal = goal / "index.html" if goal.is_dir() else goal
            assert goal.is_file(), f"{path.relative_to(site)}: {link}"
            assert site in goal.parents, f"{path.relative_to(site)}: {link}"


def test_every_decision_is_in_the_navigation(site: Path) -> None:
    shown = (site / "index.html").read_text("utf-8")
    for document in (DOCS / "adr").glob("*.md"):
        name = "index" if document.name == "README.md" else document.stem
        assert f'href="adr/{name}.html"' in shown, name
