"""One source, from its bytes to a profile and findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from textwrap import shorten
from traceback import format_exception_only

from skillprofiles.config import Config
from skillprofiles.findings import Finding, Report
from skillprofiles.model import Document, Outcome, Profile, Source
from skillprofiles.parser import parse_document
from skillprofiles.pipeline.limit import PageLimit, TooSlow
from skillprofiles.read import read_document
from skillprofiles.read.discover import Input
from skillprofiles.read.load import in_advance, load
from skillprofiles.read.remote import Unreachable
from skillprofiles.rules import Severity, source

_SKIPPED = frozenset({source.ROLE_PAGE.code})


@dataclass(slots=True)
class Page:
    """One source on its way through a batch."""

    source: str
    sha256: str | None = None
    size: int | None = None
    kind: str | None = None
    profile: Profile | None = None
    findings: list[Finding] = field(default_factory=list)

    def outcome(self, accepted: bool) -> Outcome:
        """Return what became of the source."""
        errors = sum(finding.rule.severity is Severity.ERROR for finding in self.findings)
        warnings = sum(finding.rule.severity is Severity.WARNING for finding in self.findings)
        skipped = not errors and any(finding.rule.code in _SKIPPED for finding in self.findings)
        status = "accepted" if accepted else "skipped" if skipped else "rejected"
        profile = self.profile
        return Outcome(
            source=self.source,
            sha256=self.sha256,
            bytes=self.size,
            kind=self.kind,
            language=profile.language if profile else None,
            status=status,
            skill=profile.skill if profile else None,
            errors=errors,
            warnings=warnings,
        )


def read_pages(
    items: Iterable[Input], config: Config, seconds: float | None = None, *, in_worker: bool = False
) -> Iterator[Page]:
    """Read one source after the other; one the reader cannot cope with has a finding that says so.

    Args:
        items: the sources.
        config: the configuration.
        seconds: how long one page may take, None for as long as it likes.
        in_worker: whether this process may be killed where a page takes too long.

    Raises:
        MemoryError: if there is no memory left; what holds it need not be this page.
        skillprofiles.read.remote.Unreachable: if a URL does not answer.
    """
    with PageLimit(seconds, in_worker=in_worker) as limit:
        for item in in_advance(items, config.max_bytes, limit.pause):
            try:
                page = limit(read_page, item, config)
            except TooSlow:
                page = unread(item, f"takes longer than {seconds:g} seconds", config)
            except (MemoryError, Unreachable):
                raise  # not this page's fault: others may hold the memory, the service may come back
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this page's fault
                page = unread(item, failure(error), config)
            yield page


def read_page(item: Input, config: Config) -> Page:
    """Read one source as far as its page tells: bytes, document, profile, findings."""
    report = Report(item.source.name)
    page = Page(item.source.name, findings=report.findings)
    data = load(item, config.max_bytes)
    if isinstance(data, Finding):
        report.findings.append(data)
        return page
    page.sha256, page.size = hashlib.sha256(data).hexdigest(), len(data)
    document: Document | None = read_document(data, report)
    if document is None:
        return page
    page.kind = document.kind
    settled = config.settled(item.source.name)
    origin = _origin(item)
    page.profile = parse_document(document, origin, page.sha256, report, settled, config.roles)
    page.findings = report.findings
    if profile := page.profile:
        page.findings = [found.about(profile.skill, profile.language) for found in page.findings]
    return page


def _origin(item: Input) -> Source:
    """Return the source with the address and time that the record beside it knows."""
    if item.sidecar is None:
        return item.source
    from skillprofiles.read.provenance import provenance

    known = provenance(item.sidecar)
    if known is None:
        return item.source
    return replace(item.source, url=known.url, fetched_at=known.fetched_at)


def failure(error: BaseException) -> str:
    """Say in one line what an exception did to a page, to follow "reading the page"."""
    return shorten("failed: " + "".join(format_exception_only(error)), 200, placeholder="…")


def unread(item: Input, reason: str, config: Config) -> Page:
    """Return a page the reader cannot cope with, described as far as its bytes tell."""
    report = Report(item.source.name)
    report.add(source.UNREADABLE_PAGE, reason=reason)
    page = Page(item.source.name, findings=report.findings)
    try:
        data = load(item, config.max_bytes)
    except Unreachable:
        raise
    except Exception:  # noqa: BLE001 - it is what kept the page from being read, which is told already
        return page
    if isinstance(data, bytes):
        page.sha256, page.size = hashlib.sha256(data).hexdigest(), len(data)
    return page
