"""What the texts of a page tell: topics of the summary, language of the descriptions, a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from skillprofiles.vocabulary import Lexicon, lexicon

# A comma between digits is part of a number.
_TOPIC_ENDS = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))|[、，;；]")
_TOPIC_END_OR_BRACKET = re.compile(rf"{_TOPIC_ENDS.pattern}|[()\[\]（）]")
_BRACKETS = {"(": 1, "[": 1, "（": 1, ")": -1, "]": -1, "）": -1}
_BRACKET = re.compile(r"[()\[\]（）]")
_LONGEST_TOPIC = 80
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", ":", "：")
_CJK = re.compile("[\u4e00-\u9fff]")
# A third of the words of any of the languages are function words; a page of terms alone tells
# nothing, and fewer different ones than this are a coincidence.
_FEWEST_WORDS = 3
_SAMPLE = 8
_LONGEST_NAME = 80


def _end_of_name(description: str, end: str, at: int) -> int:
    """Return where what stands behind a name begins, -1 for nowhere; names may hold full stops."""
    limit = at + _LONGEST_NAME + len(end)
    while (at := description.find(end, at, limit)) >= 0:
        behind = description[at + len(end) :][:1]
        if not behind or behind.isspace() or not behind.isascii():
            break
        at += 1
    return at


def topics(summary: str | None) -> tuple[str, ...]:
    """Return the topics of a summary that is a list; empty where it is a sentence or one topic."""
    if not summary or summary.endswith(_SENTENCE_ENDS):
        return ()
    parts = [part.strip() for part in _split(summary)]
    if len(parts) < 2 or not all(parts) or max(map(len, parts)) > _LONGEST_TOPIC:
        return ()
    return tuple(dict.fromkeys(parts))


def _split(summary: str) -> list[str]:
    """Split at commas that do not stand inside brackets."""
    if not _BRACKET.search(summary):
        return _TOPIC_ENDS.split(summary)
    parts, depth, start = [], 0, 0
    for match in _TOPIC_END_OR_BRACKET.finditer(summary):
        if bracket := _BRACKETS.get(match[0]):
            depth = max(depth + bracket, 0)
        elif depth == 0:
            parts.append(summary[start : match.start()])
            start = match.end()
    parts.append(summary[start:])
    return parts


def content_language(descriptions: Sequence[str], vocabulary: Lexicon) -> str | None:
    """Return the language most of the descriptions are written in, or None where it is unclear.

    Judged by descriptions spread evenly over the page.
    """
    text = " ".join(descriptions[:: len(descriptions) // _SAMPLE + 1])
    if not text.isascii() and len(text.encode()) - len(text) > len(text) // 3:
        return "zh" if len(_CJK.findall(text)) * 5 > len(text) else None
    # Few words of a text are function words: only these are held against each language.
    words = _function_words().intersection(text.lower().split())
    counts = sorted(
        [(len(known & words), code) for code, known in vocabulary.function_words.items()],
        reverse=True,
    )
    (most, code), (second, _) = counts[0], counts[1]
    return code if most >= _FEWEST_WORDS and most > second else None


@cache
def _function_words() -> frozenset[str]:
    return frozenset().union(*lexicon().function_words.values())


def inferred_name(descriptions: Iterable[str], vocabulary: Lexicon) -> tuple[str, int] | None:
    """Return the name that at least two descriptions made from a template agree on, and how many do."""
    letters, starts = _first_letters(vocabulary.template_starts), vocabulary.template_starts
    names = [
        name
        for description in descriptions
        if description[0] in letters
        and description.startswith(starts)
        and (name := _name_in_template(description, vocabulary))
    ]
    if len(names) < 2:
        return None
    ranked = Counter(names).most_common(2)
    if len(ranked) > 1 and ranked[1][1] == ranked[0][1]:
        return None
    return ranked[0]


@lru_cache(maxsize=4)
def _first_letters(starts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(start[0] for start in starts)


def _name_in_template(description: str, vocabulary: Lexicon) -> str | None:
    for start, end in vocabulary.templates:
        if description.startswith(start):
            at = _end_of_name(description, end, len(start))
            if at > len(start):
                return description[len(start) : at]
    return None
