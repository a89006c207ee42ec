"""The sentences that several formats share."""

from __future__ import annotations

from collections import Counter
from typing import Final

from skillprofiles.findings import Finding
from skillprofiles.printable import plural, printable
from skillprofiles.render._results import Results
from skillprofiles.rules import Severity

ORDER: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.ADVICE: 2}
_NOUNS: Final = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.ADVICE: ("piece of advice", "pieces of advice"),
}


def place(finding: Finding) -> str:
    """Return ``path:line:column``; the start of the source where it is meant as a whole."""
    line, column = (finding.span.line, finding.span.column) if finding.span else (1, 1)
    return f"{path(finding)}:{line}:{column}"


def path(finding: Finding) -> str:
    """Return the name of the source, as it may start a line.

    A line that starts with two colons is a command to a GitHub runner. One is enough in a name:
    another follows it.
    """
    shown = printable(finding.source)
    return shown.replace(":", r"\x3a", 1) if shown.lstrip().startswith(":") else shown


def claim(finding: Finding) -> str:
    """Return what a finding says, after its rule: ``SP301 [mandatory-count] the page ...``."""
    return f"{finding.rule.code} [{finding.rule.name}] {printable(finding.message)}"


def by_weight(results: Results) -> list[Finding]:
    """Return the findings, errors first, otherwise in their order."""
    return sorted(results.findings, key=lambda finding: ORDER[finding.rule.severity])


def total(results: Results) -> str:
    """Return the sentence that counts: what was found, where, by which rules."""
    of_all = plural(results.sources, "source")
    if not results.findings:
        if results.hidden:
            return f"Nothing new in {of_all}; {_known(results.hidden)}."
        clean = "1 source is" if results.sources == 1 else f"All {of_all} are"
        return f"{clean} clean."
    weights = Counter(finding.rule.severity for finding in results.findings)
    counts = [
        plural(weights[severity], *_NOUNS[severity]) for severity in ORDER if weights[severity]
    ]
    told = " and ".join([", ".join(counts[:-1]), counts[-1]] if counts[1:] else counts)
    places = len({finding.source for finding in results.findings})
    known = f" Besides, {_known(results.hidden)}." if results.hidden else ""
    return f"Found {told} in {places:,} of {of_all} ({_codes(results)}).{known}"


def _codes(results: Results) -> str:
    rules = Counter((ORDER[found.rule.severity], found.rule.code) for found in results.findings)
    ranked = sorted(rules.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return ", ".join(f"{code} {count:,}" for (_, code), count in ranked)


def _known(hidden: int) -> str:
    noun = plural(hidden, "finding")
    return f"{noun} {'is' if hidden == 1 else 'are'} known from the baseline"
