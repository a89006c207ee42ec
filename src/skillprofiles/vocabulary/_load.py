"""Reading the vocabulary files."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from skillprofiles.vocabulary._language import Language

_FILES = resources.files(__package__)
_COMMON = "common"

LANGUAGES: tuple[str, ...] = tuple(
    sorted(
        file.name.removesuffix(".toml")
        for file in _FILES.iterdir()
        if file.name.endswith(".toml") and file.name != f"{_COMMON}.toml"
    )
)


def _read(stem: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads((_FILES / f"{stem}.toml").read_text(encoding="utf-8"))


def _spellings(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in table.items()}


@cache
def language(code: str) -> Language:
    """Return the vocabulary of one language.

    Raises:
        KeyError: if there is no such language.
    """
    if code not in LANGUAGES:
        raise KeyError(code)
    data = _read(code)
    levels = dict(data["levels"])
    return Language(
        code=code,
        name=data["name"],
        date=data["date"],
        function_words=frozenset(data["function_words"]),
        labels=_spellings(data["labels"]),
        captions=_spellings(data["captions"]),
        columns=_spellings(data["columns"]),
        flags=_spellings(data["flags"]),
        level_words=tuple(levels.pop("words")),
        level_names=_spellings(levels),
        stock=_spellings(data["stock"]),
        templates=tuple(data.get("templates", {}).get("descriptions", ())),
    )


@cache
def common() -> dict[str, tuple[str, ...]]:
    """Return what belongs to no language: generic file names, words that role names end with."""
    return _spellings(_read(_COMMON))


def preference(*codes: str) -> tuple[str, ...]:
    """Return all languages in the order in which editions are taken: some, English, the rest."""
    return tuple(dict.fromkeys([*codes, "en", *sorted(LANGUAGES)]))
