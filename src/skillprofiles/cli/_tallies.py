"""The rules that a run saw broken: each once, with the first place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._output import echo, log_json
from skillprofiles.printable import plural, printable

if TYPE_CHECKING:
    from skillprofiles.pipeline.batch import Tally

_STYLES = {"error": "red", "warning": "yellow"}
_LONGEST_MESSAGE = 100


def echo_tallies(tallies: Mapping[str, Tally], path_of: Callable[[str], str]) -> None:
    """Print each broken rule, errors first; nothing where only advice was given.

    Args:
        tallies: for each rule code how often it was broken, and where first.
        path_of: turns the name of a source into a path that can be opened.
    """
    shown = sorted(
        (tally for tally in tallies.values() if tally.first.rule.severity.value in _STYLES),
        key=lambda tally: (not tally.first.is_error, -tally.count, tally.first.rule.code),
    )
    if not shown:
        return
    echo()
    for tally in shown:
        _echo(tally, path_of)
    echo("\nAll of them are in the findings table; `skillprofiles rule CODE` explains a rule.")


def _echo(tally: Tally, path_of: Callable[[str], str]) -> None:
    finding = tally.first
    severity = finding.rule.severity.value
    title = click.style(f"{severity} {finding.rule.code} {finding.rule.name}", fg=_STYLES[severity])
    echo(f"{title}: {plural(tally.count, 'finding')}, first at")
    line = f":{finding.span.line}:{finding.span.column}" if finding.span else ""
    message = printable(finding.message)
    if len(message) > _LONGEST_MESSAGE:
        message = message[: _LONGEST_MESSAGE - 1] + "…"
    echo(f"  {printable(path_of(finding.source))}{line}: {message}")
    echo(click.style(f"  hint: {printable(finding.hint)}", dim=True))


def log_tallies(tallies: Mapping[str, Tally]) -> None:
    """Write one event a broken rule."""
    for code, tally in sorted(tallies.items()):
        finding = tally.first
        log_json(
            "findings",
            code=code,
            name=finding.rule.name,
            severity=finding.rule.severity.value,
            count=tally.count,
            first_source=finding.source,
            first_line=finding.span.line if finding.span else None,
            first_message=finding.message,
        )
