"""Which findings are shown, and how much they weigh.

What is hidden here is hidden from view only: a page that breaks a rule of severity error is not
published, shown or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from skillprofiles.findings import Finding
from skillprofiles.rules import RULES, Rule, Severity, find, nearest

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
        per_file: globs of source names with the codes to hide there, an entry a suppression.
        severities: code -> severity it gets here.
        least: the least severity that is shown without being selected.
        floor: the least severity that is shown even when selected; None for any.
    """

    select: frozenset[str] | None = None
    extend: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    least: Severity = Severity.WARNING
    floor: Severity | None = None

    def apply(
        self, findings: Sequence[Finding], sources: Collection[str] | None = None
    ) -> Selected:
        """Return the findings to show, reweighed, and the suppressions that hid nothing.

        Args:
            findings: what was found.
            sources: names of the sources, where others were left out on purpose: suppressions
                for those are not called idle then.
        """
        weights = dict(self.severities)
        used: set[int] = set()
        shown = []
        for found in findings:
            code, finding = found.rule.code, found
            if code in weights:
                finding = replace(found, rule=found.rule._replace(severity=weights[code]))
            hiding = [
                number
                for number, (glob, codes) in enumerate(self.per_file)
                if code in codes and matches(finding.source, glob)
            ]
            used.update(hiding)
            if not hiding and self._shows(code, finding.rule.severity):
                shown.append(finding)
        idle = tuple(
            f"per-file-ignores: '{glob}' hides no {_named(codes)}; remove it"
            for number, (glob, codes) in enumerate(self.per_file)
            if number not in used
            and (sources is None or any(matches(name, glob) for name in sources))
        )
        return Selected(shown, idle)

    def wants(self, rule: Rule) -> bool:
        """Whether findings of a rule make any difference here.

        They do where they may be shown, and where a suppression would be idle without them.
        """
        severity = dict(self.severities).get(rule.code, rule.severity)
        waiting = any(rule.code in codes for _, codes in self.per_file)
        return waiting or self._shows(rule.code, severity)

    def _shows(self, code: str, severity: Severity) -> bool:
        if code in self.ignore:
            return False
        if code in self.extend:
            return True
        weight = _ORDER.index(severity)
        if self.select is None:
            return weight <= _ORDER.index(self.least)
        return code in self.select and (self.floor is None or weight <= _ORDER.index(self.floor))


def _named(codes: frozenset[str]) -> str:
    """Return codes as a suppression names them: one with its name, else what they start with."""
    first = min(codes)
    if len(codes) == 1:
        return f"{first} ({RULES[first].name})"
    for length in range(1, len(first)):
        if codes == {code for code in RULES if code.startswith(first[:length])}:
            return first[:length]
    return ", ".join(sorted(codes))


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
    """Whether a source's name matches a glob; one without a slash is held against the last part.

    ``**/`` stands for any folders, or none.
    """
    if "**/" in glob:
        return any(matches(name, glob.replace("**/", folders, 1)) for folders in ("", "*/"))
    if "/" not in glob:
        return fnmatchcase(name.rsplit("/", 1)[-1], glob) or fnmatchcase(name, glob)
    return fnmatchcase(name, glob)
