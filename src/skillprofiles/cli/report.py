"""``skillprofiles report``."""

from __future__ import annotations

from pathlib import Path

import click

from skillprofiles.cli._answers import tables_argument
from skillprofiles.cli._failures import Failure, one_line_failures
from skillprofiles.cli._output import echo
from skillprofiles.printable import plural, printable


@click.command(epilog="Example: skillprofiles report normalized --out site --raw raw")
@tables_argument
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of the site; one that holds anything but an earlier site is refused.",
)
@click.option("--title", metavar="TEXT", help="Title of the site.")
@click.option(
    "--language",
    metavar="CODE",
    default="en",
    show_default=True,
    help="Language of the interface (de, en), and of the editions shown first.",
)
@click.option(
    "--source-url",
    metavar="TEMPLATE",
    help="Where rows link to, such as https://host/repo/blob/main/{source}#L{line}.",
)
@click.option(
    "--raw",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that was read: its pages are copied into the site, and rows link to the copies.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def report(
    tables: Path,
    out: Path,
    title: str | None,
    language: str,
    source_url: str | None,
    raw: Path | None,
    quiet: bool,
) -> None:
    """Make a site of the tables in DIR: pages to read, search and print, without server or network.

    DIR holds published tables: a folder of releases, one release, or what normalize wrote. Readers
    of --out see the whole earlier site or the whole new one.
    """
    with one_line_failures():
        _check_jinja()
        from skillprofiles.report import INTERFACES, TITLE, Options, UnusableTemplate, build

        if language not in INTERFACES:
            raise Failure(f"no interface in '{language}'; there are {', '.join(INTERFACES)}")
        try:
            built = build(tables, out, Options(title or TITLE, language, source_url, raw))
        except UnusableTemplate as error:
            raise Failure(printable(str(error))) from None
    if not quiet:
        shown = f" of release {built.release}" if built.release else ""
        echo(
            f"{plural(built.skills, 'skill')}, {plural(built.roles, 'role')}, "
            f"{plural(built.domains, 'domain')}{shown}: "
            f"{plural(built.files, 'file')} in {printable(str(out))}"
        )
        echo(f"Open {printable(str(out / 'index.html'))}")


def _check_jinja() -> None:
    try:
        import jinja2
    except ImportError:
        raise Failure("a report needs Jinja2: pip install 'skillprofiles[report]'") from None
    del jinja2
