"""Where the role ends in flat text: ``role [flag] description`` on one line, without a mark.

Three sources of evidence, in this order: rows that carry the flag, the same role in the page's other
tables, the declared number of roles. Words that role names usually end with confirm or break a tie.
What stays open is returned as None, never guessed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from skillprofiles.parser.role_groups import Line, common_length, ends_role, groups
from skillprofiles.vocabulary import Lexicon

Part = tuple[str, bool, str]

_ENOUGH_TABLES = 3
_LONGEST_ROLE = 8


def split_rows(
    tables: Sequence[Sequence[str]],
    flags: Iterable[str],
    declared: int | None,
    lexicon: Lexicon,
    known: Iterable[str] = (),
) -> list[list[Part | None]]:
    """Split the rows of flat tables into role, mandatory and description.

    Args:
        tables: the lines of each table.
        flags: spellings of the flag on this page.
        declared: number of roles the page declares, where it is known.
        lexicon: for the words that role names end with.
        known: roles that are known beforehand; none has to be.

    Returns:
        For each table and row the role, whether it is mandatory, and the description; None where
        the page leaves a doubt.
    """
    spellings = frozenset(flags)
    lines = [
        _line(table, number, text, spellings)
        for table, texts in enumerate(tables)
        for number, text in enumerate(texts)
    ]
    listed = frozenset(tuple(role.split()) for role in known)
    lengths = _Boundaries(lines, declared, listed, lexicon).settle()
    result: list[list[Part | None]] = [[None] * len(texts) for texts in tables]
    for line in lines:
        length = lengths.get((line.table, line.number))
        if length:
            text = tables[line.table][line.number]
            result[line.table][line.number] = _cut(text, line, length)
    return result


def _line(table: int, number: int, text: str, flags: frozenset[str]) -> Line:
    words = tuple(text.split())
    at: tuple[int, ...] = ()
    if not flags.isdisjoint(words):
        at = tuple(i for i, word in enumerate(words) if i and word in flags)
    return Line(table, number, words, at)


def _cut(text: str, line: Line, length: int) -> Part:
    """Cut a row after so many words; what follows a flag keeps its own white space."""
    flagged = length in line.flags
    rest = text.split(None, length + flagged)
    description = rest[length + flagged] if len(rest) > length + flagged else ""
    return " ".join(line.words[:length]), flagged, description


class _Boundaries:
    """Settles the number of words of each row's role."""

    def __init__(
        self,
        lines: list[Line],
        declared: int | None,
        known: frozenset[tuple[str, ...]],
        lexicon: Lexicon,
    ) -> None:
        self.lines = lines
        self.declared = declared
        self.heads = lexicon.role_heads
        self.opening = lexicon.opening_heads
        self.known = frozenset(
            role for role in known if any(line.words[: len(role)] == role for line in lines)
        )
        self.taken: set[tuple[int, tuple[str, ...]]] = set()
        self.settled: dict[tuple[int, int], int] = {}

    def settle(self) -> dict[tuple[int, int], int]:
        certain = self._flagged_roles()
        rest: list[Line] = []
        for line in self.lines:
            if line.flags and line.words[: line.flags[0]] in certain:
                self._settle(line, line.flags[0])
            else:
                rest.append(line)
        certain.update(dict.fromkeys(self.known, 1))
        fitting = [(self._fitting(line, certain), line) for line in rest]
        for lengths, line in sorted(fitting, key=lambda pair: len(pair[0])):
            self._known_role(line, lengths)
        rest = [line for lengths, line in fitting if not lengths]
        self._without_flag(rest + self._longer_roles(), certain)
        self._doubt_shorter_roles()
        self._doubt_openings()
        return self.settled

    def _flagged_roles(self) -> Counter[tuple[str, ...]]:
        """Return what stands before the first flag of a row, and how often it does.

        A flag's word may also occur inside the description of an optional row. What then stands
        before it starts with a role that other rows show, and occurs once: it is not a role.
        """
        found = Counter(line.words[: line.flags[0]] for line in self.lines if line.flags)
        too_long = [words for words in found if len(words) > _LONGEST_ROLE]
        for words in too_long:
            del found[words]
        for words in [words for words, times in found.items() if times == 1]:
            if any(words[:length] in found for length in range(1, len(words))) and (
                self._starting_with(words) == 1
            ):
                del found[words]
        return found

    def _starting_with(self, words: tuple[str, ...]) -> int:
        return sum(line.words[: len(words)] == words for line in self.lines)

    def _fitting(self, line: Line, certain: Mapping[tuple[str, ...], int]) -> list[int]:
        """Return the lengths of all certain roles that a row starts with, longest first."""
        limit = min(len(line.words) - 1, _LONGEST_ROLE)
        # A description does not start with a bracket; a longer role goes on with one.
        return [
            length
            for length in range(limit, 0, -1)
            if line.words[:length] in certain and not line.words[length].startswith("(")
        ]

    def _known_role(self, line: Line, lengths: list[int]) -> None:
        """Settle an unflagged row that starts with roles known for certain.

        Where one role starts with another (``QA Engineer``, ``QA Engineer Lead``), the words decide
        only if the shorter one has its own row in this table.
        """
        if lengths and all(
            (line.table, line.words[:shorter]) in self.taken for shorter in lengths[1:]
        ):
            self._settle(line, lengths[0])

    def _longer_roles(self) -> list[Line]:
        """Take back rows that were given a role which another row of their table has, too.

        Where the same word follows in several tables, it belongs to a longer role. What is not
        taken back stays a duplicate, for the contract to refuse.
        """
        rows: defaultdict[tuple[int, tuple[str, ...]], list[Line]] = defaultdict(list)
        for line in self.lines:
            if length := self.settled.get((line.table, line.number)):
                rows[line.table, line.words[:length]].append(line)
        doubled = [
            (line.words[: len(role) + 1], line)
            for (_, role), lines in rows.items()
            if len(lines) > 1
            for line in lines
            if len(role) not in line.flags
        ]
        tables = Counter(words for words, _ in doubled)
        longer = [line for words, line in doubled if tables[words] >= _ENOUGH_TABLES]
        for line in longer:
            del self.settled[line.table, line.number]
        return longer

    def _doubt_shorter_roles(self) -> None:
        """Take back unflagged rows whose role is the beginning of a longer one that fits as well.

        With the shorter role's own row in the same table, the row is one of the longer role;
        without it, the page does not tell.
        """
        roles = {words for _, words in self.taken}
        for line in self.lines:
            length = self.settled.get((line.table, line.number))
            if not length or length in line.flags:
                continue
            limit = min(len(line.words), _LONGEST_ROLE + 1)
            if any(line.words[:longer] in roles for longer in range(length + 1, limit)):
                del self.settled[line.table, line.number]

    def _doubt_openings(self) -> None:
        """Take back unflagged rows whose text would open with a word that roles end with.

        Likewise one that would open in lower case, where the last words of the role may open it.
        """
        for line in self.lines:
            length = self.settled.get((line.table, line.number))
            if not length or length in line.flags:
                continue
            opening = line.words[length]
            if opening in self.heads or (opening[0].islower() and self._begins_role(line, length)):
                del self.settled[line.table, line.number]

    def _begins_role(self, line: Line, length: int) -> bool:
        """Whether fewer words at the beginning of a row are a role of the page as well."""
        roles = {words for _, words in self.taken}
        return any(line.words[:at] in roles for at in range(1, length))

    def _settle(self, line: Line, length: int) -> None:
        self.settled[line.table, line.number] = length
        self.taken.add((line.table, line.words[:length]))

    def _without_flag(self, rest: list[Line], certain: Mapping[tuple[str, ...], int]) -> None:
        """Group rows of roles that are never flagged by how they begin, one row a table."""
        together = list(groups(rest))
        expected = None if self.declared is None else self.declared - len(certain)
        endings = {words[-1] for words in certain} | self.heads
        openings = self._openings()
        for group in together:
            length = self._boundary(group, endings, openings, agrees=expected == len(together))
            if length:
                for line in group:
                    self._settle(line, length)

    def _openings(self) -> set[str]:
        """Return the first words of descriptions whose rows are settled by a flag."""
        return {
            line.words[at]
            for line in self.lines
            if (length := self.settled.get((line.table, line.number)))
            and (at := length + (length in line.flags)) < len(line.words)
        }

    def _boundary(
        self, group: list[Line], endings: set[str], openings: set[str], agrees: bool
    ) -> int | None:
        """Return how many words a group's role has, or None where that stays in doubt.

        The words that all rows share are the role, unless every description opens alike. A row
        that stands alone shares everything with itself and shows nothing. A word that ends roles
        may also open descriptions (``Lead``): behind another such word it is part of the role only
        if the shorter role has rows of its own in the same tables.
        """
        common = common_length(group, _LONGEST_ROLE)
        if not common or len(group) < 2:
            return None
        words = group[0].words[:common]
        following = {line.words[common] for line in group}
        if any(word.startswith("(") for word in following):
            # Brackets belong to the role: one of the rows has lost its own, or the blank before it.
            return None
        if sum(word[0].islower() for word in following) * 2 > len(following):
            # Descriptions start with a capital: the last common word opens them.
            return None
        apart = all(
            any((line.table, line.words[:at]) in self.taken for at in range(1, common))
            for line in group
        )
        enough = len(group) >= _ENOUGH_TABLES and len(following) >= _ENOUGH_TABLES
        confirmed = [at for at in range(1, common + 1) if ends_role(words, at, endings)]
        if confirmed:
            first = confirmed[0]
            while first + 1 in confirmed and (apart or words[first] not in self.opening):
                first += 1
            if first == common or (enough and common in confirmed and common > first + 1):
                return common
            # Where the role could end further on as well, an opening shows nothing.
            alone = first == confirmed[-1] and words[first] in openings
            return first if len(group) < _ENOUGH_TABLES and alone else None
        # A single word before descriptions that differ is a role; of two words the second may be
        # how every description opens.
        return 1 if common == 1 and agrees and not following & endings else None
