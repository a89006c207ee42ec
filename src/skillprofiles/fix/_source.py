"""One source repaired: its letters, its lines, its encoding, each held against what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from skillprofiles.config import Config
from skillprofiles.fix._charset import encoded
from skillprofiles.fix._codes import FIXABLE
from skillprofiles.fix._figures import set_figures
from skillprofiles.fix._letters import repaired_letters
from skillprofiles.fix._page import Page, read_page
from skillprofiles.fix._repair import Repair, of_findings, of_lines
from skillprofiles.fix._rows import Tidied, tidy
from skillprofiles.fix._same import difference, remark
from skillprofiles.read import charset
from skillprofiles.read.containers import decompress, file_of
from skillprofiles.rules import source as rules

_RECODED = (rules.LEGACY_ENCODING.code, rules.BYTE_ORDER_MARK.code, rules.WRONG_CHARSET.code)


class Fixed(NamedTuple):
    """What became of a source.

    Attributes:
        data: its bytes, repaired; the same bytes where nothing was.
        applied: what was repaired, in the order of lines.
        kept: why the source, or where it is repaired in part the rest of it, is left as it is; None
            where nothing had to be left.
    """

    data: bytes
    applied: tuple[Repair, ...] = ()
    kept: str | None = None


class _Step(NamedTuple):
    page: Page
    repairs: list[Repair]
    kept: str | None = None


def fix(data: bytes, name: str, config: Config, *, unsafe: bool = False) -> Fixed:
    """Repair a source without changing what it says.

    Args:
        data: its bytes as they are stored.
        name: its name, as `skillprofiles.model.Source` has it.
        config: the configuration it is read with.
        unsafe: also set declared figures to what the rows hold, where nothing else is wrong.
    """
    page = _stored_apart(data, name, config) or read_page(data, name, config)
    if isinstance(page, str):
        return Fixed(data, kept=page)
    done = _repaired(page, unsafe=unsafe)
    if done.page.data != data:
        if len(done.page.data) > config.max_bytes:
            return Fixed(data, kept="repaired it would be larger than max-bytes allows")
        if _repaired(done.page, unsafe=unsafe).page.data != done.page.data:
            return Fixed(data, kept="repairing it twice would not be the same as once")
    applied = sorted(done.repairs, key=lambda repair: (repair.line, repair.name))
    return Fixed(done.page.data, tuple(applied), done.kept)


def _stored_apart(data: bytes, name: str, config: Config) -> str | None:
    """Return why a source cannot be repaired where it is stored."""
    if file_of(name) != name:
        return "members of archives are not changed"
    if len(data) > config.max_bytes:
        return "it is larger than max-bytes allows"
    if decompress(data, name, config.max_bytes) is not data:
        return "compressed files are not changed"
    return None


def _repaired(page: Page, *, unsafe: bool) -> _Step:
    step = _safe(page)
    if not unsafe:
        return step
    figures = set_figures(step.page)
    return _Step(figures.page, step.repairs + figures.repairs, step.kept or figures.kept)


def _safe(page: Page) -> _Step:
    """Make all repairs; where that would change what is read, only some of them, or none."""
    letters = repaired_letters(page)
    if letters is None:
        return _Step(page, [], "its text is damaged and cannot be written as it is read")
    problem: str | None = None
    for lines, tidied in _attempts(letters, page):
        data = encoded("\n".join(lines).rstrip("\n") + "\n", page)
        if data is None:
            return _Step(page, [], "its charset is not declared by a plain <meta charset=...>")
        if data == page.data:
            break
        after = page.changed(data)
        found = after if isinstance(after, str) else difference(page, after)
        if isinstance(after, Page) and found is None:
            return _Step(after, list(_repairs(page, after, tidied)), problem)
        problem = problem or found
    return _Step(page, [], problem)


def _attempts(letters: list[str], page: Page) -> Iterator[tuple[list[str], Tidied]]:
    """Yield the lines of a page with all repairs, of its letters only, of its bytes only."""
    lines, tidied = tidy(letters, page)
    yield lines, tidied
    if lines != letters:
        yield letters, []
    if letters != page.document.lines:
        yield page.document.lines, []


def _repairs(before: Page, after: Page, tidied: Tidied) -> Iterator[Repair]:
    """Yield what was repaired: the findings that went away, and what no rule is about."""
    still = set(map(remark, after.findings))
    gone = [
        finding
        for finding in before.findings
        if finding.rule.code in FIXABLE and remark(finding) not in still
    ]
    codes = {finding.rule.code for finding in gone}
    yield from of_findings(gone)
    yield from of_lines(tidied)
    if codes.isdisjoint(_RECODED):
        if charset.mark(before.data)[0] or not charset.is_utf8(before.data):
            yield Repair("encoding", 1)
        elif charset.declared(before.data) != charset.declared(after.data):
            yield Repair("declared-charset", 1)
    if before.text != before.text.rstrip("\n") + "\n":
        yield Repair("final-line-feed", len(before.document.lines))
    wide = [n for n, line in enumerate(before.document.lines, 1) if "\u3000" in line]
    if wide and "\u3000" not in after.text and rules.NO_BREAK_SPACE.code not in codes:
        yield Repair("special-spaces", wide[0], len(wide))
