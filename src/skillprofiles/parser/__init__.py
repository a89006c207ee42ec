"""Documents to profiles: one parser for all layouts and languages.

The order of passes: collect the header's texts under their labels; decide whether this is a page of
requirements; read the rows; decide whether the page was cut off; understand the header; settle the
levels; settle which skill it is.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from skillprofiles.parser.header import Header, HeaderParser, collect, page_language
from skillprofiles.parser.identity import Told, absolute, address_parts, identify
from skillprofiles.parser.levels import assign_levels
from skillprofiles.parser.rows import Reading, RowParser
from skillprofiles.parser.texts import content_language, inferred_name, topics
from skillprofiles.read.locate import line_span
from skillprofiles.rules import advice, header
from skillprofiles.vocabulary import lexicon

__all__ = ["parse_document"]

make_requirement = Requirement._make


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
        report: takes what is wrong with the page (SP0xx, SP1xx, SP2xx, SP305, SP5xx).
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
    header_report, rows_report = Report(source.name), Report(source.name)
    parser = HeaderParser(document, fields, code, words, header_report)
    rows = RowParser(document, code, words, rows_report, known_roles)
    tables = rows.parse(parser.declared_roles())
    if is_cut_off(document, fields, tables, report):
        return None
    if code is None:
        place = line_span(document, document.texts[0].line) if document.texts else None
        report.add(header.LANGUAGE_UNCLEAR, place, counts=counts)
    head = parser.parse()
    place = parser.figure_spans().get("levels")
    levels = assign_levels(document, settled, words, place, rows_report)
    report.findings += header_report.findings + rows_report.findings
    if head is None or levels is None or report.rejected:
        return None
    return _Understood(document, head, levels, tables).profile(source, sha256, settled, report)


class _Understood:
    """A page of which every part is understood, on its way to a profile."""

    def __init__(
        self,
        document: Document,
        head: Header,
        levels: Sequence[Level],
        tables: Sequence[Sequence[Reading]],
    ) -> None:
        self.document = document
        self.head = head
        self.tables = tables
        self.requirements = tuple(
            [
                make_requirement((role, level, mandatory, description))
                for level, readings in zip(levels, tables, strict=True)
                for role, mandatory, description, _ in readings
            ]
        )

    def profile(self, source: Source, sha256: str, settled: Settled, report: Report) -> Profile:
        head, document, words = self.head, self.document, lexicon()
        descriptions = [row[3] for row in self.requirements]
        address = source.url or document.address
        inferred = None
        if head.name is None and settled.name is None:
            inferred = inferred_name(descriptions, words)
        page = Told(
            source_name=source.name,
            address=address,
            name=settled.name or (head.name.text if head.name else None),
            inferred_name=inferred[0] if inferred else None,
            language=head.language,
        )
        identity = identify(page, settled.skill)
        self._advise(identity.name_from, inferred, report)
        self._compare_address(address, report)
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
            requirements=self.requirements,
            url=absolute(address),
            lineage=Lineage(
                source=source,
                kind=document.kind,
                sha256=sha256,
                lines=tuple([reading[3] for readings in self.tables for reading in readings]),
                figures=head.figures,
            ),
        )

    def _advise(
        self, name_from: str | None, inferred: tuple[str, int] | None, report: Report
    ) -> None:
        place = Span(1, 1, 1, 1)
        if name_from is None:
            report.add(advice.NAME_MISSING, place)
        elif name_from == "inferred" and inferred:
            report.add(advice.NAME_INFERRED, place, name=inferred[0], count=inferred[1])

    def _compare_address(self, address: str | None, report: Report) -> None:
        _, asked_for = address_parts(address)
        if asked_for and asked_for != self.head.language:
            place, language = Span(1, 1, 1, 1), self.head.language
            report.add(header.ADDRESS_DISAGREES, place, address=asked_for, language=language)
