"""Copies of the sources, line by line, so that a link from a cell works without any server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from skillprofiles.findings import Report
from skillprofiles.read.decode import decode
from skillprofiles.read.discover import discover
from skillprofiles.read.load import load
from skillprofiles.report.corpus import Corpus
from skillprofiles.report.naming import skill_page, source_page
from skillprofiles.report.press import Page, Press
from skillprofiles.report.tables import Tables

# A compressed source may be larger than what is in it.
_SPARE: Final = 1024 * 1024


class Copies:
    """The sources that can still be read as they were when the tables were made.

    Attributes:
        versions: their names and checksums.
    """

    def __init__(self, raw: Path, tables: Tables) -> None:
        """Find them.

        Args:
            raw: the folder that the sources' names are relative to.
            tables: what was read from them.

        Raises:
            skillprofiles.read.discover.NoSuchSource: if there is no such folder.
        """
        self._raw = raw
        columns = (tables.sources[name].to_pylist() for name in ("source", "sha256", "bytes"))
        names, sums, sizes = columns
        self._wanted: Mapping[str, str | None] = dict(zip(names, sums, strict=True))
        self._most = max((size for size in sizes if size), default=0) + _SPARE
        self.versions = frozenset(
            (name, _sha256(data))
            for name, data in self._sources()
            if decode(data, Report(name)) is not None
        )

    def pages(self, corpus: Corpus, press: Press) -> Iterator[Page]:
        """Yield a page for each of them."""
        editions = {one.source: one for one in corpus.editions}
        for name, data in self._sources():
            decoded = decode(data, Report(name))
            if decoded is not None:
                one = editions.get(name)
                yield press.page(
                    source_page(name),
                    "source",
                    source=name,
                    skill=corpus.skills[one.skill].name if one else "",
                    skill_href=skill_page(one.skill) if one else "",
                    lines=decoded.original,
                )

    def _sources(self) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of each source that is as it was."""
        for item in discover([str(self._raw)], self._most):
            name = item.source.name
            data = load(item, self._most) if self._wanted.get(name) else None
            if isinstance(data, bytes) and _sha256(data) == self._wanted[name]:
                yield name, data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
