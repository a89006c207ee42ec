"""The command line. Commands are imported when they are called, so that help is instant."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from typing import Any

import click

from skillprofiles import __version__
from skillprofiles.printable import printable

_COMMANDS = {
    "check": "Validate source files, for CI and editors.",
    "compare": "Show what changes from one level to a higher one.",
    "diff": "Show what one release says differently from another.",
    "export": "Write tables as Parquet, CSV or an Excel workbook.",
    "fetch": "Fetch pages from the web into a folder.",
    "ingest": "Publish the next release from what changed in a folder.",
    "normalize": "Publish the tables of a set of sources.",
    "quarantine": "See what ingest rejected, and try it again.",
    "report": "Make a site of the tables: pages to read, search and print.",
    "releases": "List, verify, activate or remove releases.",
    "role": "Show what a role must know, over all skills.",
    "rule": "Explain a rule, or list them all.",
    "status": "Tell how a published folder is doing.",
    "schema": "Show, write or check the schemas of the tables.",
    "show": "Show what a skill asks of each role at each level.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports them only to run them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"skillprofiles.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command to run; suggest the nearest one for a name that is not known."""
        if any(not word or re.fullmatch(r"--[a-z-]+=", word) for word in args):
            ctx.fail("an argument is empty; is a variable unset?")
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _COMMANDS:
            from difflib import get_close_matches

            close = get_close_matches(name, _COMMANDS, 1)
            ctx.fail(f"no command '{name}'" + (f"; did you mean '{close[0]}'?" if close else ""))
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run, and say what is wrong with a call in one line."""
        run: Any = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **extra)
        is_process = not args and extra.get("args") is None
        if is_process:
            from skillprofiles.cli._process import settle

            settle()
        try:
            result = run(*args, standalone_mode=False, **extra)
        except click.ClickException as error:
            hint = ""
            if isinstance(error, click.UsageError) and error.ctx:
                hint = f" (see '{error.ctx.command_path} --help')"
            click.echo(printable(f"Error: {error.format_message()}{hint}"), err=True)
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            click.echo("Interrupted.", err=True)
            sys.exit(130)
        except BrokenPipeError:
            # Whoever was reading has closed the pipe; nobody is left to be told anything.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(141)
        except Exception:
            if not is_process:
                raise
            import traceback

            # Python's own exit code, 1, would say that all but some sources are published.
            traceback.print_exc()
            click.echo("Error: this is a fault of the program; please report it.", err=True)
            sys.exit(2)
        sys.exit(result if isinstance(result, int) else 0)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='Shell completion: eval "$(_SKILLPROFILES_COMPLETE=bash_source skillprofiles)"',
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def main() -> None:
    """Skill-profile pages in, validated tables out.

    A skill profile is a page that says, for every role and each of five levels, what is expected
    and whether it is mandatory. skillprofiles reads such pages as they are exported (markdown,
    plain text, HTML; German, English, Spanish, Chinese), holds them against their own figures, and
    publishes tables. A page that contradicts itself is rejected whole, with file, line and reason.

    Exit codes: 0 done and clean, 1 a source was rejected (all others are
    published), 2 usage, configuration or input/output, 3 another run is
    writing to the same folder, 4 the last good run is too long ago.
    """
