"""How labels are compared."""

from __future__ import annotations


def fold(text: str) -> str:
    """Return a text as labels are compared: case folded, white space and end colon dropped."""
    return " ".join(text.split()).rstrip(":：").rstrip().casefold()
