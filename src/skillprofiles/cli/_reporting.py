"""Where findings go: each format to standard output or to its file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from skillprofiles.cli._failures import Failure
from skillprofiles.cli._output import color_for
from skillprofiles.printable import printable
from skillprofiles.render import FORMATS, Results, github_summary, render, statistics


class Output(NamedTuple):
    """A format and the file it goes to, None for standard output."""

    format: str
    file: str | None


def outputs(options: Mapping[str, Any]) -> Iterator[Output]:
    """Yield what the options ask for.

    Raises:
        Failure: if one of them names no format, or no file behind its equals sign.
    """
    for text in options["outputs"]:
        name, equals, file = text.partition("=")
        if name not in FORMATS:
            raise Failure(f"--output {text}: '{name}' is not one of {', '.join(FORMATS)}")
        if equals and not file:
            raise Failure(f"--output {text}: no file is named")
        yield Output(name, file or None)
    if options["output_format"] or options["output_file"] or not options["outputs"]:
        yield Output(options["output_format"] or "text", options["output_file"])


def report(results: Results, wanted: list[Output], options: Mapping[str, Any]) -> None:
    """Write findings in every format that is wanted.

    Raises:
        OSError: if a file cannot be written.
    """
    for output in wanted:
        if output.file:
            text = render(results, output.format)
            Path(output.file).write_text(text, encoding="utf-8", newline="\n")
        elif not options["quiet"]:
            _print(_counts_or_findings(results, output.format, options["statistics"]))
    _summarize(results, wanted)
    for note in results.notes:
        click.echo(f"note: {printable(note)}", err=True)


def _counts_or_findings(results: Results, output_format: str, counts: bool) -> str:
    if counts:
        return statistics(results, output_format)
    return render(results, output_format, color=color_for(sys.stdout))


def _print(text: str) -> None:
    if text:
        click.echo(text, nl=not text.endswith("\n"), color=True)


def _summarize(results: Results, wanted: list[Output]) -> None:
    """Add a table to the summary of the job, where GitHub asks for one."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and any(output.format == "github" for output in wanted):
        with open(summary, "a", encoding="utf-8") as page:
            page.write(github_summary(results))
