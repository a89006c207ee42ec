"""What a crawl does with every answer: keep it, refuse it, follow it. Nothing here knows the network."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from skillprofiles.fetch.address import language_of, work_of
from skillprofiles.fetch.answer import Answer, own_address, reason_of
from skillprofiles.fetch.frontier import FIRST, KNOWN, Frontier, Job
from skillprofiles.fetch.keeper import Keeper
from skillprofiles.fetch.page import Kind, Link, Seen, look_at
from skillprofiles.fetch.plan import Plan
from skillprofiles.fetch.record import Record
from skillprofiles.fetch.redirects import STATUSES, Redirects
from skillprofiles.fetch.state import State, Visit
from skillprofiles.fetch.store import GONE
from skillprofiles.read.served import readable
from skillprofiles.rules import source as rules

_FOUND: Final = frozenset({200, 203})
_TOLD: Final = (Kind.ROLE, Kind.OTHER, Kind.SITEMAP, "fallback")


class Crawl:
    """One crawl: takes answers, gives the jobs that follow from them."""

    def __init__(
        self, plan: Plan, record: Record, state: State, frontier: Frontier, keeper: Keeper
    ) -> None:
        """Prepare a crawl of a plan."""
        self.plan = plan
        self.record = record
        self.frontier = frontier
        self._state = state
        self._keeper = keeper
        self._redirects = Redirects(record, frontier, keeper)

    def begin(self) -> list[Job]:
        """Return the first jobs: the starts, and every stored page that belongs to them."""
        first = [
            Job(url, url, is_start=True, explicit=True, priority=FIRST) for url in self.plan.starts
        ]
        jobs = [job for item in first if (job := self.frontier.first(item))]
        led_to = set(self._state.stored_from(self.plan.starts))
        for entry in dict.fromkeys(self.frontier.entries.values()):
            scope, url = self.frontier.scope, entry.request_url
            if (
                entry.is_gone
                or not scope.allows_host(url)
                or not self.frontier.wants(entry.language)
            ):
                continue
            if entry.url not in led_to and not scope.follows(entry.url):
                continue
            visit = self._state.visit(url)
            start = (
                visit.start if visit and visit.start in self.plan.starts else self.plan.starts[0]
            )
            known = Job(url, start, explicit=True, entry=entry, priority=KNOWN)
            jobs += [job] if (job := self.frontier.first(known)) else []
        return self._undone(jobs)

    def validators(self, job: Job) -> dict[str, str]:
        """Return the headers that let a server answer that nothing changed."""
        prior, live = job.prior, job.live
        etag = modified = None
        if live and self._keeper.has(live):
            is_newer = prior is not None and prior.entry == live.url
            etag = prior.etag if prior and is_newer else live.etag
            modified = prior.last_modified if prior and is_newer else live.last_modified
        elif live is None and prior and self._is_told(prior):
            etag, modified = prior.etag, prior.last_modified
        found = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in found.items() if value}

    def _is_told(self, prior: Visit) -> bool:
        """Whether an answer need not be sent again while it does not change."""
        if prior.kind == "duplicate":
            entry = self.frontier.entries.get(prior.entry or "")
            return entry is not None and not entry.is_gone
        if prior.kind == "unwanted":
            return not self.frontier.wants(prior.language)
        return prior.kind in _TOLD and (prior.stored or not self.plan.store_all)

    def received(self, job: Job, answer: Answer) -> list[Job]:
        """Take in an answer; return the jobs that follow from it."""
        told = len(self.record.findings)
        self.frontier.answered.add(job.url)
        if answer.status == 304 and (job.prior or job.live):
            jobs = self._unchanged(job)
        elif answer.status in STATUSES and "location" in answer.headers:
            jobs = self._redirected(job, answer)
        elif answer.status in GONE:
            jobs = self._gone(job, answer)
        elif answer.status in _FOUND:
            jobs = self._arrived(job, answer)
        else:
            reason = reason_of(answer.status) + (
                f" ({answer.tries} tries)" if answer.tries > 1 else ""
            )
            jobs = self._failed(job, reason, answer.status)
        self._state.remember(self.record.run, self.record.findings[told:])
        return self._undone(jobs)

    def failed(self, job: Job, reason: str) -> list[Job]:
        """Take in that there was no answer."""
        told = len(self.record.findings)
        self.frontier.answered.add(job.url)
        self._failed(job, reason, 0)
        self._state.remember(self.record.run, self.record.findings[told:])
        return []

    def closed(self, job: Job) -> None:
        """Take in that robots.txt does not let an address be fetched."""
        self.frontier.answered.add(job.url)
        self.record.count("robots", job.url)
        if job.is_start:
            self.record.find(rules.NOT_FETCHED, job.url, reason="robots.txt does not allow it")
        elif job.explicit or job.live:
            self.record.find(rules.CLOSED_BY_ROBOTS, job.url)
        if job.explicit or job.live:
            self._state.remember(self.record.run, self.record.findings[-1:])
        self._note(job, 0, "refused")

    def _undone(self, jobs: Iterable[Job]) -> list[Job]:
        """Return the jobs that are left to do; those that are done lead on from their memory."""
        todo, left = deque(jobs), []
        while todo:
            job = todo.popleft()
            visit = self._done(job)
            if visit is None:
                left.append(replace(job, prior=self._state.visit(job.url)))
            else:
                todo.extend(self._recalled(job, visit))
        return left

    def _done(self, job: Job) -> Visit | None:
        """Return what an address answered earlier in this same crawl, before it was interrupted."""
        visit = self._state.visit(job.url)
        if visit and visit.run == self.record.run:
            return visit
        entry = job.entry
        if entry is None or entry.run != self.record.run or job.hops:
            return None
        # Stored, but not noted any more: the crawl was killed in between.
        kind = "gone" if entry.is_gone else str(Kind.PROFILE)
        links = () if entry.is_gone else self._keeper.links(entry)
        made = Visit(
            job.url, entry.run, job.start, entry.status, kind, entry.language, entry.url,
            entry.etag, entry.last_modified, stored=True, links=links,
        )  # fmt: skip
        self._state.note(made)
        return made

    def _recalled(self, job: Job, visit: Visit) -> list[Job]:
        self.frontier.answered.add(job.url)
        if visit.kind == "redirect":
            target, redirects = visit.links[0].url, self._redirects
            goes_on = redirects.goes_on(job, target)
            return [redirects.moved_on(job, visit.status, target)] if goes_on else []
        if visit.kind == Kind.PROFILE and visit.language and visit.entry:
            self.record.count("before", job.url, visit.status)
            self.frontier.claim(job.url, visit.entry, visit.language, visit.links)
        if visit.kind == "gone":
            return self.frontier.instead(job)
        return self._followed(job, visit.links, is_skill=visit.kind in (Kind.PROFILE, "unwanted"))

    def _unchanged(self, job: Job) -> list[Job]:
        prior = job.prior
        if job.live:
            links = self._keeper.confirmed(job, job.live)
            return self._followed(job, links, is_skill=True)
        assert prior is not None
        self.record.count(prior.kind, job.url, 304)
        self._state.note(replace(prior, run=self.record.run))
        self.frontier.tell(job, fruitful=False)
        return self._followed(job, prior.links, is_skill=prior.kind == "unwanted")

    def _redirected(self, job: Job, answer: Answer) -> list[Job]:
        target = self._redirects.target(job, answer)
        if target is None:
            self._note(job, answer.status, "refused")
            return []
        self._note(job, answer.status, "redirect", links=(Link(target, "redirect"),))
        return self._redirects.follow(job, answer, target)

    def _gone(self, job: Job, answer: Answer) -> list[Job]:
        if job.live:
            self._keeper.buried(job, job.live, answer)
        else:
            self.record.count("missing", job.url, answer.status)
            if job.is_start:
                reason = f"the site says that there is no such page ({reason_of(answer.status)})"
                self.record.find(rules.NOT_FETCHED, job.url, reason=reason)
        self._note(job, answer.status, "gone")
        return self.frontier.instead(job)

    def _failed(self, job: Job, reason: str, status: int) -> list[Job]:
        if job.guessed and status:
            self.record.count("missing", job.url, status)
            self._note(job, status, "gone")
            return self.frontier.instead(job)
        self.record.find(rules.NOT_FETCHED, job.url, reason=reason)
        self.record.count("kept" if job.live else "failed", job.url, status)
        self._note(job, status, "failed")
        return []

    def _arrived(self, job: Job, answer: Answer) -> list[Job]:
        kind = answer.headers.get("content-type", "")
        data, charset = readable(answer.body, kind)
        seen = look_at(job.url, data, kind, self.plan.page_bytes)
        is_skill, is_new = seen.kind is Kind.PROFILE, False
        if self.plan.dry_run:
            return self._followed(job, seen.links, is_skill=is_skill)
        if is_skill:
            is_new = self._profile(job, answer, seen, data, charset)
        elif job.live:
            self._keeper.another(job, job.live, seen.what, answer.status)
            self._note(job, answer.status, "failed", links=seen.links)
        elif seen.kind is Kind.BROKEN:
            reason = f"what came is damaged: {seen.what}"
            self.record.find(rules.NOT_FETCHED, job.url, reason=reason)
            self.record.count("failed", job.url, answer.status)
            self._note(job, answer.status, "failed", links=seen.links)
        else:
            self._other(job, answer, seen, data, charset)
        self.frontier.tell(job, fruitful=is_new)
        return self._followed(job, seen.links, is_skill=is_skill)

    def _other(
        self, job: Job, answer: Answer, seen: Seen, data: bytes, charset: str | None
    ) -> None:
        """Take in a page that is no skill profile."""
        self.record.count(seen.kind, job.url, answer.status)
        stored = self.plan.store_all and seen.kind is not Kind.SITEMAP
        if stored:
            self._keeper.keep_other(job, answer, seen.kind, data, charset)
        self._note(job, answer.status, seen.kind, answer, links=seen.links, stored=stored)
        if job.is_start and not self.frontier.leads_on(seen.links, job):
            self.record.find(rules.DEAD_START, job.url)

    def _profile(
        self, job: Job, answer: Answer, seen: Seen, data: bytes, charset: str | None
    ) -> bool:
        """Take in a skill profile; return whether it is an edition that is wanted and new."""
        language, live = seen.language or "", job.live
        expected = live.language if live else language_of(job.url)
        address = job.entry.url if job.entry else own_address(job.url, seen, self.frontier.claims)
        first = address
        if live and language != expected:
            what = f"the edition '{language}' instead of '{expected}'"
            self._keeper.another(job, live, what, answer.status)
            self._note(job, answer.status, "failed", links=seen.links)
            return False
        if expected and language != expected:
            kind = "fallback"
        elif not self.frontier.wants(language):
            kind = "unwanted"
        elif not live and (first := self._found_before(job, address, seen) or ""):
            kind = "duplicate"
        else:
            self._keeper.keep(job, answer, seen, address, data, charset)
            return True
        self.record.count(kind, job.url, answer.status)
        facts = {"language": language, "entry": first, "links": seen.links}
        self._note(job, answer.status, kind, answer, **facts)
        return False

    def _found_before(self, job: Job, address: str, seen: Seen) -> str | None:
        """Return the address under which the same page was found before, or None."""
        language = seen.language or ""
        if claimed := self.frontier.claims.get((work_of(address), language)):
            return claimed
        known = self.frontier.entries.get(address)
        if known is not None and not known.is_gone:
            return address
        twin = self.frontier.twin(address, language)
        is_same = twin is not None and self._keeper.says(twin, job.url, seen)
        return twin.url if twin and is_same else None

    def _followed(self, job: Job, links: tuple[Link, ...], *, is_skill: bool) -> list[Job]:
        """Return the jobs that the links of a page make, for a skill with the editions it lacks."""
        jobs = [found for link in links for found in self.frontier.offer(link, job)]
        return jobs + (self.frontier.editions(job.url, links, job) if is_skill else [])

    def _note(
        self, job: Job, status: int, kind: str, answer: Answer | None = None, **facts: Any
    ) -> None:
        """Remember what an address answered; with the answer, what it takes to ask again politely."""
        if answer:
            facts["etag"] = answer.headers.get("etag")
            facts["last_modified"] = answer.headers.get("last-modified")
        run = self.record.run
        self._state.note(Visit(job.url, run, job.start, status, str(kind), **facts))
