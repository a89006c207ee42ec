"""What markdown puts around or before the signs of a name: emphasis, links, backslashes."""

from __future__ import annotations

import re
from typing import Final

MARKS: Final = "*_`["
"""What markup around a name begins with."""
_EMPHASIS: Final = re.compile(r"(\*\*|__|\*|_|`)(?P<text>[^*_`]+)\1")
_LINK: Final = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\([^()\s]*\)|\[[^\[\]]*\])")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_ANCHOR: Final = re.compile(r"(?<=\s)\{#[\w.:-]+\}$")


def unmarked(text: str) -> str:
    """Return a name or a flag without the emphasis or the link that markdown puts around it."""
    while match := _EMPHASIS.fullmatch(text) or _LINK.fullmatch(text):
        text = match["text"].strip()
    return text


def unescaped(text: str) -> str:
    """Return a text with the signs that markdown escapes with a backslash as they are."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def escaped(text: str) -> str:
    """Return a name so that `unmarked` and `unescaped` give it back."""
    doubled = _ANCHOR.sub(r"\\\g<0>", text.replace("\\", "\\\\"))
    return f"\\{doubled}" if unmarked(text) != text else doubled


def name_in(text: str) -> str:
    """Return the name that a text of a markdown page is, such as ``**Kafka** {#kafka}``."""
    if text[:1].isalnum() and "\\" not in text and "{" not in text:
        return text
    return unescaped(unmarked(_ANCHOR.sub("", text).strip()))
