"""What a question can name that is not there. Every message says what to name instead."""

from __future__ import annotations

from collections.abc import Sequence


class Miss(LookupError):
    """Something was asked for by a name that nothing has.

    Attributes:
        query: the name as it was given.
        suggestions: what can be named instead, the closest first.
        is_empty: whether there is nothing at all of that kind.
    """

    is_empty = False

    def __init__(self, query: str, suggestions: Sequence[str], message: str) -> None:
        """Say what is missing and what can be named instead."""
        super().__init__(message)
        self.query = query
        self.suggestions = tuple(suggestions)


class NoSuchSkill(Miss):
    """No skill has that slug or name."""

    def __init__(
        self,
        query: str,
        suggestions: Sequence[str] = (),
        called: Sequence[str] = (),
        *,
        is_empty: bool = False,
    ) -> None:
        """Name the skill, and those that come close as they are called; or say that none is there.

        Args:
            query: the name as it was given.
            suggestions: slugs.
            called: what to say instead of them.
            is_empty: whether there is no skill at all.
        """
        close = did_you_mean(called or suggestions)
        others = "; no skill is published there" if is_empty else close
        super().__init__(query, suggestions, f"no skill '{query}'{others}")
        self.is_empty = is_empty


class NoSuchRole(Miss):
    """No role has that name."""

    def __init__(
        self,
        query: str,
        suggestions: Sequence[str] = (),
        where: str = "",
        there: Sequence[str] = (),
        *,
        is_empty: bool = False,
    ) -> None:
        """Name the role, where it is not, and those that come close, or else those there are."""
        self.is_empty = is_empty
        place = f" {where}" if where else ""
        others = did_you_mean(suggestions) or (f"; there are {', '.join(there)}" if there else "")
        if is_empty:
            others = "; no skill is published there"
        super().__init__(query, suggestions, f"no role '{query}'{place}{others}")


class NoSuchLevel(Miss):
    """No level has that name."""

    def __init__(self, query: str, levels: Sequence[str]) -> None:
        """Name the level, and those there are."""
        super().__init__(query, levels, f"no level '{query}'; there are {', '.join(levels)}")


class NoSuchLanguage(Miss):
    """There is no page in that language."""

    def __init__(self, query: str, languages: Sequence[str], where: str = "") -> None:
        """Name the language, what has no page in it, and those there are."""
        message = f"no page{where and f' {where}'} in '{query}'; there are {', '.join(languages)}"
        super().__init__(query, languages, message)


class NoSuchTable(LookupError):
    """What was loaded does not have that table; the message says what has it."""


class Ambiguous(LookupError):
    """A name stands for several things.

    Attributes:
        query: the name as it was given.
        candidates: what it stands for; each of them by itself is not ambiguous.
    """

    def __init__(self, kind: str, query: str, candidates: Sequence[str]) -> None:
        """Say what the name can stand for."""
        self.query = query
        self.candidates = tuple(candidates)
        several = ", ".join(f"'{name}'" for name in candidates)
        super().__init__(f"'{query}' can be {len(candidates)} {kind}s: {several}; name one of them")


class NearMatch(UserWarning):
    """A name was taken for one that is spelled a little differently; the message says which."""


def did_you_mean(suggestions: Sequence[str]) -> str:
    """Return the end of a message that offers names; empty where there are none."""
    *others, last = [f"'{name}'" for name in suggestions] or [""]
    if not last:
        return ""
    return f"; did you mean {', '.join(others)}{' or ' if others else ''}{last}?"
