"""Which findings are shown, and how much they weigh.

What is hidden here is hidden from view only: a page that breaks a rule of severity error is not
published, shown or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from skillprofiles.findings import Finding
from skillprofiles.rules import RULES, Severity, find, nearest

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.ADVICE)


class UnknownRule(Exception):
    """A code or name that no rule has; the message names the nearest one."""


def expand(selectors: Iterable[str]) -> frozenset[str]:
    """Return the codes behind codes, prefixes of codes, names, and ``ALL``.

    Raises:
        UnknownRule: if a selector stands for no rule.
    """
    codes: set[str] = set()
    for selector in selectors:
        text = selector.strip()
        rule = find(text)
        found = {code for code in RULES if code.startswith(text.upper()) and text}
        if text.upper() == "ALL":
            codes |= set(RULES)
        elif rule or found:
            codes |= {rule.code} if rule else found
        else:
            near = nearest(text)
            raise UnknownRule(f"no rule '{text}'" + (f"; did you mean '{near}'?" if near else ""))
    return frozenset(codes)


@dataclass(frozen=True)
class Selection:
    """What to show.

    Attributes:
        select: codes to show; None for all that weigh enough.
        extend: codes to show besides, whatever they weigh.
        ignore: codes to hide.
        per_file: globs of source names with the codes to hide there.
        severities: code -> severity it gets here.
        least: the least severity that is shown without being selected.
    """

    select: frozenset[str] | None = None
    extend: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    least: Severity = Severity.WARNING

    def apply(self, findings: Sequence[Finding]) -> Selected:
        """Return the findings to show, reweighed, and the suppressions that hid nothing."""
        weights = dict(self.severities)
        used: set[tuple[str, str]] = set()
        shown = []
        for found in findings:
            code, finding = found.rule.code, found
            if code in weights:
                finding = replace(found, rule=found.rule._replace(severity=weights[code]))
            hidden = [
                (glob, code)
                for glob, codes in self.per_file
                if code in codes and matches(finding.source, glob)
            ]
            used.update(hidden)
            if not hidden and self._shows(finding):
                shown.append(finding)
        idle = tuple(
            f"per-file-ignores: '{glob}' hides no {code} ({RULES[code].name}); remove it"
            for glob, codes in self.per_file
            for code in sorted(codes)
            if (glob, code) not in used and not self._as_group(glob, used, codes)
        )
        return Selected(shown, idle)

    def _shows(self, finding: Finding) -> bool:
        code = finding.rule.code
        if code in self.ignore:
            return False
        if code in self.extend or (self.select is not None and code in self.select):
            return True
        weighs = _ORDER.index(finding.rule.severity) <= _ORDER.index(self.least)
        return self.select is None and weighs

    def _as_group(self, glob: str, used: set[tuple[str, str]], codes: frozenset[str]) -> bool:
        """Whether a prefix such as SP2 hid something: then its other codes are not idle."""
        return len(codes) > 1 and any((glob, code) in used for code in codes)


@dataclass(frozen=True)
class Selected:
    """The outcome of a selection.

    Attributes:
        shown: the findings to show, in the order they came.
        idle: a sentence for each suppression that hid nothing.
    """

    shown: list[Finding] = field(default_factory=list)
    idle: tuple[str, ...] = ()


def matches(name: str, glob: str) -> bool:
    """Whether a source's name matches a glob; one without a slash is held against the last part."""
    if "/" not in glob:
        return fnmatchcase(name.rsplit("/", 1)[-1], glob) or fnmatchcase(name, glob)
    return fnmatchcase(name, glob.replace("**/", "*")) or fnmatchcase(name, glob)
