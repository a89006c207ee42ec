"""Packed files that were made to fill a memory: refused, beside a page that is accepted all the same.

Other such files: test_bad_input.py (content that expands) and test_fetch_warc.py (records that do).
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import resource
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.samples import page

from skillprofiles.read.bounded import open_xz

MB = 1024 * 1024
MEMORY = 2 * 1024**3
GOOD = page().encode()
HEADERS = "headers of more than 2,097,152 bytes"


def unlimited(start: bytes, block: bytes, blocks: int) -> bytes:
    """Return a gzip file of a beginning and of many equal blocks, made without making them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + packed * blocks


def header(kind: bytes, size: int = 0) -> bytes:
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def long_header(kind: bytes) -> bytes:
    return unlimited(header(kind, 4096 * MB), bytes(MB), 4096)


def sparse_map() -> bytes:
    """Return an archive with a member whose list of pieces does not end."""
    lines = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n26 GNU.sparse.realsize=512\n"
    start = header(tarfile.XHDTYPE, len(lines)) + lines.ljust(512, b"\0") + header(b"0", 4096 * MB)
    return unlimited(start + b"999999999999\n".ljust(512, b"1"), b"\n1" * (MB // 2), 2048)


def old_sparse_map() -> bytes:
    """Return the same in an older form: headers that each say that another one follows."""
    first = bytearray(header(tarfile.GNUTYPE_SPARSE))
    first[482] = 1
    first[148:156] = b"        "
    first[148:156] = f"{sum(first):06o}\0 ".encode()
    piece = struct.pack("<12s12s", b"00000000001", b"00000000001") * 21 + b"\1" + bytes(7)
    return unlimited(bytes(first), piece * (MB // 512), 1024)


def lying_zip(method: int) -> bytes:
    """Return an archive with a member that says it is small."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.txt", bytes(300 * MB))
    data = bytearray(buffer.getvalue())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    return bytes(data)


def great_dictionary(data: bytes) -> bytes:
    """Return an xz file that asks for a dictionary of 4 GiB."""
    packed = bytearray(lzma.compress(data))
    end = 12 + (packed[12] + 1) * 4
    at = packed.index(b"\x21\x01", 12)
    packed[at + 2] = 40
    packed[end - 4 : end] = struct.pack("<I", zlib.crc32(bytes(packed[12 : end - 4])))
    return bytes(packed)


def tar_of(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("nats.en.txt")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


REFUSED = {
    "a long name.tar.gz": (lambda: long_header(tarfile.GNUTYPE_LONGNAME), HEADERS),
    "long attributes.tar.gz": (lambda: long_header(tarfile.XHDTYPE), HEADERS),
    "a sparse file.tar.gz": (sparse_map, HEADERS),
    "an old sparse file.tar.gz": (old_sparse_map, HEADERS),
    "bzip2.zip": (lambda: lying_zip(zipfile.ZIP_BZIP2), "in another way than deflate"),
    "lzma.zip": (lambda: lying_zip(zipfile.ZIP_LZMA), "in another way than deflate"),
    "a page.txt.xz": (lambda: great_dictionary(GOOD), "Memory usage limit exceeded"),
    "pages.tar.xz": (lambda: great_dictionary(tar_of(GOOD)), "Memory usage limit exceeded"),
    "a bomb.txt.xz": (lambda: lzma.compress(bytes(100 * MB)), "larger than"),
    "a bomb.txt.bz2": (lambda: bz2.compress(bytes(100 * MB)), "larger than"),
    "a header.warc.gz": (
        lambda: unlimited(b"WARC/1.0\r\nWARC-Type: response\r\nX: ", b"a" * MB, 4096),
        HEADERS,
    ),
    "many headers.warc.gz": (
        lambda: unlimited(b"WARC/1.0\r\n", b"X: a\r\n" * (MB // 6), 4096),
        HEADERS,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what was found in each file, by a run in bounded memory over all of them."""
    folder = tmp_path_factory.mktemp("bombs")
    (folder / "raw").mkdir()
    for name, (make, _) in REFUSED.items():
        (folder / "raw" / name).write_bytes(make())
    (folder / "raw" / "good.en.txt").write_bytes(GOOD)
    for packed in (folder / "raw").iterdir():
        assert packed.stat().st_size < 20 * MB, packed
    command = [sys.executable, "-m", "skillprofiles.cli", "normalize", "raw", "--out", "out"]
    done = subprocess.run(
        [*command, "--workers", "1"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert (done.returncode, done.stderr) == (1, "")
    found: dict[str, list[str]] = {"good.en.txt": []}
    for row in pq.read_table(folder / "out" / "findings.parquet").to_pylist():
        found.setdefault(row["source"].partition("!/")[0], []).append(row["message"])
    (good,) = pq.read_table(folder / "out" / "profiles.parquet").to_pylist()
    assert good["source"] == "good.en.txt"
    return found


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_made_to_fill_a_memory_is_refused(
    published: dict[str, list[str]], name: str
) -> None:
    (message,) = published[name]
    assert REFUSED[name][1] in message


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (lzma.compress(GOOD), GOOD),
        (lzma.compress(b"a" * 9) + bytes(8) + lzma.compress(b"b" * 200_000), b"a" * 9 + b"b" * 200_000),
        (lzma.compress(b"", preset=9), b""),
        (lzma.compress(GOOD * 99, preset=9 | lzma.PRESET_EXTREME), GOOD * 99),
        (b"", None),
        (lzma.compress(GOOD)[:-20], None),
        (lzma.compress(GOOD)[:90], None),
        (lzma.compress(GOOD) + b"more", None),
    ],
    ids=["one", "several", "empty", "the strongest", "nothing", "cut", "cut early", "more"],
)  # fmt: skip
def test_an_xz_file_is_read_whole_or_not_at_all(data: bytes, content: bytes | None) -> None:
    if content is None:
        with pytest.raises((EOFError, lzma.LZMAError)):
            open_xz(io.BytesIO(data)).read()
    else:
        assert open_xz(io.BytesIO(data)).read() == content


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_archives_of_many_pages_and_long_names_are_read(tmp_path: Path, ending: str) -> None:
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gz": gzip.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
        "tar": bytes,
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number in range(3):
            info = tarfile.TarInfo(f"{'folder/' * 40}skill-{number}x.en.txt")
            text = page(skill=f"skill-{number}x").encode()
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
        large = tarfile.TarInfo("large.txt")
        large.size = 4 * MB
        archive.addfile(large, io.BytesIO(b" " * large.size))
    path = tmp_path / f"pages.{ending}"
    path.write_bytes(packers[ending.rpartition(".")[2]](buffer.getvalue()))
    from skillprofiles.read.containers import members

    found = list(members(str(path), path.name, 10 * MB))
    assert [member.problem for member in found] == [None] * 4
    assert [len(member.data or b"") for member in found][3] == 4 * MB
