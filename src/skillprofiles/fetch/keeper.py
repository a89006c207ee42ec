"""Skill profiles that came back, held against those that are stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillprofiles.fetch.answer import Answer
from skillprofiles.fetch.frontier import Frontier, Job
from skillprofiles.fetch.page import Kind, Link, Seen, look_at, same_profile
from skillprofiles.fetch.record import Record
from skillprofiles.fetch.state import State, Visit
from skillprofiles.fetch.store import HEADERS, Capture, Entry, Store
from skillprofiles.rules import source as rules


class Keeper:
    """Keeps pages in the store, and the crawl's memory of them."""

    def __init__(self, store: Store, state: State, frontier: Frontier, record: Record) -> None:
        """Keep pages in a store."""
        self._store = store
        self._state = state
        self._frontier = frontier
        self._record = record

    def has(self, entry: Entry) -> bool:
        """Whether the bytes of a stored page are there."""
        return self._store.data(entry) is not None

    def says(self, entry: Entry, url: str, seen: Seen) -> bool:
        """Whether a stored page says the same as one that came from another address."""
        data = self._store.data(entry)
        return data is not None and same_profile(url, data, seen.profile)

    def links(self, entry: Entry) -> tuple[Link, ...]:
        """Return where a stored page leads."""
        data = self._store.data(entry)
        if data is None:
            return ()
        return look_at(entry.final_url, data, "text/html", len(data)).links

    def confirmed(self, job: Job, live: Entry) -> tuple[Link, ...]:
        """Take in that a stored page did not change; return where it leads."""
        prior = job.prior
        links = prior.links if prior and prior.kind == Kind.PROFILE else self.links(live)
        validators = (prior.etag, prior.last_modified) if prior else (live.etag, live.last_modified)
        entry = live
        if self._is_elsewhere(job, live):
            data = self._store.data(live) or b""
            capture = self._capture(job, Answer(200), live.url, live.language, data)
            headers = {"ETag": live.etag, "Last-Modified": live.last_modified}
            kept = {name: value for name, value in headers.items() if value}
            entry = self._store.refer(replace(capture, headers=kept), live)
        self._settle(job, entry, "unchanged", 304, validators, links)
        return links

    def keep(
        self, job: Job, answer: Answer, seen: Seen, address: str, data: bytes, charset: str | None
    ) -> None:
        """Take in a page: write it, unless it says what the stored one says."""
        live = job.live
        capture = self._capture(job, answer, address, seen.language or "", data, charset)
        old = self._store.data(live) if live else None
        if live and old is not None and (old == data or same_profile(job.url, old, seen.profile)):
            outcome, entry = "unchanged", live
            if self._is_elsewhere(job, live):
                entry = self._store.refer(replace(capture, data=old), live)
        else:
            known = job.entry or self._frontier.entries.get(address)
            outcome = "changed" if live else "returned" if known else "new"
            entry = self._store.keep(capture, known)
        validators = (answer.headers.get("etag"), answer.headers.get("last-modified"))
        self._settle(job, entry, outcome, answer.status, validators, seen.links)

    def keep_other(
        self, job: Job, answer: Answer, kind: str, data: bytes, charset: str | None
    ) -> None:
        """Keep a page that is no skill profile."""
        self._store.keep_other(self._capture(job, answer, job.url, "", data, charset), kind)

    def buried(self, job: Job, live: Entry, answer: Answer) -> None:
        """Take in that a stored page is gone."""
        capture = self._capture(job, answer, live.url, live.language)
        self._frontier.know(self._store.bury(capture, live))
        self._record.count("gone", job.url, answer.status)

    def merged(self, job: Job, live: Entry, other: Entry, answer: Answer) -> None:
        """Take in that a stored page leads to another stored page for good."""
        capture = self._capture(job, answer, live.url, live.language)
        capture = replace(capture, final_url=other.final_url)
        self._frontier.know(self._store.bury(capture, live))
        self._record.count("moved", job.url, answer.status)

    def another(self, job: Job, live: Entry, what: str, status: int) -> None:
        """Take in that the address of a stored page answers with something else."""
        date = live.fetched_at[:10] or "an unknown day"
        self._record.find(rules.ANOTHER_PAGE, job.url, what=what, date=date)
        self._record.count("kept", job.url, status)

    def _is_elsewhere(self, job: Job, live: Entry) -> bool:
        """Whether a page answers under another address than its record tells."""
        return job.url != live.final_url

    def _settle(
        self,
        job: Job,
        entry: Entry,
        outcome: str,
        status: int,
        validators: tuple[str | None, str | None],
        links: tuple[Link, ...],
    ) -> None:
        self._frontier.know(entry)
        self._frontier.claim(job.url, entry.url, entry.language, links)
        self._record.count(outcome, job.url, status)
        self._state.note(
            Visit(
                job.url, self._record.run, job.start, status, Kind.PROFILE, entry.language,
                entry.url, *validators, stored=True, links=links,
            )
        )  # fmt: skip

    def _capture(
        self,
        job: Job,
        answer: Answer,
        address: str,
        language: str,
        data: bytes = b"",
        charset: str | None = None,
    ) -> Capture:
        found = {name: answer.headers.get(name.lower()) for name in HEADERS}
        return Capture(
            url=address,
            final_url=job.url,
            redirects=job.hops,
            status=answer.status,
            headers={name: value for name, value in found.items() if value},
            fetched_at=now(),
            language=language,
            data=data,
            charset=charset,
            run=self._record.run,
        )


def now() -> str:
    """Return the time in UTC, to the second, as archives write it."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
