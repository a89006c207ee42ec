"""From published tables to a site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import skillprofiles
from skillprofiles.report.corpus import Corpus
from skillprofiles.report.interface import INTERFACES, interface
from skillprofiles.report.links import Links, check_template
from skillprofiles.report.overview_pages import OverviewPages
from skillprofiles.report.press import Facts, Page, Press
from skillprofiles.report.publication import check, publish
from skillprofiles.report.quality_page import QualityPage
from skillprofiles.report.release_pages import ReleasePages, releases_of
from skillprofiles.report.role_pages import RolePages
from skillprofiles.report.search_index import as_script, search_index
from skillprofiles.report.skill_pages import SkillPages
from skillprofiles.report.source_pages import Copies
from skillprofiles.report.tables import Tables, read_tables

TITLE: Final = "Skill profiles"
_ASSETS: Final = resources.files(__package__) / "assets"


@dataclass(frozen=True, slots=True)
class Options:
    """How a site is made.

    Attributes:
        title: its title.
        language: of the interface as the pages are written, and of the editions shown first.
            Readers can switch to every other interface.
        source_url: an address with ``{source}`` and ``{line}`` in it that rows link to.
        raw: the folder that was read; its pages are copied, and rows link to the copies. Only
            pages that are still as they were read are.
    """

    title: str = TITLE
    language: str = "en"
    source_url: str | None = None
    raw: Path | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A site that was put in its place.

    Attributes:
        files: number of its files.
        skills: number of skills.
        roles: number of roles.
        domains: number of domains.
        release: the release it shows; None where the tables are of no release.
    """

    files: int
    skills: int
    roles: int
    domains: int
    release: str | None


def build(source: str | os.PathLike[str], out: Path, options: Options) -> Built:
    """Make the site of published tables, and put it in its place all at once.

    The same tables give the same bytes.

    Args:
        source: a published folder, one release, or a folder that ``normalize`` wrote.
        out: the folder of the site: an earlier site, empty, or not there yet.
        options: how it is made.

    Raises:
        FileNotFoundError: if there are no tables.
        OSError: if they cannot be read, the site cannot be written, or something else is in its
            place.
        skillprofiles.report.links.UnusableTemplate: if ``source_url`` cannot be used.
        skillprofiles.read.discover.NoSuchSource: if there is no folder ``raw``.
    """
    check(out)
    template = check_template(options.source_url) if options.source_url else None
    tables = read_tables(source)
    corpus = Corpus(tables, options.language)
    copies = Copies(options.raw, tables) if options.raw else None
    links = Links(template, copies.versions if copies else frozenset())
    press = Press(_facts(tables, corpus, options.title), options.language)
    files = publish(out, _pages(tables, corpus, links, press, copies))
    return Built(
        files, len(corpus.skills), len(corpus.roles), len(corpus.domains), tables.release
    )  # fmt: skip


def _facts(tables: Tables, corpus: Corpus, title: str) -> Facts:
    return Facts(
        title=title,
        version=skillprofiles.__version__,
        release=tables.release,
        releases=tables.release is not None,
        skills=len(corpus.skills),
        editions=len(corpus.editions),
        roles=len(corpus.roles),
        requirements=tables.requirements.num_rows,
    )


def _pages(
    tables: Tables, corpus: Corpus, links: Links, press: Press, copies: Copies | None
) -> Iterator[Page]:
    """Yield every file of a site."""
    releases = releases_of(tables)
    quality = QualityPage(tables, corpus.skills, links, press)
    overviews = OverviewPages(corpus, press)
    yield from _assets(press)
    latest = releases[0] if releases and not releases[0].damaged else None
    yield overviews.home(latest, quality.summary)
    yield from overviews.pages()
    yield search_index(corpus)
    yield from SkillPages(corpus, links, press).pages()
    yield from RolePages(corpus, press).pages()
    yield from ReleasePages(releases, corpus.skills, press).pages()
    yield quality.page()
    if copies is not None and links.template is None:
        yield from copies.pages(corpus, press)


def _assets(press: Press) -> Iterator[Page]:
    """Yield style, scripts and the texts that scripts say."""
    for asset in sorted(_ASSETS.iterdir(), key=lambda file: file.name):
        yield Page(f"assets/{asset.name}", asset.read_text(encoding="utf-8"))
    texts = {code: interface(code).texts for code in INTERFACES}
    built = as_script(press.words.code)
    said = f"Object.assign(skillprofiles,{{texts:{as_script(texts)},built:{built}}});\n"
    yield Page("assets/words.js", f'"use strict";\n{said}')
