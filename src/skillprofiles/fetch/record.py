"""What a crawl did: counted, with its findings, as the record ``fetch.json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from skillprofiles import __version__
from skillprofiles.fetch.address import folder_of
from skillprofiles.fetch.plan import Plan
from skillprofiles.findings import Finding, Report, ordered
from skillprofiles.rules import Rule, Severity

NAME: Final = "fetch.json"
PAGES: Final = ("new", "changed", "unchanged", "returned")
"""What can be said of a skill profile that was asked for and is stored now."""

Event = Callable[[str, str, int], None]


@dataclass(slots=True)
class Record:
    """What a crawl did.

    Attributes:
        run: name of the crawl.
        resumed: whether it went on where an earlier call had stopped.
        started_at: when this call began, ISO 8601 in UTC.
        seconds: how long this call took.
        ended: ``finished``, or why it stopped before: ``max-pages``, ``max-bytes``, ``max-time``,
            ``interrupted``, ``unreachable``.
        requests: number of requests answered, robots.txt and repeated ones included.
        received: bytes of all bodies, as transferred.
        statuses: number of answers by status code.
        outcomes: number of addresses by what became of them.
        folders: number of skill profiles in the store at the end, by host and language.
        findings: what is wrong, by address.
        listed: what a dry run would fetch: how, and the address.
    """

    run: str
    resumed: bool
    started_at: str
    seconds: float = 0.0
    ended: str = "finished"
    requests: int = 0
    received: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    folders: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    listed: list[tuple[str, str]] = field(default_factory=list)
    on_event: Event = lambda outcome, url, status: None

    @property
    def pages(self) -> int:
        """Number of skill profiles that were asked for and are stored."""
        return sum(self.outcomes[name] for name in PAGES)

    @property
    def has_errors(self) -> bool:
        """Whether a finding of severity error was made."""
        return any(finding.rule.severity is Severity.ERROR for finding in self.findings)

    def count(self, outcome: str, url: str, status: int = 0) -> None:
        """Count what became of an address."""
        self.outcomes[outcome] += 1
        self.on_event(outcome, url, status)

    def stored(self, url: str, language: str) -> None:
        """Count a skill profile that is in the store at the end."""
        self.folders[f"{folder_of(url)}/{language}"] += 1

    def find(self, rule: Rule, url: str, **facts: Any) -> None:
        """Add a finding on an address."""
        report = Report(url)
        report.add(rule, **facts)
        self.findings += report.findings

    def as_json(self, plan: Plan) -> dict[str, Any]:
        """Return the record as values that JSON knows; nothing secret is among them."""
        return {
            "program": f"skillprofiles {__version__}",
            "run": self.run,
            "resumed": self.resumed,
            "started_at": self.started_at,
            "seconds": round(self.seconds, 3),
            "ended": self.ended,
            "starts": list(plan.starts),
            "languages": list(plan.languages),
            "scope": list(plan.folders),
            "allowed_hosts": list(plan.hosts),
            "user_agent": plan.user_agent,
            "requests": self.requests,
            "bytes_received": self.received,
            "statuses": {str(code): self.statuses[code] for code in sorted(self.statuses)},
            "pages": {name: self.outcomes[name] for name in (*PAGES, "gone", "moved", "kept")},
            "others": {
                name: count
                for name, count in sorted(self.outcomes.items())
                if name not in (*PAGES, "gone", "moved", "kept")
            },
            "stored": dict(sorted(self.folders.items())),
            "findings": [_plain(finding) for finding in ordered(self.findings)],
        }


def _plain(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.rule.severity.value,
        "source": finding.source,
        "message": finding.message,
        "hint": finding.hint,
    }
