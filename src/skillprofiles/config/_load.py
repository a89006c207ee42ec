"""The configuration: what the command line leaves open, and what pages leave open.

It stands in ``[tool.skillprofiles]`` of pyproject.toml, or at the top of skillprofiles.toml; the
nearest file upwards from the working directory counts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from skillprofiles.config.selection import Selection, UnknownRule, expand, matches
from skillprofiles.model import LEVEL_LABELS, Level, Settled, is_slug
from skillprofiles.rules import Severity
from skillprofiles.vocabulary import LANGUAGES

DEFAULT_MAX_BYTES: Final = 16 * 1024 * 1024
_OWN_FILE = "skillprofiles.toml"
_KEYS = (
    "baseline",
    "exclude",
    "extend-select",
    "ignore",
    "max-bytes",
    "per-file-ignores",
    "roles",
    "select",
    "severity",
    "sources",
)
_SOURCE_KEYS = ("skill", "name", "language", "levels")


class ConfigError(Exception):
    """The configuration cannot be used; the message says where and why, in one line."""


@dataclass(frozen=True)
class Config:
    """The configuration, checked.

    Attributes:
        exclude: globs of source names that are left out.
        max_bytes: size in bytes above which a source is refused.
        roles: role names known beforehand, for flat text whose own rows leave a doubt.
        sources: globs of source names, each with what it settles.
        selection: which findings `check` shows.
        baseline: file with the findings `check` already knows, where one is configured.
        path: the file it was read from; None for the defaults.
    """

    exclude: tuple[str, ...] = ()
    max_bytes: int = DEFAULT_MAX_BYTES
    roles: tuple[str, ...] = ()
    sources: tuple[tuple[str, Settled], ...] = ()
    selection: Selection = field(default_factory=Selection)
    baseline: Path | None = None
    path: Path | None = None

    def settled(self, name: str) -> Settled:
        """Return what is settled for a source; later entries override earlier ones."""
        if not self.sources:
            return self._nothing
        found = self._nothing
        for glob, settled in self.sources:
            if matches(name, glob):
                given = {
                    item.name: value
                    for item in fields(settled)
                    if (value := getattr(settled, item.name))
                }
                found = replace(found, **given)
        return found

    def excludes(self, name: str) -> bool:
        """Whether a source is left out."""
        return bool(self.exclude) and any(matches(name, glob) for glob in self.exclude)

    @cached_property
    def _nothing(self) -> Settled:
        return Settled()


def find_config(start: Path) -> Path | None:
    """Return the nearest configuration file in ``start`` or above it, or None."""
    for folder in (start, *start.parents):
        own = folder / _OWN_FILE
        if own.is_file():
            return own
        project = folder / "pyproject.toml"
        if project.is_file() and "skillprofiles" in _table(_read(project), "tool", project):
            return project
    return None


def load_config(path: Path | None) -> Config:
    """Return the configuration of a file, or the defaults for None.

    Raises:
        ConfigError: if the file cannot be read or says something unusable.
    """
    if path is None:
        return Config()
    data = _read(path)
    if path.name != _OWN_FILE and "tool" in data:
        return _checked(_table(_table(data, "tool", path), "skillprofiles", path, "tool."), path)
    return _checked(data, path)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def _checked(table: Mapping[str, Any], path: Path) -> Config:
    _known(table, _KEYS, path, "")
    limit = table.get("max-bytes", DEFAULT_MAX_BYTES)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise ConfigError(f"{path}: max-bytes must be a whole number above 0, not {limit!r}")
    sources = table.get("sources", {})
    if not isinstance(sources, dict) or not all(
        isinstance(item, dict) for item in sources.values()
    ):
        raise ConfigError(f'{path}: sources must hold a table for each glob: [sources."*.txt"]')
    return Config(
        exclude=_texts(table, "exclude", path),
        max_bytes=limit,
        roles=_texts(table, "roles", path),
        sources=tuple((glob, _settled(item, glob, path)) for glob, item in sources.items()),
        selection=_selection(table, path),
        baseline=_baseline(table, path),
        path=path,
    )


def _baseline(table: Mapping[str, Any], path: Path) -> Path | None:
    value = table.get("baseline")
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"{path}: baseline must be the path of a file")
    return path.parent / value if value else None


def _selection(table: Mapping[str, Any], path: Path) -> Selection:
    ignores = _table(table, "per-file-ignores", path)
    weights = _table(table, "severity", path)
    known = [severity.value for severity in Severity]
    for rule, value in weights.items():
        if value not in known:
            raise ConfigError(
                f"{path}: severity.{rule} is {value!r}, not one of {', '.join(known)}"
            )
    try:
        return Selection(
            select=expand(_texts(table, "select", path)) if "select" in table else None,
            extend=expand(_texts(table, "extend-select", path)),
            ignore=expand(_texts(table, "ignore", path)),
            per_file=tuple(
                (glob, expand([text]))
                for glob in ignores
                for text in _texts(ignores, glob, path, "per-file-ignores.")
            ),
            severities=tuple(
                (code, Severity(value))
                for rule, value in weights.items()
                for code in sorted(expand([rule]))
            ),
        )
    except UnknownRule as error:
        raise ConfigError(f"{path}: {error}") from None


def _table(table: Mapping[str, Any], key: str, path: Path, where: str = "") -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: {where}{key} must be a table")
    return value


def _settled(item: Mapping[str, Any], glob: str, path: Path) -> Settled:
    where = f'sources."{glob}".'
    _known(item, _SOURCE_KEYS, path, where)
    for key in ("skill", "name", "language"):
        if key in item and not (isinstance(item[key], str) and item[key].strip()):
            raise ConfigError(f"{path}: {where}{key} must be a text")
    if "skill" in item and not is_slug(item["skill"]):
        raise ConfigError(
            f"{path}: {where}skill is '{item['skill']}'; write letters and digits in lower case, "
            "joined by '-', '_' or '.'"
        )
    language = item.get("language")
    if language is not None and language not in LANGUAGES:
        raise ConfigError(
            f"{path}: {where}language is '{language}', not one of {', '.join(LANGUAGES)}"
        )
    levels = _texts(item, "levels", path, where)
    for level in levels:
        if level not in LEVEL_LABELS:
            raise ConfigError(f"{path}: {where}levels: '{level}'{_nearest(level, LEVEL_LABELS)}")
    ranks = [Level.from_label(level) for level in levels]
    if ranks != sorted(set(ranks)):
        raise ConfigError(f"{path}: {where}levels must rise from junior to principal, each once")
    return Settled(item.get("skill"), item.get("name"), language, tuple(ranks) or None)


def _texts(table: Mapping[str, Any], key: str, path: Path, where: str = "") -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{path}: {where}{key} must be a list of texts")
    return tuple(value)


def _known(table: Mapping[str, Any], keys: Sequence[str], path: Path, where: str) -> None:
    for key in table:
        if key not in keys:
            raise ConfigError(f"{path}: {where}{key} is not a setting{_nearest(key, keys)}")


def _nearest(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, 1)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(known)}"
