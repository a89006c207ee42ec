"""What only a damaged release held, where an earlier one is built upon in its place.

What the input says today is read again, so it is not lost. What is not in the input as it was published
is: versions held of sources that were rejected since, and what went from the input at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from skillprofiles import releases
from skillprofiles.ingest import quarantine
from skillprofiles.ingest.previous import Key, Previous
from skillprofiles.ingest.reading import Read
from skillprofiles.ingest.record import read_run
from skillprofiles.ingest.resolve import accepted_profiles


class Forgone(NamedTuple):
    """Sources whose published version a damaged release alone held.

    Attributes:
        rejected: those whose version of today is rejected.
        retired: those that are gone, or describe something else.
        published: number of profiles the damaged release held; 0 where it cannot be told.
    """

    rejected: frozenset[str] = frozenset()
    retired: frozenset[str] = frozenset()
    published: int = 0

    @property
    def sources(self) -> list[str]:
        """All of them, sorted."""
        return sorted(self.rejected | self.retired)


class _Version(NamedTuple):
    """A profile that the damaged release published: its key, source, and the source's checksum."""

    key: Key
    source: str
    sha256: str


def forgone(folder: Path, damaged: str, previous: Previous, read: Read, parts: str) -> Forgone:
    """Find out what would not be published any more, or only in an earlier version.

    Where the profiles of the damaged release cannot be read, the quarantine has to tell whose earlier
    version was published; a rejected source that it does not know counts as well.

    Args:
        folder: the published folder, nothing of this run in its quarantine yet.
        damaged: id of the damaged release.
        previous: the release that is built upon, its sources loaded.
        read: what was read.
        parts: where the parts of that are.
    """
    rejected = read.resolution.rejected.keys()
    try:
        versions = list(_versions(folder, damaged))
    except OSError:
        return Forgone(rejected=frozenset(rejected - _never_published(folder)))
    now = _published(previous, read)
    now |= {
        item.profile.key: None for item in accepted_profiles(read.manifests, read.verdict, parts)
    }
    lost = {
        version.source
        for version in versions
        if version.key not in now
        or (version.source in rejected and now[version.key] not in (None, version.sha256))
    }
    return Forgone(frozenset(lost & rejected), frozenset(lost - rejected), len(versions))


def _never_published(folder: Path) -> set[str]:
    """Return the sources in quarantine of which no earlier version was published.

    What a run put there that published nothing tells of the release that it did not make.
    """
    good: dict[str, bool] = {}

    def is_good(run: str) -> bool:
        if run not in good:
            record = read_run(folder, run)
            good[run] = record is not None and record.is_good
        return good[run]

    entries = quarantine.known(folder).values()
    return {entry.source for entry in entries if not entry.held and is_good(entry.run)}


def _published(previous: Previous, read: Read) -> dict[Key, str | None]:
    """Return which version of each profile is carried over."""
    return {
        profile.key: previous.sources[profile.source].published_sha256
        for profile in previous.profiles()
        if profile.source not in read.touched or profile.source in read.resolution.held
    }


def _versions(folder: Path, damaged: str) -> Iterator[_Version]:
    """Yield what the damaged release published.

    Raises:
        OSError: if its profiles are what is damaged.
    """
    path = releases.path_of(folder, damaged)
    try:
        table = releases.read_manifest(path).tables["profiles"]
        if releases.FileSum.of(path / table.file).sha256 != table.sha256:
            raise OSError(f"{path / table.file} has other bytes than were written")
    except (releases.DamagedManifest, KeyError):
        pass  # Nobody can tell whether the table is whole; it is asked all the same.
    columns = ["skill", "language", "source", "source_sha256"]
    for piece in Previous(damaged, path).pieces("profiles", columns):
        values = (piece[name].to_pylist() for name in columns)
        for skill, language, source, sha256 in zip(*values, strict=True):
            yield _Version((skill, language), source, sha256)
