"""Which addresses are asked for, each once, and which are not worth it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from skillprofiles.fetch.address import (
    Scope,
    edition_of,
    host_of,
    language_of,
    repeats_itself,
    slug_of,
    work_of,
)
from skillprofiles.fetch.page import Link
from skillprofiles.fetch.record import Record
from skillprofiles.fetch.state import Visit
from skillprofiles.fetch.store import Entry
from skillprofiles.rules import source as rules

FIRST, KNOWN, PROMISING, PLAIN = 30, 20, 10, 0
_MOST_BARREN: Final = 200
_NAMED: Final = ("listed", "sitemap")


@dataclass(frozen=True, slots=True)
class Job:
    """An address to ask for.

    Attributes:
        url: the address, canonical.
        start: the start that led there.
        is_start: whether it is one of the starts.
        explicit: whether a user or a sitemap named it, so that no scope has to hold it.
        guessed: whether it was made up: an edition that may not be there.
        instead_of: the address to ask for where the edition is not there.
        entry: the stored page that is asked for again.
        is_sitemap: whether a sitemap named it as another sitemap.
        hops: status and address of the redirects that led there.
        priority: higher ones are asked first.
        prior: what the address answered in an earlier crawl.
    """

    url: str
    start: str
    is_start: bool = False
    explicit: bool = False
    guessed: bool = False
    instead_of: str | None = None
    is_sitemap: bool = False
    entry: Entry | None = None
    hops: tuple[tuple[int, str], ...] = ()
    priority: int = PLAIN
    prior: Visit | None = None

    @property
    def live(self) -> Entry | None:
        """The stored page that is asked for again, unless only its tombstone is left."""
        return self.entry if self.entry and not self.entry.is_gone else None


class Frontier:
    """What was seen of a site so far, and what of it is asked for."""

    def __init__(
        self, scope: Scope, languages: tuple[str, ...], entries: Iterable[Entry], record: Record
    ) -> None:
        """Start with what is stored already."""
        self.scope = scope
        self.entries: dict[str, Entry] = {}
        self.claims: dict[tuple[str, str], str] = {}
        self.answered: set[str] = set()
        self._languages = languages
        self._twins: dict[tuple[str, str, str], Entry] = {}
        self._record = record
        self._seen: set[str] = set()
        self._barren: Counter[str] = Counter()
        self._folders: set[str] = set()
        self._said: set[str] = set()
        for entry in entries:
            self.know(entry)

    def know(self, entry: Entry) -> None:
        """Remember a stored page under each of its addresses."""
        self.entries[entry.url] = entry
        if not entry.is_gone and (slug := slug_of(entry.url)):
            self._twins[host_of(entry.url), entry.language, slug] = entry
        if not entry.is_gone:
            known = self.entries.get(entry.request_url)
            if known is None or (known.is_gone and known.url != entry.request_url):
                self.entries[entry.request_url] = entry

    def live(self) -> list[Entry]:
        """Return the pages that are stored, each once."""
        return [
            entry for url, entry in self.entries.items() if url == entry.url and not entry.is_gone
        ]

    def twin(self, url: str, language: str) -> Entry | None:
        """Return a stored page whose address names the same skill, or None."""
        return self._twins.get((host_of(url), language, slug_of(url) or ""))

    def wants(self, language: str | None) -> bool:
        """Whether editions in a language are wanted."""
        return not self._languages or language is None or language in self._languages

    def first(self, job: Job) -> Job | None:
        """Take in a start or a stored page, unless it was seen before."""
        return self._unseen(self._with_entry(job))

    def offer(self, link: Link, via: Job) -> list[Job]:
        """Return the jobs that a link on a page makes; none where it is not followed.

        A link to an edition that is not wanted stands for those that are.
        """
        url = link.url
        if not self._is_inside(link, via):
            if url not in self._seen:
                self._seen.add(url)
                self._record.count("outside", url)
            return []
        asked = language_of(url)
        if not self.wants(link.language) or (work_of(url), asked) in self.claims:
            return []
        if not self.wants(asked):
            return self._others(url, via)
        if url in self._seen:
            return []
        if repeats_itself(url):
            self._seen.add(url)
            self._record.count("endless", url)
            return []
        is_sitemap = link.how == "sitemap"
        explicit = via.explicit and link.how in _NAMED
        priority = PROMISING if explicit or _folder(url) in self._folders else PLAIN
        job = Job(url, via.start, explicit=explicit, is_sitemap=is_sitemap, priority=priority)
        found = self._unseen(self._with_entry(job))
        return [found] if found else []

    def instead(self, job: Job) -> list[Job]:
        """Return the job that asks for what an edition was made up from, as that is not there."""
        if job.instead_of is None:
            return []
        found = self._unseen(Job(job.instead_of, job.start, priority=job.priority))
        return [found] if found else []

    def _others(self, url: str, via: Job) -> list[Job]:
        """Return jobs for the wanted editions of a page that is linked in another language."""
        made = []
        for language in self._languages:
            edition = edition_of(url, language)
            if (work_of(url), language) in self.claims or edition in self._seen:
                continue
            priority = PROMISING if _folder(url) in self._folders else PLAIN
            job = Job(edition, via.start, guessed=True, instead_of=url, priority=priority)
            if found := self._unseen(self._with_entry(job)):
                made.append(found)
        return made

    def editions(self, url: str, links: tuple[Link, ...], via: Job) -> list[Job]:
        """Return jobs for the wanted editions of a page that it does not link to itself."""
        work, made = work_of(url), []
        linked = {link.language for link in links if link.how == "alternate"}
        linked |= {language_of(link.url) for link in links if work_of(link.url) == work}
        for language in self._languages:
            edition = edition_of(url, language)
            if language in linked or (work, language) in self.claims or edition in self._seen:
                continue
            job = Job(edition, via.start, guessed=True, priority=PROMISING)
            if found := self._unseen(self._with_entry(job)):
                made.append(found)
        return made

    def claim(self, url: str, address: str, language: str, links: tuple[Link, ...] = ()) -> None:
        """Note that an edition was found, so that its other addresses are not asked for."""
        for text in (url, address):
            self.claims.setdefault((work_of(text), language), address)
            self._folders.add(_folder(text))
        self._seen |= {x.url for x in links if x.how == "alternate" and x.language == language}

    def tell(self, job: Job, *, fruitful: bool) -> None:
        """Take note of whether a page was worth its request.

        Pages that were there in an earlier crawl, and those that were named, do not count.
        """
        host = host_of(job.url)
        if fruitful:
            self._barren[host] = 0
        elif job.prior is None and not job.explicit:
            self._barren[host] += 1

    def still_wants(self, job: Job) -> bool:
        """Whether an address is worth its request, now that its turn has come.

        What was found since may have made it needless; and after too many pages in a row without a
        new skill, no more links are tried.
        """
        if job.url in self.answered:
            return False
        claimed = (work_of(job.url), language_of(job.url)) in self.claims
        if claimed and job.entry is None and not job.hops:
            return False
        is_linked = not (job.explicit or job.hops or job.entry or job.guessed)
        if is_linked and self._barren[host_of(job.url)] >= _MOST_BARREN:
            self._record.count("endless", job.url)
            self._say_endless(job.start, f"{_MOST_BARREN} pages in a row held no new skill profile")
            return False
        return True

    def widen(self, url: str) -> None:
        """Let the scope hold what a start was redirected to."""
        wider = Scope.around([url], [], [])
        self.scope = replace(self.scope, folders=self.scope.folders | wider.folders)

    def take(self, url: str) -> None:
        """Note that an address is asked for as part of another job."""
        self._seen.add(url)

    def leads_on(self, links: tuple[Link, ...], via: Job) -> bool:
        """Whether any link of a page may be followed."""
        return any(link.url != via.url and self._is_inside(link, via) for link in links)

    def _with_entry(self, job: Job) -> Job:
        entry = self.entries.get(job.url)
        if entry is None or job.entry is not None:
            return job
        if entry.is_gone:
            return replace(job, entry=entry)
        return replace(job, entry=entry, url=entry.request_url, priority=max(job.priority, KNOWN))

    def _unseen(self, job: Job) -> Job | None:
        if job.url in self._seen or job.url in self.answered:
            return None
        self._seen.add(job.url)
        return job

    def _is_inside(self, link: Link, via: Job) -> bool:
        if not self.scope.allows_host(link.url):
            return False
        if link.how == "alternate" or self.scope.follows(link.url):
            return True
        # A sitemap that was only linked cannot lead out of the scope; one that was named can.
        is_named = via.explicit and link.how in _NAMED
        return is_named or work_of(link.url) == work_of(via.url)

    def _say_endless(self, url: str, reason: str) -> None:
        if url not in self._said:
            self._said.add(url)
            self._record.find(rules.ENDLESS_LINKS, url, reason=reason)


def _folder(url: str) -> str:
    """Return the folder an address lies in, whatever the language: where pages alike stand together."""
    return work_of(url).partition("?")[0].rpartition("/")[0]
