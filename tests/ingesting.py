"""Running `ingest` in tests, and reading what it published."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from tests.samples import page

from skillprofiles.config import Config
from skillprofiles.ingest import Ingest, Options, Run
from skillprofiles.releases import current, locate, path_of, release_ids

OLD = time.time() - 3_600


def write(path: Path, text: str, age: float = 0.0) -> Path:
    """Write a page as if it had been there for a while; a later age in a test makes it older."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (OLD - age, OLD - age))
    return path


def broken(text: str) -> str:
    """Return a page with a wrong figure: SP303, and with it rejected."""
    lines = text.split("\n")
    at = lines.index("Roles") + 1
    lines[at] = str(int(lines[at]) + 1)
    return "\n".join(lines)


@dataclass
class Place:
    """A folder of exports, and one that is published into."""

    raw: Path
    folder: Path
    config: Config = field(default_factory=Config)

    @classmethod
    def at(cls, folder: Path) -> Place:
        (folder / "raw").mkdir(parents=True)
        return cls(folder / "raw", folder / "published")

    def put(self, name: str, content: str | None = None, **changes: Any) -> Path:
        """Write a page of a skill called as the file, unless its content is given."""
        if content is None:
            skill = name.rpartition("/")[2].partition(".")[0]
            content = page("md", **{"skill": skill, **changes})
        return write(self.raw / name, content)

    def ingest(self, **options: Any) -> Run:
        options.setdefault("accept_loss", True)
        work = Ingest(
            self.raw,
            self.folder,
            self.config,
            replace(Options(), **options),
            lambda done, total: None,
        )
        return work.go()

    @property
    def release(self) -> str:
        release = current(self.folder)
        assert release is not None
        return release

    @property
    def releases(self) -> list[str]:
        return release_ids(self.folder)

    def table(self, name: str, release: str | None = None) -> pa.Table:
        folder = path_of(self.folder, release) if release else locate(self.folder)
        return pq.read_table(folder / f"{name}.parquet")

    def rows(self, name: str, *columns: str, release: str | None = None) -> list[tuple[Any, ...]]:
        table = self.table(name, release)
        return list(zip(*(table[column].to_pylist() for column in columns), strict=True))

    def sources(self) -> dict[str, str]:
        """Return for each source its status, with ``+held`` where an older version is published."""
        return {
            name: f"{status}+held" if status != "accepted" and published else status
            for name, status, published in self.rows(
                "sources", "source", "status", "published_sha256"
            )
        }

    def skills(self) -> list[str]:
        return sorted(skill for (skill,) in self.rows("profiles", "skill"))
