"""A crawl from beginning to end: the lock, the store, the engine, the record."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from skillprofiles.export.durable import replace_text
from skillprofiles.export.publish import Locked
from skillprofiles.fetch.address import Scope
from skillprofiles.fetch.crawl import Crawl
from skillprofiles.fetch.frontier import Frontier
from skillprofiles.fetch.hub import Hub
from skillprofiles.fetch.keeper import Keeper, now
from skillprofiles.fetch.plan import BadPlan, Plan
from skillprofiles.fetch.reach import Reach
from skillprofiles.fetch.record import NAME, Event, Record
from skillprofiles.fetch.state import State
from skillprofiles.fetch.store import FileStore, Store, holds_files
from skillprofiles.fetch.warcstore import NAME as WARC
from skillprofiles.fetch.warcstore import WarcStore

_OWN: Final = ".fetch"
_STATE: Final = "state.sqlite"
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Watcher:
    """Whoever watches a crawl.

    Attributes:
        event: told what became of an address: in a word, the address, its status code.
        tick: told a few times a second what was done so far, and how many addresses wait.
    """

    event: Event = lambda outcome, url, status: None
    tick: Callable[[Record, int], None] = lambda record, waiting: None


def run(plan: Plan, watcher: Watcher = Watcher()) -> Record:
    """Crawl; what is fetched is in the store when it is counted.

    A process can run one crawl: the engine below cannot be started twice.

    Args:
        plan: what is asked for.
        watcher: whoever watches.

    Returns:
        What was done; it also stands in ``fetch.json`` in the store.

    Raises:
        BadPlan: if the store holds pages in another form.
        skillprofiles.export.publish.Locked: if another crawl uses the store.
        OSError: if the store cannot be written; what was written before stays.
    """
    with _locked(plan), _memory(plan) as state:
        store = _store(plan)
        try:
            return _crawl(plan, watcher, state, store)
        finally:
            store.close()


@contextmanager
def _locked(plan: Plan) -> Iterator[None]:
    if plan.dry_run:
        yield
        return
    (plan.out / _OWN).mkdir(parents=True, exist_ok=True)
    lock = FileLock(plan.out / _OWN / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise Locked(plan.out) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _memory(plan: Plan) -> Iterator[State]:
    state = State(None if plan.dry_run else plan.out / _OWN / _STATE)
    try:
        yield state
    finally:
        state.close()


def _store(plan: Plan) -> Store:
    if plan.warc:
        if holds_files(plan.out):
            raise BadPlan(f"{plan.out} holds pages as files; give --warc a folder of its own")
        return WarcStore(plan.out, plan.page_bytes, writes=not plan.dry_run)
    if (plan.out / WARC).exists():
        raise BadPlan(f"{plan.out} holds pages in {WARC}; add --warc, or give another folder")
    return FileStore(plan.out)


def _crawl(plan: Plan, watcher: Watcher, state: State, store: Store) -> Record:
    from scrapy.crawler import AsyncCrawlerProcess

    from skillprofiles.fetch.connection import Resolver
    from skillprofiles.fetch.engine import ProfileSpider
    from skillprofiles.fetch.settings import settings

    began = time.monotonic()
    name, resumed = state.begin(secrets.token_hex(6), plan.key, time.time(), restart=plan.restart)
    record = Record(name, resumed, now(), on_event=watcher.event)
    record.findings += state.findings(name)
    scope = Scope.around(plan.starts, plan.hosts, plan.folders)
    frontier = Frontier(scope, plan.languages, store.entries(), record)
    crawl = Crawl(plan, record, state, frontier, Keeper(store, state, frontier, record))
    Resolver.reach = Reach.of_starts(plan.starts)
    hub = Hub(
        plan, crawl, state, Resolver.reach, tick=lambda waiting: watcher.tick(record, waiting)
    )
    process = AsyncCrawlerProcess(settings(plan))
    process.crawl(ProfileSpider, hub=hub)
    process.start(install_signal_handlers=False)
    if hub.fault is not None:
        raise hub.fault
    record.ended = hub.stopped or ("unreachable" if record.outcomes["waiting"] else "finished")
    record.seconds = time.monotonic() - began
    for entry in frontier.live():
        record.stored(entry.url, entry.language)
    if not plan.dry_run:
        if record.ended == "finished":
            state.finish(name)
        _write(plan, record)
    return record


def _write(plan: Plan, record: Record) -> None:
    text = json.dumps(record.as_json(plan), ensure_ascii=False, indent=2)
    replace_text(Path(plan.out) / NAME, text + "\n")
