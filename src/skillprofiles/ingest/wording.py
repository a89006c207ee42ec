"""The changes of a release in words: ``CHANGES.md``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from skillprofiles.ingest.changes import Change
from skillprofiles.printable import markdown

_MOST: Final = 100
_LONGEST: Final = 200
_TITLES: Final = {
    "added": "New skills",
    "removed": "Skills that are gone",
    "changed": "Skills that changed",
}


def in_words(
    release: str,
    previous: str | None,
    changes: Sequence[Change],
    why: str = "sources or findings differ",
) -> str:
    """Return what is different in a release, as Markdown.

    Args:
        release: its id.
        previous: the release before; None for the first.
        changes: the differences, as in the table ``changes``.
        why: why there is a release, where there are none.
    """
    return "\n".join(_lines(release, previous, changes, why)) + "\n"


def _lines(
    release: str, previous: str | None, changes: Sequence[Change], why: str
) -> Iterator[str]:
    yield f"# Release {release}"
    yield ""
    if previous is None:
        yield "The first release: there is nothing to compare it with."
        return
    if not changes:
        yield f"What the skills say is as in release {previous}; {why}."
        return
    counts = Counter(change.change for change in changes if change.role)
    said = [f"{counts[kind]:,} {kind}" for kind in ("added", "removed", "changed") if counts[kind]]
    yield f"Compared with release {previous}. Requirements: {', '.join(said) or 'as before'}."
    groups: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.skill, change.language].append(change)
    for kind, title in _TITLES.items():
        skills = {key: found for key, found in groups.items() if _kind(found) == kind}
        if skills:
            yield from ("", f"## {title}", "")
            for number, ((skill, language), found) in enumerate(sorted(skills.items())):
                if number == _MOST:
                    yield f"- and {len(skills) - _MOST:,} more, see the table `changes`"
                    break
                yield from _skill(skill, language, kind, found)


def _kind(changes: Sequence[Change]) -> str:
    """Return what happened to a skill as a whole."""
    own = next((change for change in changes if not change.role and not change.field), None)
    return own.change if own else "changed"


def _skill(skill: str, language: str, kind: str, changes: Sequence[Change]) -> Iterator[str]:
    if kind != "changed":
        rows = sum(1 for change in changes if change.role)
        noun = "requirement" if rows == 1 else "requirements"
        yield f"- {_plain(skill)} ({language}), {rows:,} {noun}"
        return
    yield f"- {_plain(skill)} ({language})"
    for change in changes[:_MOST]:
        yield f"  - {_one(change)}"
    if len(changes) > _MOST:
        yield f"  - and {len(changes) - _MOST:,} more, see the table `changes`"


def _one(change: Change) -> str:
    place = f"{_plain(change.role)}, {change.level}: " if change.role else ""
    if change.change != "changed":
        text = change.after or change.before or ""
        return f"{place}{change.change}: {_plain(text)}"
    if change.field == "mandatory":
        return place + ("is mandatory now" if change.after == "true" else "is optional now")
    before, after = _plain(change.before or "nothing"), _plain(change.after or "nothing")
    return f"{place}{change.field}: {before} → {after}"


def _plain(text: str) -> str:
    """Return a text that no reader of Markdown takes for markup."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return markdown(" ".join(short.split()))
