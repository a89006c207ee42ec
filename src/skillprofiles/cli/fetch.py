"""``skillprofiles fetch``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skillprofiles.cli._failures import FINDINGS, Busy, Failure, one_line_failures
from skillprofiles.cli._running import settings_from
from skillprofiles.cli._values import Bytes, Duration

if TYPE_CHECKING:
    from skillprofiles.fetch.plan import Plan
    from skillprofiles.fetch.record import Record

_INTERRUPTED = 130


@click.command(
    epilog="Example: skillprofiles fetch https://site.example/skills --to raw --lang de --lang en"
)
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option(
    "--to",
    "out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the pages: HOST/LANGUAGE/SKILL.html, each with a record of where it came from.",
)
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="CODE",
    help="Edition to fetch: de, en, es or zh; may be repeated.  [default: those that are linked]",
)
@click.option(
    "--scope",
    "folders",
    multiple=True,
    metavar="URL",
    help="Follow links below this address only; may be repeated.  [default: below each URL]",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Follow links and redirects to this host too; may be repeated.",
)
@click.option("--contact", help="How the site's owner reaches you: an e-mail or web address.")
@click.option(
    "--delay",
    type=Duration(),
    default="1s",
    show_default=True,
    help="Least pause between two requests to a host; a slow or busy host gets longer ones.",
)
@click.option("--max-pages", type=click.IntRange(1), help="Ask for at most so many addresses.")
@click.option("--max-bytes", type=Bytes(), help="Receive at most about so much.")
@click.option("--max-time", type=Duration(), help="Take at most so long.")
@click.option(
    "--timeout",
    type=Duration(),
    default="30s",
    show_default=True,
    help="How long one answer may take.",
)
@click.option(
    "--retries",
    type=click.IntRange(0, 20),
    default=4,
    show_default=True,
    help="How often to try again what failed.",
)
@click.option(
    "--patience",
    type=Duration(),
    default="5m",
    show_default=True,
    help="Longest pause a host may ask for; where it asks for more, the rest is left for later.",
)
@click.option("--warc", is_flag=True, help="Store the pages in one WARC file, crawl.warc.gz.")
@click.option("--store-all", is_flag=True, help="Store pages that are no skill profiles too.")
@click.option("--restart", is_flag=True, help="Begin anew, instead of going on after a stop.")
@click.option("--dry-run", is_flag=True, help="List what would be fetched; store nothing.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file.  [default: the nearest skillprofiles.toml or pyproject.toml]",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: events as JSON lines on stderr, for log collectors.",
)
def fetch(
    urls: tuple[str, ...],
    out: Path,
    languages: tuple[str, ...],
    folders: tuple[str, ...],
    hosts: tuple[str, ...],
    contact: str | None,
    delay: float,
    max_pages: int | None,
    max_bytes: int | None,
    max_time: float | None,
    timeout: float,
    retries: int,
    patience: float,
    warc: bool,
    store_all: bool,
    restart: bool,
    dry_run: bool,
    config: Path | None,
    quiet: bool,
    log_format: str,
) -> None:
    """Fetch skill-profile pages from the web, politely, into a folder that the other commands read.

    A URL is a page, a page that lists pages, a sitemap, or a file with one address a line. Skill
    profiles are recognized by what they say; links are followed below the URL only.

    robots.txt is obeyed and every host is asked one thing at a time. A second run asks what has
    changed, and writes only that; an interrupted run goes on where it stopped. A page that is gone
    leaves a note, and one that suddenly is something else never replaces the good copy.

    Where a site wants a login, set SKILLPROFILES_FETCH_USER and
    SKILLPROFILES_FETCH_PASSWORD, or SKILLPROFILES_FETCH_TOKEN, or SKILLPROFILES_FETCH_COOKIE in
    the environment.
    """
    with one_line_failures():
        _require_extra()
        from skillprofiles.fetch.plan import BadPlan, planned
        from skillprofiles.read.warc import Damaged

        try:
            plan = planned(
                urls,
                languages,
                folders,
                hosts,
                contact,
                out=out,
                delay=delay,
                timeout=max(timeout, 0.1),
                retries=retries,
                patience=patience,
                max_pages=max_pages or 0,
                max_bytes=max_bytes or 0,
                max_seconds=max_time or 0.0,
                page_bytes=settings_from(config).max_bytes,
                store_all=store_all,
                warc=warc,
                dry_run=dry_run,
                restart=restart,
            )
            record = _run(plan, quiet=quiet, as_json=log_format == "json")
        except (BadPlan, Damaged) as error:
            raise Failure(str(error)) from None
    if record.ended == "interrupted":
        raise click.exceptions.Exit(_INTERRUPTED)
    if record.has_errors:
        raise click.exceptions.Exit(FINDINGS)


def _require_extra() -> None:
    """Say in one line what to install, where the crawler is missing."""
    from importlib.util import find_spec

    if missing := [name for name in ("scrapy", "warcio") if find_spec(name) is None]:
        raise Failure(
            f"fetch needs the extra 'fetch' ({' and '.join(missing)} cannot be imported): "
            "pip install 'skillprofiles[fetch]'"
        )


def _run(plan: Plan, *, quiet: bool, as_json: bool) -> Record:
    from skillprofiles.cli._fetching import Progress, log, log_event, show
    from skillprofiles.export.publish import Locked
    from skillprofiles.fetch.run import Watcher, run

    try:
        if as_json:
            record = run(plan, Watcher(event=log_event))
            log(record, plan)
        elif quiet:
            record = run(plan)
        else:
            with Progress(sys.stderr) as progress:
                record = run(plan, Watcher(tick=progress.tick))
            show(record, plan)
    except Locked as error:
        raise Busy(str(error)) from None
    return record
