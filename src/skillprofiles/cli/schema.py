"""``skillprofiles schema``."""

from __future__ import annotations

from pathlib import Path

import click

from skillprofiles.cli._failures import FINDINGS, Failure, one_line_failures
from skillprofiles.cli._output import echo

_FOLDER = Path("schemas")


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--write", is_flag=True, help="Write all of them into --dir.")
@click.option("--check", is_flag=True, help="Say which files in --dir are stale; exit 1 if any is.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=_FOLDER,
    show_default=True,
    help="Folder for --write and --check.",
)
def schema(name: str | None, write: bool, check: bool, folder: Path) -> None:
    """Print the schema NAME, or list what there is.

    JSON Schema (2020-12), Frictionless Table Schema and a data dictionary in English and German, all
    generated from the contracts that every row is validated with.
    """
    from skillprofiles.schema import generate, stale

    with one_line_failures():
        if check:
            _check(folder, stale(folder))
        elif write:
            folder.mkdir(parents=True, exist_ok=True)
            for file, content in generate().items():
                (folder / file).write_text(content, encoding="utf-8", newline="\n")
        elif name:
            files = generate()
            if name not in files:
                raise Failure(f"no schema '{name}'; there are {', '.join(files)}")
            echo(files[name].rstrip("\n"))
        else:
            echo("\n".join(generate()))


def _check(folder: Path, names: list[str]) -> None:
    if names:
        click.echo(
            f"stale in {folder}: {', '.join(names)}; run `skillprofiles schema --write`", err=True
        )
        raise click.exceptions.Exit(FINDINGS)
