"""``skillprofiles check``."""

from __future__ import annotations

from pathlib import Path

import click

from skillprofiles.cli._failures import one_line_failures
from skillprofiles.cli._values import Duration

_FORMATS = ("text", "concise", "json", "json-lines", "github", "gitlab", "sarif", "junit")
_RULES = "CODES"


@click.command(
    epilog="Examples: skillprofiles check exports/ | skillprofiles check . --output text "
    "--output sarif=findings.sarif"
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--select", metavar=_RULES, multiple=True, help="Show these rules only.")
@click.option("--extend-select", metavar=_RULES, multiple=True, help="Show these rules besides.")
@click.option("--ignore", metavar=_RULES, multiple=True, help="Hide these rules.")
@click.option(
    "--severity",
    type=click.Choice(["error", "warning", "advice"]),
    help="The least severity to show.  [default: warning, or any that is selected]",
)
@click.option(
    "--output-format",
    type=click.Choice(_FORMATS),
    help="Format of the findings.  [default: text]",
)
@click.option("--output-file", type=click.Path(dir_okay=False), help="Write them to a file.")
@click.option(
    "--output",
    "outputs",
    metavar="FORMAT[=FILE]",
    multiple=True,
    help="A format and where it goes; may be given several times.",
)
@click.option("--statistics", is_flag=True, help="Print counts by rule instead of findings.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Findings that are known.  [default: .skillprofiles-baseline.json, where it exists]",
)
@click.option("--update-baseline", is_flag=True, help="Write what is found to the baseline.")
@click.option("--diff", "show_diff", is_flag=True, help="Show safe repairs without making them.")
@click.option("--fix", "make_fixes", is_flag=True, help="Make safe repairs in place.")
@click.option("--unsafe-fixes", is_flag=True, help="Include repairs that change what is said.")
@click.option(
    "--page-timeout",
    type=Duration(),
    default="30s",
    show_default=True,
    help="A page that takes longer to read is rejected.",
)
@click.option("--stdin-filename", metavar="NAME", help="Name of what is read from -.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file.  [default: the nearest skillprofiles.toml or pyproject.toml]",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing to standard output.")
def check(**options: object) -> None:
    r"""Validate source files: what is wrong, where, and what to do about it.

    A SOURCE is a file, a folder, a glob, an archive or - for standard input; without one the
    working directory is checked. CODES are rule codes, prefixes or names, separated by commas:
    SP301, SP2, mandatory-count, ALL.

    Silent when clean. Exit code 1 when a finding of severity error is shown.
    """
    from skillprofiles.cli._process import patient_collector

    with patient_collector(), one_line_failures():
        from skillprofiles.cli._checking import Checking

        code = Checking(options).run()
    if code:
        raise click.exceptions.Exit(code)
