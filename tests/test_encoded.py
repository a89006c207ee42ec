"""What servers pack for the way: unpacked, bounded, and refused where it is damaged."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples import page

from skillprofiles.read.encoded import Unreadable, unpacked

PAGE = (page("html") * 9).encode()
MOST = 1_000_000


def bare(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


PACK: dict[str, list[Callable[[bytes], bytes]]] = {
    "gzip": [gzip.compress, lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:])],
    "x-gzip": [gzip.compress],
    "GZip": [lambda data: gzip.compress(data) + b"\n"],
    "deflate": [zlib.compress, bare],
    "br": [brotli.compress],
    "gzip, br": [lambda data: brotli.compress(gzip.compress(data))],
    "identity, gzip": [gzip.compress],
    "": [bytes],
    "identity": [bytes],
}
WAYS = [(encoding, pack) for encoding, packs in PACK.items() for pack in packs]
PACKED = [way for way in WAYS if way[0].replace("identity", "")]


@pytest.mark.parametrize(("encoding", "pack"), WAYS)
def test_what_was_packed_is_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    for content in (PAGE, "技能".encode() * 99, b"x"):
        assert unpacked(pack(content), encoding, len(content)) == content
    assert unpacked(pack(PAGE), encoding, 50)[:51] == PAGE[:51]


@pytest.mark.parametrize(("encoding", "pack"), PACKED)
def test_a_crawler_may_have_unpacked_it_and_kept_the_header(
    encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    for plain in (PAGE, PAGE.decode().encode("gb18030"), b"", b"\r\n\t<p>"):
        assert unpacked(plain, encoding, MOST) == plain


@pytest.mark.parametrize(("encoding", "pack"), PACKED)
def test_what_is_cut_off_is_refused(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    whole = pack(PAGE).rstrip(b"\n")
    for left in (1, 5, 100):
        with pytest.raises(Unreadable, match="it breaks off"):
            unpacked(whole[:-left], encoding, MOST)


@pytest.mark.parametrize(("encoding", "pack"), PACKED)
def test_what_expands_beyond_measure_is_not_expanded(
    encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    bomb = pack(b"<p>" + bytes(50 * MOST))
    assert len(unpacked(bomb, encoding, MOST)) == MOST + 1


@pytest.mark.parametrize("encoding", ["zstd", "compress", "gzip, zstd"])
def test_other_ways_of_packing_are_named(encoding: str) -> None:
    with pytest.raises(Unreadable, match=r"'(zstd|compress)' is not a way of packing that is read"):
        unpacked(b"\x28\xb5\x2f\xfd\x00", encoding, MOST)


@given(at=st.integers(0, 10_000), way=st.sampled_from(PACKED), seed=st.integers(0, 99))
def test_what_is_damaged_is_refused_or_whole(
    at: int, way: tuple[str, Callable[[bytes], bytes]], seed: int
) -> None:
    encoding, pack = way
    data = bytearray(pack(PAGE))
    data[at % len(data)] ^= 1 + random.Random(seed).randrange(255)
    try:
        content = unpacked(bytes(data), encoding, MOST)
    except Unreadable:
        return
    checked = encoding.lower() in ("gzip", "x-gzip") or (encoding == "deflate" and pack is not bare)
    # Only some have a sum to tell; what does not look packed any more is taken as it stands.
    assert not checked or content in (PAGE, bytes(data))
