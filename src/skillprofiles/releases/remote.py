"""A published folder behind a URL: ``releases/<id>/`` and ``latest.json``, as on a disk.

``latest.json`` is what counts; it is replaced in one step, after all that it leads to. Whoever wants
to replace it says which release it named when they began: when it names another one by now, nothing
is replaced. Where the service knows conditional writes (S3) that holds at the very moment of the
write, elsewhere a moment before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from skillprofiles.read.remote import Unreachable, file_system, listing, speaking_of
from skillprofiles.releases import layout
from skillprofiles.releases.manifest import FILE_NAME

# Where a write shows before it is complete, it is made elsewhere and renamed.
_RENAMING: Final = ("file", "local", "sftp", "ssh", "smb", "hdfs")
_CONDITIONAL: Final = ("s3", "s3a")


class Overtaken(Exception):
    """Another run published in the meantime; the message says so in one line."""


class Pointer(NamedTuple):
    """What ``latest.json`` says at a moment.

    Attributes:
        release: the id of the current release; None before the first.
        version: what the service calls this version of the file, where it tells.
    """

    release: str | None
    version: str | None = None


class RemoteFolder:
    """A published folder behind a URL."""

    def __init__(self, url: str) -> None:
        """Take a URL; nothing is asked of it yet."""
        self.url = url.rstrip("/")

    def _at(self, name: str) -> tuple[Any, str, str]:
        url = f"{self.url}/{name}"
        return *file_system(url), url

    def read(self, name: str) -> bytes | None:
        """Return what a small file holds, None where there is none."""
        fs, path, url = self._at(name)
        try:
            with speaking_of(url):
                data: bytes = fs.cat_file(path)
        except FileNotFoundError:
            return None
        return data

    def write(self, name: str, data: bytes, **conditions: str) -> None:
        """Let a file hold some bytes, in one step."""
        fs, path, url = self._at(name)
        with speaking_of(url):
            if _scheme(self.url) in _RENAMING:
                fs.makedirs(fs._parent(path), exist_ok=True)
                fs.pipe_file(f"{path}.next", data)
                fs.mv(f"{path}.next", path)
            else:
                fs.pipe_file(path, data, **conditions)

    def upload(self, file: Path, name: str) -> None:
        """Copy a file there."""
        fs, path, url = self._at(name)
        with speaking_of(url):
            if _scheme(self.url) in _RENAMING:
                fs.makedirs(fs._parent(path), exist_ok=True)
            fs.put_file(os.fspath(file), path)

    def download(self, name: str, file: Path) -> None:
        """Copy a file from there."""
        fs, path, url = self._at(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        with speaking_of(url):
            fs.get_file(path, os.fspath(file))

    def names(self, folder: str) -> set[str]:
        """Return the names of all files below a folder, which may be missing."""
        try:
            return {file.name for file in listing(f"{self.url}/{folder}") if file.name}
        except FileNotFoundError:
            return set()

    def delete(self, names: Iterable[str]) -> None:
        """Remove files, in the order given."""
        for name in names:
            fs, path, url = self._at(name)
            try:
                with speaking_of(url):
                    fs.rm_file(path)
            except FileNotFoundError:
                continue

    def release_ids(self) -> list[str]:
        """Return the ids of all releases that are complete, the oldest first."""
        found = {name.partition("/")[0] for name in self._files() if name.endswith(f"/{FILE_NAME}")}
        return sorted(filter(layout.ID.fullmatch, found), key=layout.sequence_of)

    def _files(self) -> set[str]:
        return self.names(layout.RELEASES)

    def fetch_release(self, release: str, folder: Path) -> None:
        """Copy a release into a folder."""
        place = f"{layout.RELEASES}/{release}"
        for name in sorted(self.names(place)):
            if "/" not in name:
                self.download(f"{place}/{name}", folder / name)

    def send_release(self, release: str, folder: Path) -> None:
        """Copy a release there; its manifest goes last, as the sign that it is complete."""
        place = f"{layout.RELEASES}/{release}"
        names = sorted(os.listdir(folder), key=lambda name: (name == FILE_NAME, name))
        for name in names:
            self.upload(folder / name, f"{place}/{name}")

    def prune(self, keep: int, current: str) -> list[str]:
        """Remove what is older than the current release and the newest others; return the ids.

        What is newer than the current one is left alone: another run may be writing it.
        """
        files = self._files()
        ids = sorted(
            filter(layout.ID.fullmatch, {name.partition("/")[0] for name in files}),
            key=layout.sequence_of,
        )
        kept = {*ids[-max(keep, 1) :], current}
        bound = layout.sequence_of(current)
        removed = [item for item in ids if item not in kept and layout.sequence_of(item) < bound]
        for release in removed:
            own = sorted(
                (name for name in files if name.startswith(f"{release}/")),
                key=lambda name: not name.endswith(f"/{FILE_NAME}"),
            )
            self.delete(f"{layout.RELEASES}/{name}" for name in own)
        return removed

    def pointer(self) -> Pointer:
        """Return what is current now.

        Raises:
            OSError: if that cannot be told.
        """
        fs, path, url = self._at(layout.POINTER)
        try:
            with speaking_of(url):
                fs.invalidate_cache()
                version = fs.info(path).get("ETag")
                text: bytes = fs.cat_file(path)
        except FileNotFoundError:
            return Pointer(None)
        named = layout.named_in(text)
        if named is None:
            raise Unreachable(f"{url} does not name a release: repair or remove it")
        return Pointer(named, version)

    def commit(self, release: str, before: Pointer) -> Pointer:
        """Make a release the current one, if the one that was current before still is.

        Raises:
            Overtaken: if it is not; then nothing was changed.
            OSError: if the write fails.
        """
        self.hold(before)
        data = layout.pointer_text(release).encode()
        try:
            self.write(layout.POINTER, data, **self._condition(before))
        except OSError as error:
            now = self.pointer()
            if now.release == release:
                return now
            self.hold(before)
            if "not implemented" not in str(error).lower():
                raise
            # A service that speaks S3 may know no conditions.
            self.write(layout.POINTER, data)
        return self.pointer()

    def _condition(self, before: Pointer) -> dict[str, str]:
        if _scheme(self.url) not in _CONDITIONAL:
            return {}
        return {"IfMatch": before.version} if before.version else {"IfNoneMatch": "*"}

    def hold(self, before: Pointer) -> None:
        """See that what was current before still is.

        Raises:
            Overtaken: if it is not.
        """
        now = self.pointer()
        if now.release != before.release:
            raise Overtaken(
                f"another run published release {now.release} in {self.url} in the meantime; "
                "nothing was published, the next run starts from there"
            )


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower()


def as_json(data: bytes | None) -> dict[str, Any]:
    """Return what a small JSON file says; nothing where it is missing or damaged."""
    try:
        said = json.loads(data) if data else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
