"""``skillprofiles rule``."""

from __future__ import annotations

import click

from skillprofiles.cli._failures import Failure
from skillprofiles.cli._output import echo


@click.command()
@click.argument("code", required=False, metavar="[CODE]")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="markdown prints the documentation of all rules as one page.",
)
def rule(code: str | None, output_format: str) -> None:
    """Explain the rule CODE (or of that name), or list all rules."""
    from skillprofiles import rules
    from skillprofiles.rules import document

    chosen = list(rules.RULES.values())
    if code:
        found = rules.find(code)
        if found is None:
            near = rules.nearest(code)
            raise Failure(f"no rule '{code}'" + (f"; did you mean '{near}'?" if near else ""))
        chosen = [found]
    if output_format == "json":
        import json

        echo(
            json.dumps([document.as_record(item) for item in chosen], indent=2, ensure_ascii=False)
        )
    elif output_format == "markdown":
        echo(document.as_markdown().rstrip("\n"))
    else:
        echo(document.as_text(chosen[0]) if code else document.as_list())
