"""HTML entities, which stand in texts of every layout."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from typing import Final

ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""What looks like an entity; there need not be one of that name."""


def entity(text: str) -> str:
    """Return the letter that an entity such as ``&amp;`` stands for; other texts as they are."""
    if text[1] == "#":
        # Numbers that stand for no letter of any text: nothing is seen of them.
        return unescape(text) or "\u200b"
    return html5.get(text[1:], text)


def resolve_entities(text: str) -> str:
    """Return a text with its HTML entities decoded; an ampersand that starts none is left alone."""
    return ENTITY.sub(lambda match: entity(match[0]), text)


def escape_entities(text: str) -> str:
    """Return a text whose ampersands cannot be taken for entities."""
    return ENTITY.sub(lambda match: f"&amp;{match[0][1:]}", text)
