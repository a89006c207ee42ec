"""Redirects: which are followed, and what they say of a page that is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from skillprofiles.fetch.address import canonical, is_upgrade, work_of
from skillprofiles.fetch.answer import Answer
from skillprofiles.fetch.frontier import FIRST, Frontier, Job
from skillprofiles.fetch.keeper import Keeper
from skillprofiles.fetch.record import Record
from skillprofiles.fetch.store import Entry
from skillprofiles.rules import source as rules

STATUSES: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})
_MOST_HOPS: Final = 5


class Redirects:
    """Follows redirects on behalf of the page that was asked for."""

    def __init__(self, record: Record, frontier: Frontier, keeper: Keeper) -> None:
        """Follow redirects in a crawl."""
        self._record = record
        self._frontier = frontier
        self._keeper = keeper

    def target(self, job: Job, answer: Answer) -> str | None:
        """Return where a redirect leads, or None where it is not followed, which is then reported."""
        target = canonical(answer.headers["location"], job.url)
        reason = self._refusal(job, target)
        if target is not None and reason is None:
            return target
        if job.explicit or job.live:
            shown = target or "nowhere"
            self._record.find(rules.REDIRECTED_AWAY, job.url, target=shown, reason=reason)
        outcome = "kept" if job.live else "failed" if job.explicit else "outside"
        self._record.count(outcome, job.url, answer.status)
        return None

    def follow(self, job: Job, answer: Answer, target: str) -> list[Job]:
        """Return the job that asks for the target, unless the target was asked for already."""
        live, other = job.live, self._frontier.entries.get(target)
        if live and other and other.url != live.url and not other.is_gone:
            self._met(job, live, other, answer)
            return []
        if not self.goes_on(job, target):
            if live:
                self._keeper.another(job, live, f"a redirect to {target}", answer.status)
            else:
                self._record.count("duplicate", job.url, answer.status)
            return []
        if job.is_start:
            self._frontier.widen(target)
        return [self.moved_on(job, answer.status, target)]

    def goes_on(self, job: Job, target: str) -> bool:
        """Whether the target of a redirect is still to be asked for, as part of a job."""
        other = self._frontier.entries.get(target)
        is_own = other is None or other.is_gone or (job.entry and other.url == job.entry.url)
        return target not in self._frontier.answered and bool(is_own)

    def moved_on(self, job: Job, status: int, target: str) -> Job:
        """Return a job that asks for the target of a redirect."""
        self._frontier.take(target)
        entry = job.entry or self._frontier.entries.get(target)
        hops = (*job.hops, (status, job.url))
        return replace(job, url=target, entry=entry, hops=hops, priority=FIRST, prior=None)

    def _met(self, job: Job, live: Entry, other: Entry, answer: Answer) -> None:
        """Take in that a stored page leads to another one."""
        hops = (*job.hops, (answer.status, job.url))
        if all(status in _PERMANENT for status, _ in hops):
            self._keeper.merged(job, live, other, answer)
        else:
            what = f"the page of another skill, {other.url}"
            self._keeper.another(job, live, what, answer.status)

    def _refusal(self, job: Job, target: str | None) -> str | None:
        """Return why a redirect is not followed, or None."""
        if target is None:
            return "it is no address of the web"
        if target == job.url or any(target == url for _, url in job.hops):
            return "it leads in a circle"
        if len(job.hops) >= _MOST_HOPS:
            return f"it is the {_MOST_HOPS + 1}th redirect in a row"
        if not self._frontier.scope.allows_host(target) and not is_upgrade(job.url, target):
            return "it is another host"
        if job.url.startswith("https:") and not target.startswith("https:"):
            return "it gives up the encryption"
        named = job.explicit or job.live or work_of(target) == work_of(job.url)
        return None if named or self._frontier.scope.follows(target) else "it is outside the scope"
