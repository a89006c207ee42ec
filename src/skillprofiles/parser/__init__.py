"""Documents to profiles: one parser for all layouts and languages.

The order of passes: collect the header's texts under their labels; decide whether this is a page of
requirements; read the rows; decide whether the page was cut off; understand the header; settle the
levels; settle which skill it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from skillprofiles.findings import Report
from skillprofiles.model import (
    Document,
    Level,
    Lineage,
    Profile,
    Requirement,
    Settled,
    Source,
    Span,
)
from skillprofiles.parser.ending import is_cut_off, is_other_page
from skillprofiles.parser.fields import collect, page_language
from skillprofiles.parser.header import Header, HeaderParser, figure_spans
from skillprofiles.parser.identity import Told, absolute, address_parts, identify
from skillprofiles.parser.levels import Unsettled, assign_levels
from skillprofiles.parser.rows import RowParser
from skillprofiles.parser.spelling import has_roles_twice
from skillprofiles.parser.texts import content_language, inferred_name, topics
from skillprofiles.read.locate import line_span
from skillprofiles.rules import advice, contract, header
from skillprofiles.vocabulary import lexicon

__all__ = ["parse_document"]

_START = Span(1, 1, 1, 1)


def parse_document(
    document: Document,
    source: Source,
    sha256: str,
    report: Report,
    settled: Settled | None = None,
    known_roles: Sequence[str] = (),
) -> Profile | None:
    """Understand a document.

    Args:
        document: the page, taken apart.
        source: where it came from; its name and address tell which skill it is.
        sha256: hex digest of its bytes.
        report: takes what is wrong with the page (SP0xx, SP1xx, SP2xx, SP305, SP306, SP5xx).
        settled: what the configuration settles for this source.
        known_roles: role names that are known beforehand, for flat text.

    Returns:
        The profile, or None where the page is rejected. The declared figures are not yet held
        against the rows: that is the contract's part.
    """
    words = lexicon()
    fields = collect(document.texts)
    if is_other_page(document, fields, words, report):
        return None
    settled = settled or Settled()
    code, counts = page_language(fields, settled)
    levels = assign_levels(document, settled, words)
    header_report, rows_report = Report(source.name), Report(source.name)
    rows, declared = RowParser(document, code, words, rows_report, known_roles), fields.declared()
    tables = rows.parse(_levels_to_read_at(levels, document), declared.get("roles"))
    if is_cut_off(document, declared, tables, report):
        return None
    if code is None:
        place = line_span(document, document.texts[0].line) if document.texts else None
        report.add(header.LANGUAGE_UNCLEAR, place, counts=counts)
    head = HeaderParser(document, fields, code, words, header_report).parse()
    figures = figure_spans(document, fields)
    if isinstance(levels, Unsettled):
        rows_report.add(contract.LEVELS_UNSETTLED, figures.get("levels"), reason=levels.reason)
    report.findings += header_report.findings + rows_report.findings
    if head is None or isinstance(levels, Unsettled) or report.rejected:
        return None
    requirements = tuple(chain.from_iterable([readings.requirements for readings in tables]))
    lines = tuple(chain.from_iterable([readings.lines for readings in tables]))
    if has_roles_twice(document, zip(requirements, lines, strict=True), report):
        return None
    lineage = Lineage(source, document.kind, sha256, lines, figures)
    return _profile(head, requirements, lineage, source.url or document.address, settled, report)


def _levels_to_read_at(levels: Sequence[Level] | Unsettled, document: Document) -> Sequence[Level]:
    """Return a level for each table; where they are not settled, whichever: the page is rejected."""
    return [Level.JUNIOR] * len(document.tables) if isinstance(levels, Unsettled) else levels


def _profile(
    head: Header,
    requirements: tuple[Requirement, ...],
    lineage: Lineage,
    address: str | None,
    settled: Settled,
    report: Report,
) -> Profile:
    """Return a page of which every part is understood as the profile of a skill."""
    words, descriptions = lexicon(), [row[3] for row in requirements]
    name = settled.name or (head.name.text if head.name else None)
    inferred = None if name else inferred_name(descriptions, words)
    told = Told(lineage.source.name, address, name, inferred and inferred[0], head.language)
    identity = identify(told, settled.skill)
    if identity.name_from is None:
        report.add(advice.NAME_MISSING, _START)
    elif inferred and identity.name_from == "inferred":
        report.add(advice.NAME_INFERRED, _START, name=inferred[0], count=inferred[1])
    _, asked_for = address_parts(address)
    if asked_for and asked_for != head.language:
        report.add(header.ADDRESS_DISAGREES, _START, address=asked_for, language=head.language)
    return Profile(
        skill=identity.skill,
        language=head.language,
        skill_name=identity.name,
        skill_name_from=identity.name_from,
        domain=head.domain,
        group=head.group,
        summary=head.summary,
        tags=topics(head.summary),
        content_language=content_language(descriptions, words),
        declared=head.declared,
        updated_on=head.updated_on,
        requirements=requirements,
        url=absolute(address),
        lineage=lineage,
    )
