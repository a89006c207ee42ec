"""Writes the inputs to start from: `python -m fuzz.seeds`. The same ones every time."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.corpus import Generator, Page

from fuzz.case import SEEDS
from fuzz.containers import tar_of, zip_of

_EACH: Final = 4
_FIRST_LANGUAGES: Final = ("en", "de", "es", "zh")
_LARGEST: Final = 6000
_TARGETS: Final = {"canonical": "md", "md": "md", "flat": "flat", "tabbed": "flat", "html": "html"}


def _pages(layout: str) -> Iterator[Page]:
    """Yield small generated pages of one layout, one in every language."""
    pages = (page for page in Generator({layout: 100}).pages() if len(page.text) < _LARGEST)
    for code in _FIRST_LANGUAGES:
        yield next(page for page in pages if page.profile.language == code)


def _warc(pages: list[Page]) -> Iterator[bytes]:
    """Yield a record for each page."""
    for number, page in enumerate(pages):
        payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.text.encode()
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\n"
            f"WARC-Target-URI: https://example.org/skills/{page.profile.skill}\r\n"
            f"WARC-Date: 2026-02-0{number + 1}T00:00:00Z\r\nContent-Length: {len(payload)}\r\n\r\n"
        )
        yield head.encode() + payload + b"\r\n\r\n"


def _write(folder: Path, target: str, name: str, data: bytes) -> None:
    path = folder / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write(folder: Path) -> None:
    """Write all seeds into a folder."""
    for layout, target in _TARGETS.items():
        ending = "html" if layout == "html" else "txt"
        for page in _pages(layout):
            code = page.profile.language
            _write(folder, target, f"{layout}-{code}.{ending}", page.text.encode())
            if code == "en":
                _write(folder, "bytes", f"{layout}.txt", page.text.encode())
    some = list(islice(_pages("html"), 2)) + list(islice(_pages("md"), 2))
    inside = [(f"pages/{page.name}", page.text.encode()) for page in some]
    _write(folder, "archive", "pages.zip", zip_of(inside))
    _write(folder, "archive", "pages.tar", tar_of(inside))
    _write(folder, "archive", "pages.tar.gz", gzip.compress(tar_of(inside), mtime=0))
    _write(folder, "archive", "page.gz", gzip.compress(inside[0][1], mtime=0))
    records = list(_warc(some))
    _write(folder, "warc", "pages.warc", b"".join(records))
    _write(
        folder, "warc", "pages.warc.gz", b"".join(gzip.compress(part, mtime=0) for part in records)
    )


if __name__ == "__main__":
    write(SEEDS)
