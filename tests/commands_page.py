"""Writes ``docs/commands.md`` to standard output: what every command says of itself, and its options.

``make docs`` runs it, and a test holds the page against it.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from skillprofiles.cli import main

HEAD = """\
# Commands

What `skillprofiles COMMAND --help` prints, command by command. Results go to standard output, progress
and logs to standard error. Exit codes: 0 done and clean, 1 a source was rejected (all others are
published), 2 usage, configuration or input/output, 3 another run is writing to the same folder, 4 from
`status --max-age`: the last good run is too long ago.

This page is generated from the commands themselves: `make docs` writes it.
"""
MORE = {
    "check": "ci.md",
    "compare": "analysis.md",
    "diff": "analysis.md",
    "export": "analysis.md",
    "fetch": "fetch.md",
    "ingest": "operate.md",
    "normalize": "configuration.md",
    "quarantine": "operate.md",
    "releases": "operate.md",
    "report": "report.md",
    "role": "analysis.md",
    "rule": "rules.md",
    "schema": "../normalized/README.md",
    "show": "analysis.md",
    "status": "operate.md",
}
WIDTH = 90


def commands(command: click.Command = main, name: str = "skillprofiles") -> Iterator[click.Context]:
    """Yield every command, as a context that knows what it is called."""
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    context.help_option_names = ["-h", "--help"]
    yield context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from commands(found, f"{name} {below}")


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for context in commands():
        words = (context.info_name or "").split()
        parts.append(f"{'#' * min(len(words) + 1, 3)} {context.info_name}\n")
        parts.append(f"```text\n{context.command.get_help(context)}\n```\n")
        if words[-1] in MORE:
            parts.append(f"More: [{MORE[words[-1]]}]({MORE[words[-1]]}).\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
