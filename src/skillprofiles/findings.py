"""What the program has to say about a source: a rule, a place, the facts.

Everything a user can do wrong is a `Finding`; exceptions are for bugs and failing I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from skillprofiles.model import Span
from skillprofiles.rules import Rule, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken at one place.

    Attributes:
        rule: the rule, with its code, name, severity and documentation.
        source: name of the source, as in `skillprofiles.model.Source`.
        message: what is the case here, in one sentence.
        hint: what to do about it, in one sentence.
        span: the place; None where the source as a whole is meant.
        skill: slug of the skill, where it is known.
        language: language of the page, where it is known.
        role: role of the row at fault, where one is.
        level: published name of the row's level, where one is.
        related: lines of the same source that count in it, such as the rows behind a figure.
    """

    rule: Rule
    source: str
    message: str
    hint: str
    span: Span | None = None
    skill: str | None = None
    language: str | None = None
    role: str | None = None
    level: str | None = None
    related: tuple[int, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether the finding rejects its page."""
        return self.rule.severity is Severity.ERROR

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order of a report: by source, line, column and code."""
        line, column = (self.span.line, self.span.column) if self.span else (0, 0)
        return (self.source, line, column, self.rule.code, self.message)

    def about(self, skill: str | None, language: str | None) -> Finding:
        """Return the finding with the page it belongs to filled in, where it is still open."""
        return replace(self, skill=self.skill or skill, language=self.language or language)


def finding_on(
    source: str,
    rule: Rule,
    span: Span | None = None,
    /,
    *,
    role: str | None = None,
    level: str | None = None,
    **facts: object,
) -> Finding:
    """Return a finding on a source; ``facts`` fill the placeholders of the rule's message and hint."""
    facts |= {"role": role, "level": level}
    message, hint = rule.message.format(**facts), rule.hint.format(**facts)
    return Finding(rule, source, message, hint, span, role=role, level=level)


class Report:
    """The findings of one source, collected while it is read."""

    __slots__ = ("findings", "source")

    def __init__(self, source: str) -> None:
        """Start an empty report on the source of that name."""
        self.source = source
        self.findings: list[Finding] = []

    def add(
        self,
        rule: Rule,
        span: Span | None = None,
        *,
        role: str | None = None,
        level: str | None = None,
        **facts: object,
    ) -> None:
        """Add a finding; ``facts`` fill the placeholders of the rule's message and hint."""
        found = finding_on(self.source, rule, span, role=role, level=level, **facts)
        self.findings.append(found)

    @property
    def rejected(self) -> bool:
        """Whether anything found so far rejects the page."""
        return any(finding.is_error for finding in self.findings)


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings sorted by source, line, column and code."""
    return sorted(findings, key=lambda finding: finding.sort_key)
