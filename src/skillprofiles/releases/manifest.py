"""What a release says about itself: ``manifest.json``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar

FILE_NAME: Final = "manifest.json"

_Kind = TypeVar("_Kind")


class DamagedManifest(Exception):
    """A manifest is missing or is none; the message says which."""


@dataclass(frozen=True, slots=True)
class FileSum:
    """A file of a release that is no table.

    Attributes:
        bytes: size of the file.
        sha256: checksum of its bytes.
    """

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileSum:
        """Describe a file that is complete.

        Raises:
            OSError: if it cannot be read.
        """
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(file.tell(), digest)


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table of a release.

    Attributes:
        file: name of the file.
        rows: number of rows.
        bytes: size of the file.
        sha256: checksum of its bytes.
        content_sha256: fingerprint of its rows, see `skillprofiles.export.content`.
    """

    file: str
    rows: int
    bytes: int
    sha256: str
    content_sha256: str

    @classmethod
    def of(cls, path: Path, rows: int, content_sha256: str) -> TableFile:
        """Describe a file that is complete.

        Raises:
            OSError: if it cannot be read.
        """
        found = FileSum.of(path)
        return cls(path.name, rows, found.bytes, found.sha256, content_sha256)


@dataclass(frozen=True, slots=True)
class ReleaseManifest:
    """A release.

    Attributes:
        release: its id.
        previous: id of the release it was made from; None for the first.
        created: when it was made, UTC, ISO 8601.
        run: id of the run that made it.
        program: version of the program.
        contract: version of the tables' contract.
        reading: fingerprint of everything in the program that decides what is read from a page.
        config: fingerprint of the configuration.
        sources: number of sources of each status.
        held: number of profiles published from an earlier version of a source now rejected.
        changes: number of changes of each kind since the previous release.
        tables: the tables, by name.
        files: the other files, by name; none where an earlier version of the program made it.
    """

    release: str
    previous: str | None
    created: str
    run: str
    program: str
    contract: str
    reading: str
    config: str
    sources: Mapping[str, int]
    held: int
    changes: Mapping[str, int]
    tables: Mapping[str, TableFile]
    files: Mapping[str, FileSum] = field(default_factory=dict)

    def dumps(self) -> str:
        """Return the manifest as the text of its file."""
        return json.dumps(asdict(self), indent=2) + "\n"


def read_manifest(release: Path) -> ReleaseManifest:
    """Return the manifest of a release.

    Args:
        release: folder of the release.

    Raises:
        DamagedManifest: if there is none, or none that can be understood.
    """
    path = release / FILE_NAME
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        tables = {name: _made(TableFile, of) for name, of in said["tables"].items()}
        files = {name: _made(FileSum, of) for name, of in said.get("files", {}).items()}
        return _made(ReleaseManifest, {**said, "tables": tables, "files": files})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedManifest(f"{path} cannot be used: {error}") from None


def _made(kind: type[_Kind], said: Mapping[str, Any]) -> _Kind:
    """Make what is described; what a later version of the program says besides is passed over."""
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in said.items() if name in known})
