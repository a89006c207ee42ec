"""Which sources a run has to read, and which of those it knew are gone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from skillprofiles.config import Config
from skillprofiles.ingest.ledger import Stamp
from skillprofiles.ingest.naming import as_text, nameless
from skillprofiles.ingest.previous import Key, Previous
from skillprofiles.ingest.scan import Scan
from skillprofiles.model import Source
from skillprofiles.read.containers import file_of
from skillprofiles.read.discover import Input, inputs_of
from skillprofiles.read.load import load
from skillprofiles.read.walk import File

Find = Callable[[str], File]
"""Returns the file of a name below the input folder."""


@dataclass(slots=True)
class Plan:
    """What to do; found out while it is done, so that no more is in memory than is worked on.

    Attributes:
        scan: what lies in the input folder; files are taken from it once they were looked into.
        stamps: the stamps of the last run.
        previous: the release before, its sources loaded.
        find: finds a file of the input folder.
        config: the configuration.
        again: sources to read though their bytes are known; None for all of them.
        retired: names of sources that are gone; known when all are read.
        same: number of sources whose file changed without changing them.
    """

    scan: Scan
    stamps: Mapping[str, Stamp]
    previous: Previous
    find: Find
    config: Config
    again: frozenset[str] | None
    retired: list[str] = field(default_factory=list)
    same: int = 0

    def read(self) -> Iterator[Input]:
        """Look into the files that may have changed, and yield what is to be read of them, once."""
        known = self.previous.sources
        looked_into: set[str] = set()
        present: set[str] = set()
        names = self.scan.changed
        names.reverse()
        while names:
            name = names.pop()
            file = self.scan.broken.get(name) or self.find(name)
            if known:
                looked_into.add(file.name)
            for item in _inputs(file, self.config.max_bytes, self.config.excludes):
                if known:
                    present.add(item.source.name)
                if item.problem is not None and item.source.name == file.name:
                    # What it held cannot be seen today: that does not mean it is gone.
                    looked_into.discard(file.name)
                if self._is_wanted(item, file):
                    yield item
                else:
                    self.same += 1
        self.retired = list(_retired(self.scan, self.previous, present, looked_into))
        more = set(self.again or ()).intersection(known).difference(present, self.retired)
        yield from inputs_for(self.find, more, self.config)

    def _is_wanted(self, item: Input, file: File) -> bool:
        return (
            self.again is None
            or item.source.name in self.again
            or (file.sidecar is not None and _refetched(self.scan, self.stamps, file.name))
            or not _is_known(item, self.previous, self.config)
        )


def _refetched(scan: Scan, stamps: Mapping[str, Stamp], name: str) -> bool:
    """Whether the record of how a file was fetched changed, or may have."""
    before, now = stamps.get(name), scan.stamps.get(name)
    return before is None or now is None or before.sidecar != now.sidecar


def _is_known(item: Input, previous: Previous, config: Config) -> bool:
    """Whether a source has the bytes that the release before knows it by."""
    seen = previous.sources.get(item.source.name)
    if seen is None or seen.sha256 is None or item.problem is not None:
        return False
    data = load(item, config.max_bytes)
    return isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == seen.sha256


def _retired(
    scan: Scan, previous: Previous, present: set[str], looked_into: set[str]
) -> Iterator[str]:
    """Yield the sources of files that are gone, and members that left an archive."""
    gone = set(scan.vanished)
    if not gone and not looked_into:
        return
    for source in previous.sources:
        if source in present:
            continue
        file = file_of(source)
        if source in gone or file in gone or file in looked_into:
            yield source


def mates(previous: Previous, keys: Iterable[Key], touched: Set[str]) -> list[str]:
    """Return the sources, untouched so far, whose profile has one of some keys.

    Which of several sources with one key is published is decided between all of them, so all of
    them are read.
    """
    wanted = set(keys)
    return [
        source
        for source, seen in previous.sources.items()
        if source not in touched and not wanted.isdisjoint(seen.keys)
    ]


def _inputs(
    file: File, max_bytes: int, excludes: Callable[[str], bool] = lambda name: False
) -> Iterator[Input]:
    """Yield the sources in a file; members whose name is no text with that as their problem."""
    for item in inputs_of(file, max_bytes, excludes):
        name = as_text(item.source.name)
        if name == item.source.name:
            yield item
        else:
            yield Input(Source(name), problem=nameless(name))


def inputs_for(find: Find, names: Iterable[str], config: Config) -> Iterator[Input]:
    """Yield sources that are known by name."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        wanted[file_of(name)].add(name)
    for file, sources in wanted.items():
        for item in _inputs(find(file), config.max_bytes):
            if item.source.name in sources:
                yield item
