"""The release that a run starts from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from skillprofiles import releases

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[str, str]
"""Skill and language: what identifies a profile."""

_CHUNK_ROWS = 50_000


class Seen(NamedTuple):
    """A source as the release tells of it.

    Attributes:
        sha256: checksum of its bytes when it was last read.
        status: what became of that version.
        key: what that version describes, as far as it could be told.
        published_sha256: checksum of the version that is published.
        published_key: what that version describes.
        bytes: how many it had when it was last read.
    """

    sha256: str | None
    status: str
    key: Key | None
    published_sha256: str | None
    published_key: Key | None = None
    bytes: int | None = None

    @property
    def keys(self) -> set[Key]:
        """Everything it describes, or described."""
        return {key for key in (self.key, self.published_key) if key}

    @property
    def held(self) -> bool:
        """Whether an earlier version of it is published, its last one being rejected."""
        return self.status != "accepted" and self.published_sha256 is not None


class Published(NamedTuple):
    """A profile as the release tells of it."""

    key: Key
    source: str
    updated_on: date


@dataclass(slots=True)
class Previous:
    """A release, or the empty state before the first one.

    Attributes:
        release: its id; None before the first.
        folder: where its files are.
        manifest: what it says of itself.
        sources: its sources by name; filled by `load_sources`.
    """

    release: str | None = None
    folder: Path | None = None
    manifest: releases.ReleaseManifest | None = None
    sources: dict[str, Seen] = field(default_factory=dict)

    def load_sources(self) -> None:
        """Read the table of sources, and what each of them has published.

        Raises:
            OSError: if it cannot be read.
        """
        columns = ["source", "sha256", "status", "skill", "language", "published_sha256", "bytes"]
        keys = {profile.source: profile.key for profile in self.profiles()}
        for piece in self.pieces("sources", columns):
            values = (piece[name].to_pylist() for name in columns)
            for source, sha256, status, skill, language, *more in zip(*values, strict=True):
                key = (skill, language) if skill and language else None
                published, size = more
                self.sources[source] = Seen(
                    sha256, status, key, published, keys.get(source), bytes=size
                )

    def profiles(self) -> Iterator[Published]:
        """Yield the profiles it publishes."""
        columns = ["skill", "language", "source", "updated_on"]
        for piece in self.pieces("profiles", columns):
            values = (piece[name].to_pylist() for name in columns)
            for skill, language, source, updated_on in zip(*values, strict=True):
                yield Published((skill, language), source, updated_on)

    def pieces(self, table: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows of a table, some at a time, in order.

        Raises:
            OSError: if it cannot be read.
        """
        if self.folder is None:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / f"{table}.parquet"
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_CHUNK_ROWS, columns=columns):
                    yield pa.Table.from_batches([batch])
        except pa.ArrowInvalid as error:
            raise OSError(f"{path} cannot be read: {error}") from None


def newest_whole(folder: Path) -> Previous:
    """Return the current release, or the newest whole one where that is damaged.

    Every byte of the tables is held against the manifest, because they are built upon.
    """
    current = releases.current(folder)
    older = [release for release in releases.release_ids(folder) if release != current]
    for release in filter(None, [current, *reversed(older)]):
        if not releases.damage(folder, release, tables_only=True):
            path = releases.path_of(folder, release)
            return Previous(release, path, releases.read_manifest(path))
    return Previous()
