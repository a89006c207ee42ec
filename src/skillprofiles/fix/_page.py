"""A source as the program reads it, with everything that a repair must leave as it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from skillprofiles.config import Config
from skillprofiles.findings import Finding, Report
from skillprofiles.model import Document, Profile, Source
from skillprofiles.parser import parse_document
from skillprofiles.read import read_document
from skillprofiles.read.decode import Decoded, decode
from skillprofiles.rules import source as rules

_OTHER_PAGES = frozenset({rules.NOT_A_PROFILE.code, rules.ROLE_PAGE.code})


@dataclass(frozen=True)
class Page:
    """One source, read as publishing reads it.

    Attributes:
        name: name of the source.
        config: the configuration it is read with.
        data: its bytes.
        document: the page, taken apart.
        profile: what it says; None where it is rejected.
        findings: what is wrong with it, as far as the page alone tells.
    """

    name: str
    config: Config
    data: bytes
    document: Document
    profile: Profile | None
    findings: tuple[Finding, ...]

    @cached_property
    def decoded(self) -> Decoded:
        """The source as text, before and after the repairs that reading makes."""
        decoded = decode(self.data, Report(self.name))
        assert decoded is not None  # a document was read from it
        return decoded

    @property
    def text(self) -> str:
        """The text as it stands in the source, lines ended by line feeds."""
        return "\n".join(self.document.lines)

    def has(self, *codes: str) -> bool:
        """Whether there is a finding with one of these codes."""
        return any(finding.rule.code in codes for finding in self.findings)

    def changed(self, data: bytes) -> Page | str:
        """Read the page again with other bytes; return why not, where they cannot be read."""
        return read_page(data, self.name, self.config)


def read_page(data: bytes, name: str, config: Config) -> Page | str:
    """Read bytes as a page.

    Returns:
        The page, or why the bytes are no profile page to be repaired, in a sentence.
    """
    report = Report(name)
    document = read_document(data, report)
    if document is None:
        return report.findings[-1].message
    digest, settled = hashlib.sha256(data).hexdigest(), config.settled(name)
    profile = parse_document(document, Source(name), digest, report, settled, config.roles)
    other = next((found for found in report.findings if found.rule.code in _OTHER_PAGES), None)
    if other is not None:
        return other.message
    return Page(name, config, data, document, profile, tuple(report.findings))
