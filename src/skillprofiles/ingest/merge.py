"""Tables sorted by source, merged into one, without ever holding one whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

_SOURCE: Final = "source"
_FEW: Final = 8
Pieces = Iterator[pa.Table]


@dataclass(frozen=True, slots=True)
class Stream:
    """A table that comes in pieces, sorted by source.

    Attributes:
        first: its first source, or any text that does not sort after it.
        open: begins to read it.
    """

    first: str
    open: Callable[[], Pieces]


class _Reader:
    """A stream being read: the piece at hand, which ends with all rows of its last source."""

    def __init__(self, order: int, pieces: Pieces) -> None:
        self.order = order
        self._pieces = _whole_sources(pieces)
        self.piece: pa.Table | None = None
        self.advance()

    def advance(self) -> None:
        """Go on to the next piece; None behind the last."""
        self.piece = next(self._pieces, None)

    def last(self) -> str:
        """Return the last source of the piece at hand."""
        assert self.piece is not None
        return _last(self.piece)

    def take(self, bound: str) -> pa.Table:
        """Return the rows of the piece up to a source, and go on behind them."""
        assert self.piece is not None
        if self.last() <= bound:
            taken, rest = self.piece, None
        else:
            count = pc.sum(pc.less_equal(self.piece[_SOURCE], bound)).as_py()
            taken, rest = self.piece.slice(0, count), self.piece.slice(count)
        if rest is None:
            self.advance()
        else:
            self.piece = rest
        return taken


def merge(streams: Iterable[Stream]) -> Pieces:
    """Yield the rows of all streams, sorted by source.

    Rows of one source keep their order; those of an earlier stream come first. As many streams are
    open at a time as overlap: sorted input in batches needs one or two.
    """
    waiting = sorted(enumerate(streams), key=lambda item: item[1].first, reverse=True)
    active: list[_Reader] = []
    while waiting or active:
        if not active:
            _open(waiting, active)
            continue
        bound = min(reader.last() for reader in active)
        if waiting and waiting[-1][1].first <= bound:
            _open(waiting, active)
            continue
        active.sort(key=lambda reader: reader.order)
        taken = [reader.take(bound) for reader in active]
        active = [reader for reader in active if reader.piece is not None]
        yield _sorted([piece for piece in taken if piece.num_rows])


def _open(waiting: list[tuple[int, Stream]], active: list[_Reader]) -> None:
    order, stream = waiting.pop()
    reader = _Reader(order, stream.open())
    if reader.piece is not None:
        active.append(reader)


def _sorted(pieces: Sequence[pa.Table]) -> pa.Table:
    if len(pieces) == 1:
        return pieces[0]
    largest = max(pieces, key=lambda piece: piece.num_rows)
    few = _by_source([piece for piece in pieces if piece is not largest])
    if few.num_rows * _FEW <= largest.num_rows:
        inserted = _inserted(largest, few)
        if inserted is not None:
            return inserted
    return _by_source(pieces)


def _by_source(pieces: Sequence[pa.Table]) -> pa.Table:
    whole = pa.concat_tables(pieces)
    return whole.take(pc.sort_indices(whole, sort_keys=[(_SOURCE, "ascending")]))


def _inserted(largest: pa.Table, few: pa.Table) -> pa.Table | None:
    """Put a few rows between many, all sorted by source, without touching the many.

    Returns:
        The rows; None where both have rows of one source, whose order the streams decide.
    """
    sources = _Sources(largest[_SOURCE])
    cuts: list[pa.Table] = []
    done = start = 0
    for source, own in groupby(few[_SOURCE].to_pylist()):
        place = bisect_left(sources, source, done)
        if place < len(sources) and sources[place] == source:
            return None
        count = sum(1 for _ in own)
        cuts += [largest.slice(done, place - done), few.slice(start, count)]
        done, start = place, start + count
    return pa.concat_tables([*cuts, largest.slice(done)])


class _Sources(Sequence[str]):
    """A column of sources, for a binary search."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, index: Any) -> Any:
        return self._column[index].as_py()


def _whole_sources(pieces: Pieces) -> Pieces:
    """Yield the same rows cut so that no source is spread over two pieces."""
    held: pa.Table | None = None
    for piece in pieces:
        if not piece.num_rows:
            continue
        whole = piece if held is None else pa.concat_tables([held, piece])
        last = _last(whole)
        count = pc.sum(pc.less(whole[_SOURCE], last)).as_py() or 0
        held = whole.slice(count)
        if count:
            yield whole.slice(0, count)
    if held is not None:
        yield held


def _last(piece: pa.Table) -> str:
    source: str = piece[_SOURCE][-1].as_py()
    return source


def ahead(pieces: Pieces) -> Pieces:
    """Yield the same pieces, each read while the one before is worked on."""
    with ThreadPoolExecutor(1) as thread:
        upcoming = thread.submit(next, pieces, None)
        while (piece := upcoming.result()) is not None:
            upcoming = thread.submit(next, pieces, None)
            yield piece


def without(pieces: Pieces, sources: Iterable[str], dropped: Callable[[pa.Table], None]) -> Pieces:
    """Yield rows of all but some sources; tell those rows to ``dropped`` instead."""
    gone = pa.array(sorted(sources), pa.string())
    for piece in pieces:
        if not len(gone):
            yield piece
            continue
        away = pc.is_in(piece[_SOURCE], value_set=gone)
        if pc.any(away).as_py():
            dropped(piece.filter(away))
            yield piece.filter(pc.invert(away))
        else:
            yield piece
