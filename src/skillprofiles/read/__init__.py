"""Bytes to documents: decoding, the three layouts, containers, positions.

`read_document` recognizes the layout from the page itself, never from the name of its file. It is
imported when it is asked for: who only looks for files needs no vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillprofiles.read.document import read_document

__all__ = ["read_document"]


def __getattr__(name: str) -> Any:
    if name != "read_document":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from skillprofiles.read.document import read_document

    return read_document
