"""What has to hold of every input, accepted or refused.

An exception is only the plainest way to fail. A page must also be read the same way twice, its
findings must point into it, a profile must keep the contracts or be refused with a reason, and what
is accepted, written as a page and read again, must be the same profile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from skillprofiles import contracts
from skillprofiles.config import Config
from skillprofiles.findings import Finding, Report, ordered
from skillprofiles.frames import findings_table, to_pandas
from skillprofiles.model import Document, Profile, Source, Span
from skillprofiles.pipeline.page import Page, read_page
from skillprofiles.read import read_document
from skillprofiles.read.captions import level_named
from skillprofiles.read.discover import Input
from skillprofiles.read.load import load
from skillprofiles.read.pinpoint import pinpoint
from skillprofiles.validate import validate
from skillprofiles.vocabulary import lexicon
from skillprofiles.write import canonical_name, write_canonical

# Judging the table of findings takes longer than reading most pages; in a search one page in this
# many is enough.
_TABLE_OF_ONE_IN = 16


class Broken(AssertionError):
    """A promise the program does not keep; the message says which."""


def demand(kept: bool, promise: str, *facts: object) -> None:
    """Raise unless a promise is kept.

    Raises:
        Broken: if it is not.
    """
    if not kept:
        raise Broken(": ".join([promise, *(repr(fact)[:300] for fact in facts)]))


def judge_page(data: bytes, name: str, config: Config, *, thorough: bool = True) -> None:
    """Read a page as the program does, and hold the outcome against what is promised.

    Args:
        data: the bytes of a file.
        name: the name of the source.
        config: the configuration.
        thorough: whether the table of findings is judged for every page.

    Raises:
        Broken: if a promise is not kept.
    """
    item = Input(Source(name), data=data)
    page, again = read_page(item, config), read_page(item, config)
    demand(page.findings == again.findings, "the same page has the same findings")
    demand(page.profile == again.profile, "the same page is read as the same profile")
    demand(page.profile is not None or bool(page.findings), "what is refused has a reason")
    content = load(item, config.max_bytes)
    document = read_document(content, Report(name)) if isinstance(content, bytes) else None
    findings = list(page.findings)
    if page.profile is not None:
        errors = [found for found in page.findings if found.is_error]
        demand(not errors, "a profile with errors is refused", errors)
        findings += _judge_profile(page.profile, document, config)
    _judge_places(findings, document)
    if thorough or hashlib.sha256(data).digest()[0] % _TABLE_OF_ONE_IN == 0:
        _judge_findings(findings, page)


def _judge_findings(findings: Sequence[Finding], page: Page) -> None:
    for found in findings:
        demand(found.source == page.source, "a finding names its source", found)
        demand(bool(found.message and found.hint), "a finding says something", found)
    table = to_pandas(findings_table(ordered(findings)))
    broken = contracts.judge(contracts.schema("findings"), table)
    demand(not broken, "the table of findings keeps its contract", broken)


def _judge_places(findings: Sequence[Finding], document: Document | None) -> None:
    """Hold the places of findings against the page, also those looked up only for a reader."""
    for found in findings:
        _judge_place(found, document)
    if document is not None:
        for found in pinpoint(findings, document):
            _judge_place(found, document)


def _judge_place(found: Finding, document: Document | None) -> None:
    span = found.span
    if span is None:
        return
    demand(span.line >= 1 and span.column >= 1, "places are counted from 1", found)
    ends_behind = (span.end_line, span.end_column) >= (span.line, span.column)
    demand(ends_behind, "a place ends behind its start", found)
    if document is not None:
        inside = _is_inside(span, document.lines)
        demand(inside, "a finding points into its page", found, len(document.lines))
        lines = all(1 <= line <= len(document.lines) for line in found.related)
        demand(lines, "related lines are lines of the page", found.related)


def _is_inside(span: Span, lines: Sequence[str]) -> bool:
    return (
        span.end_line <= len(lines)
        and span.column <= len(lines[span.line - 1]) + 1
        and span.end_column <= len(lines[span.end_line - 1]) + 2
    )


def _judge_profile(profile: Profile, document: Document | None, config: Config) -> list[Finding]:
    """Hold a profile against the contracts; return the findings where it is refused."""
    rows, lines = profile.requirements, profile.lineage.lines
    demand(document is not None, "a profile was read from a document")
    demand(len(rows) == len(lines), "every row has a line", len(rows), len(lines))
    last = len(document.lines) if document else 0
    demand(all(1 <= line <= last for line in lines), "rows stand on lines of the page", lines)
    levels = [row.level for row in rows]
    demand(levels == sorted(levels), "levels stand in order", levels)
    accepted, refused = validate([profile])
    demand(bool(accepted.profiles) != any(f.is_error for f in refused), "refused with a reason")
    if accepted.profiles:
        _judge_figures(profile)
        _judge_canonical(profile, config)
    return refused


def _judge_figures(profile: Profile) -> None:
    rows, declared = profile.requirements, profile.declared
    mandatory = sum(row.mandatory for row in rows)
    found = (
        len({row.role for row in rows}),
        len({row.level for row in rows}),
        mandatory,
        len(rows) - mandatory,
    )
    said = (declared.roles, declared.levels, declared.mandatory, declared.optional)
    demand(said == found, "declared figures are what the rows hold", said, found)
    cells = {(row.role, row.level) for row in rows}
    demand(len(cells) == len(rows), "one row for a role at a level")
    demand(all(row.role and row.description for row in rows), "rows have a role and a text")


def _judge_canonical(profile: Profile, config: Config) -> None:
    if profile.skill_name and level_named(profile.skill_name, lexicon()):
        return  # the canonical page has no way to tell such a name from the heading of a table
    written = write_canonical(profile)
    source = Input(Source(canonical_name(profile)), data=written.encode())
    page = read_page(source, config)
    reasons = [f"{found.rule.code} {found.message}" for found in page.findings if found.is_error]
    demand(page.profile is not None, "what is accepted can be written and read", reasons)
    if page.profile is not None and page.profile != profile:
        differing = [
            (getattr(profile, field), getattr(page.profile, field))
            for field in Profile.__dataclass_fields__
            if field != "lineage" and getattr(profile, field) != getattr(page.profile, field)
        ]
        demand(False, "what is accepted is read again as the same", differing)
