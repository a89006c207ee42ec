"""How a crawl is shown: a line of progress, a summary, events as JSON."""

from __future__ import annotations

import time
from itertools import groupby
from typing import IO, TYPE_CHECKING

import click

from skillprofiles.cli._output import echo, log_json
from skillprofiles.printable import plural, printable

if TYPE_CHECKING:
    from types import TracebackType

    from skillprofiles.fetch.plan import Plan
    from skillprofiles.fetch.record import Record
    from skillprofiles.findings import Finding

_STYLES = {"error": "red", "warning": "yellow"}
_SHOWN = 3
_REST = {
    "role": ("role page", "role pages"),
    "other": ("other page", "other pages"),
    "sitemap": ("sitemap", "sitemaps"),
    "duplicate": ("second address of a page", "second addresses of pages"),
    "unwanted": ("page in another language", "pages in other languages"),
    "fallback": ("edition that is not there", "editions that are not there"),
    "missing": ("address without a page", "addresses without a page"),
    "robots": ("address closed by robots.txt", "addresses closed by robots.txt"),
    "outside": ("link that leads outside", "links that lead outside"),
    "endless": ("link without an end", "links without an end"),
}
_ENDED = {
    "max-pages": "Stopped at --max-pages; the same command goes on from here.",
    "max-bytes": "Stopped at --max-bytes; the same command goes on from here.",
    "max-time": "Stopped at --max-time; the same command goes on from here.",
    "interrupted": "Interrupted; the same command goes on from here.",
    "unreachable": "A host could not be asked any further; the same command goes on from here.",
}


class Progress:
    """A line that says how far a crawl is, where someone is looking."""

    def __init__(self, stream: IO[str]) -> None:
        """Write to a stream, if it is a terminal."""
        self._stream = stream if stream.isatty() else None
        self._began = time.monotonic()
        self._shown = ""

    def __enter__(self) -> Progress:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe the line away."""
        self._write("")

    def tick(self, record: Record, waiting: int) -> None:
        """Show how far the crawl is."""
        minutes = max(time.monotonic() - self._began, 1.0) / 60
        parts = [
            plural(record.pages, "skill page"),
            f"{record.requests / minutes:,.0f} requests/min",
            f"{waiting:,} waiting",
        ]
        if record.findings:
            parts.append(plural(len(record.findings), "finding"))
        self._write("Fetching: " + ", ".join(parts))

    def _write(self, text: str) -> None:
        if self._stream is None or text == self._shown:
            return
        self._stream.write("\r" + text.ljust(len(self._shown)) + ("" if text else "\r"))
        self._stream.flush()
        self._shown = text


def show(record: Record, plan: Plan) -> None:
    """Print what a crawl did."""
    if plan.dry_run:
        _show_listed(record)
        _show_findings(record.findings)
        return
    echo(_headline(record))
    if rest := _rest(record):
        echo(rest)
    _show_findings(record.findings)
    if record.ended in _ENDED:
        echo(f"\n{click.style(_ENDED[record.ended], bold=True)}")
    echo(
        f"\n{plural(record.requests, 'request')}, {_size(record.received)} "
        f"in {record.seconds:,.1f} s. Stored in {printable(str(plan.out))}:"
    )
    _show_stored(record, plan)


def _headline(record: Record) -> str:
    outcomes = record.outcomes
    counts = [f"{outcomes[name]:,} {name}" for name in ("new", "changed", "unchanged")]
    extra = {
        "returned": "back again",
        "kept": "kept as they were",
        "gone": "gone",
        "moved": "moved to another",
        "failed": "failed",
        "before": "done before the stop",
        "waiting": "left for later",
    }
    counts += [f"{outcomes[name]:,} {words}" for name, words in extra.items() if outcomes[name]]
    return f"{plural(record.pages, 'skill page')}: {', '.join(counts)}"


def _rest(record: Record) -> str:
    """Say what else came along, in one line."""
    seen = [
        f"{record.outcomes[name]:,} {words[record.outcomes[name] != 1]}"
        for name, words in _REST.items()
        if record.outcomes[name]
    ]
    return f"Besides: {', '.join(seen)}" if seen else ""


def _show_findings(findings: list[Finding]) -> None:
    """List each broken rule, errors first, with the first places it was broken at."""
    rules = sorted(findings, key=lambda found: (not found.is_error, found.rule.code))
    for rule, group in groupby(rules, key=lambda found: found.rule):
        found, severity = list(group), rule.severity.value
        title = click.style(f"{severity} {rule.code} {rule.name}", fg=_STYLES.get(severity))
        echo(f"\n{title}: {plural(len(found), 'finding')}")
        for finding in found[:_SHOWN]:
            echo(f"  {printable(finding.source)}")
            echo(f"    {printable(finding.message)}")
        if len(found) > _SHOWN:
            echo(f"  and {len(found) - _SHOWN:,} more, all in fetch.json")
        echo(click.style(f"  hint: {printable(found[0].hint)}", dim=True))


def _show_stored(record: Record, plan: Plan) -> None:
    from skillprofiles.fetch.warcstore import NAME

    rows = [
        (folder, plural(count, "skill page")) for folder, count in sorted(record.folders.items())
    ]
    if plan.warc:
        rows.append((NAME, "the pages, as records of a crawl"))
    rows.append(("fetch.json", "what this run did, for programs"))
    width = max(len(name) for name, _ in rows)
    for name, about in rows:
        echo(f"  {printable(name):<{width}}  {about}")


def _show_listed(record: Record) -> None:
    width = max((len(how) for how, _ in record.listed), default=0)
    for how, url in record.listed:
        echo(f"{how:<{width}}  {printable(url)}")
    known = sum(how == "if changed" for how, _ in record.listed)
    closed = sum(how == "closed" for how, _ in record.listed)
    total = len(record.listed) - closed
    addresses = "1 address" if total == 1 else f"{total:,} addresses"
    echo(f"\n{addresses} would be asked for first, {known:,} of them only if changed.")
    if closed:
        echo(f"{closed:,} more {'is' if closed == 1 else 'are'} closed by robots.txt.")
    echo("Links on them are not known yet. Nothing was stored.")


def _size(count: int) -> str:
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}"
        count = round(count / 1000)
    return f"{count:,.0f} GB"


def log_event(outcome: str, url: str, status: int) -> None:
    """Write what became of an address as a line of JSON."""
    log_json("address", outcome=outcome, url=url, status=status or None)


def log(record: Record, plan: Plan) -> None:
    """Write findings and the summary as lines of JSON."""
    facts = record.as_json(plan)
    for finding in facts.pop("findings"):
        log_json("finding", **finding)
    for how, url in record.listed:
        log_json("listed", how=how, url=url)
    log_json("fetched", out=str(plan.out), **facts)
