"""What the site says by itself, in the languages of its interface: one TOML file a language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

_FILES: Final = resources.files(__package__) / "interface"

_PLACE: Final = re.compile(r"{([nm])}")

INTERFACES: tuple[str, ...] = tuple(
    sorted(
        file.name.removesuffix(".toml") for file in _FILES.iterdir() if file.name.endswith(".toml")
    )
)


@dataclass(frozen=True, slots=True)
class Interface:
    """The texts of one language.

    Attributes:
        code: the language.
        texts: by key: a text, or one for one and one for every other number. ``{n}`` and ``{m}``
            stand for what is told.
    """

    code: str
    texts: dict[str, str | list[str]]

    def say(self, key: str, n: object = None, m: object = None) -> str:
        """Return a text.

        Raises:
            KeyError: if there is none of that key.
        """
        text = self.texts[key]
        if isinstance(text, list):
            text = text[n != 1]
        told = {"n": n, "m": m}
        return _PLACE.sub(lambda found: self._told(told[found[1]]), text)

    def _told(self, value: object) -> str:
        if isinstance(value, int):
            return f"{value:,}".replace(",", str(self.texts["thousands"]))
        return "" if value is None else str(value)


@cache
def interface(code: str) -> Interface:
    """Return the interface in one language.

    Raises:
        KeyError: if there is none.
    """
    import tomllib

    if code not in INTERFACES:
        raise KeyError(code)
    texts: dict[str, Any] = tomllib.loads((_FILES / f"{code}.toml").read_text(encoding="utf-8"))
    return Interface(code, texts)
