"""Single faults: what goes wrong with an export, done to an accepted page.

Each kind takes a page and yields mutants: the bytes with one thing wrong, and where that is to be
told, as lines and the codes that may tell it there. What no reader can see carries the reason by
its key in `UNDETECTABLE`, and only then may nothing be told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from tests.anatomy import FIGURES, Edit, Page, RowAt, Spot, TableAt, apply, moved

from skillprofiles.vocabulary import LANGUAGES, language, lexicon
from skillprofiles.vocabulary.fold import fold

Place = tuple[int, str]
COUNTS = {"mandatory": "SP301", "optional": "SP302", "roles": "SP303", "levels": "SP304"}
# What may be said of a row at its own line, whatever exactly is wrong with it.
ROW = ("SP201", "SP202", "SP203", "SP204", "SP205", "SP206", "SP208", "SP209")
ROW_ERRORS = tuple(code for code in ROW if code != "SP208")
CUT = "SP005"
LABEL = ("SP101", "SP102", "SP103", "SP107")

UNDETECTABLE = {
    "words": "Texts are not understood. A description, a summary or a name that lost a word, got "
    "another one or ends earlier is a text like any other.",
    "unfinished": "A description that stops in the middle of a sentence is seen at the end of plain text, "
    "as a cut. Elsewhere it is taken as it stands: not every description is a sentence.",
    "exchanged": "Two roles, flags or descriptions that changed places leave every count as it was, "
    "and only the rows themselves say what belongs to whom.",
    "order": "Nothing but their order tells which level a table is, unless the page names its levels.",
    "level name": "A level's name that is replaced by another one is seen only where the order breaks "
    "or a name repeats; which four of the five levels a page has, only it can say.",
    "gap": "A role may be missing at a level. A row that stands in another table, where its role was "
    "missing, fills the gap and leaves every count as it was.",
    "one table": "A role that stands in one table only can be respelled, or another text put in its "
    "place: there is no second spelling "
    "to hold it against, and the number of roles stays the same.",
    "said once": "What the page says once, like its group in md, has no second witness.",
    "plausible date": "A date that is possible, in its language's own order and in the past is taken "
    "as it stands; 3/4 and 4/3 are both days.",
    "sentence end": "Plain text (flat, or with TABs) that is cut exactly behind a full stop of its "
    "last description looks complete: the figures count rows, not sentences. md rows are closed by a "
    "pipe, HTML rows by a tag.",
}


class Mutant(NamedTuple):
    """A page with one fault.

    Attributes:
        data: its bytes.
        places: lines and codes; one of them has to be told.
        hidden: key in `UNDETECTABLE` where nothing can be told.
        what: which of several faults of the kind this is, for a message.
    """

    data: bytes
    places: frozenset[Place]
    hidden: str | None = None
    what: str = ""


@dataclass(frozen=True)
class Fault:
    """A kind of fault: its name, the group it is listed under, and what makes it."""

    group: str
    name: str
    make: Callable[[Page], Iterator[Mutant]]


FAULTS: list[Fault] = []
GROUPS = ("Tables", "Rows", "Cells", "Figures", "Labels and values", "Dates", "Bytes", "Cuts")


def fault(
    group: str, name: str
) -> Callable[[Callable[[Page], Iterator[Mutant]]], Callable[[Page], Iterator[Mutant]]]:
    """List a function as the maker of a kind of fault."""

    def listed(make: Callable[[Page], Iterator[Mutant]]) -> Callable[[Page], Iterator[Mutant]]:
        FAULTS.append(Fault(group, name, make))
        return make

    return listed


class Draft:
    """A page with edits made, which still knows where everything is."""

    def __init__(self, page: Page, *edits: Edit) -> None:
        self.page = page
        self.edits = edits
        self.text = apply(page.text, edits)

    def line(self, offset: int) -> int:
        """Return the line on which an offset of the page stands now."""
        return self.text.count("\n", 0, moved(offset, self.edits)) + 1

    def lines(self, spot: Spot) -> range:
        """Return the lines that a stretch of the page, not its line end, covers now."""
        start, end = (moved(offset, self.edits) for offset in spot)
        content = self.text[start:end].rstrip()
        first = self.text.count("\n", 0, start) + 1
        return range(first, first + content.count("\n") + 1)

    def last(self) -> int:
        return self.text.rstrip().count("\n") + 1

    def row(self, *rows: RowAt | Spot, codes: Iterable[str] = ROW_ERRORS) -> set[Place]:
        """Return the places of rows, with what may be said of a row."""
        spots = [row.whole if isinstance(row, RowAt) else row for row in rows]
        told = {(line, code) for spot in spots for line in self.lines(spot) for code in codes}
        # A row that is broken where the text ends may have been cut off there.
        return told | {(line, CUT) for line, _ in told if line == self.last()}

    def at(self, spot: Spot, *codes: str, around: int = 0) -> set[Place]:
        """Return the places of a stretch, or of the lines around it too."""
        start, *_, end = (lines := self.lines(spot))[0], lines[-1]
        return {(n, code) for n in range(start - around, end + around + 1) for code in codes}

    def figures(self, *names: str) -> set[Place]:
        """Return the places of figures, with the rule that says they do not add up."""
        return {(self.line(self.page.values[name].start), COUNTS[name]) for name in names}

    def levels(self) -> set[Place]:
        """Return the place of the number of levels, where tables are too few or too many."""
        return self.figures("levels") | {(self.line(self.page.values["levels"].start), "SP305")}

    def without(self, *rows: RowAt) -> set[Place]:
        """Return the places of the figures that do not add up without rows."""
        left = {row.says.role for row in self.page.rows if row not in rows}
        names = {"mandatory" if row.says.mandatory else "optional" for row in rows}
        if any(row.says.role not in left for row in rows):
            names.add("roles")
        places = self.figures(*names)
        if self.page.rows[-1] in rows:
            places.add((self.last(), CUT))
        return places

    def done(
        self, places: Iterable[Place] = (), hidden: str | None = None, what: str = ""
    ) -> Mutant:
        data = self.text.encode(self.page.codec, "surrogateescape")
        return Mutant(data, frozenset(places), hidden, what)


# What faults are done to.


def some_rows(page: Page) -> list[RowAt]:
    """Return the first row, the last, and one of each kind from the middle."""
    rows = page.rows
    middle = page.tables[len(page.tables) // 2].rows
    inner = middle if len(middle) > 2 else [*page.tables[1].rows, *middle]
    flagged = next((row for row in inner if row.says.mandatory), middle[0])
    unflagged = next((row for row in reversed(inner) if not row.says.mandatory), middle[-1])
    return list(dict.fromkeys((rows[0], flagged, unflagged, rows[-1])))


def some_roles(page: Page) -> list[RowAt]:
    """Return some rows, one of them of a role that stands in one table only."""
    once = [row for row in page.rows if role_copies(page, row) == 1]
    return list(dict.fromkeys((*some_rows(page), *once[:1])))


def neighbours(page: Page) -> list[tuple[RowAt, RowAt]]:
    """Return a row and the one below it, from a table in the middle and from the last."""
    tables = [table for table in page.tables if len(table.rows) > 1]
    chosen = [tables[len(tables) // 2], tables[-1]] if tables else []
    pairs = [(table.rows[-2], table.rows[-1]) for table in chosen]
    return list(dict.fromkeys(pairs))


def misspelled(word: str) -> str:
    """Return a word without a letter, that in its middle where this does not make a known word."""
    places = sorted(range(len(word)), key=lambda at: abs(at - len(word) // 2))
    forms = (word[:at] + word[at + 1 :] for at in places)
    return next(form for form in forms if fold(form) not in lexicon().columns)


def changed(page: Page, spot: Spot, text: str) -> Edit:
    return Edit(*spot, text)


def lost(spot: Spot) -> Edit:
    return Edit(*spot, "")


def exchanged(page: Page, first: Spot, second: Spot) -> tuple[Edit, Edit]:
    return Edit(*first, page.at(second)), Edit(*second, page.at(first))


def table_line(table: TableAt) -> Spot:
    """Return what tells of a table where it starts: its header row and what is below it."""
    return Spot(table.header.start, table.separator.end if table.separator else table.header.end)


def role_copies(page: Page, row: RowAt) -> int:
    return sum(other.says.role == row.says.role for other in page.rows)


# Tables.


def tables_lost(page: Page, number: int) -> Iterator[Mutant]:
    table = page.tables[number]
    draft = Draft(page, lost(table.whole))
    places = draft.levels() | draft.without(*table.rows)
    yield draft.done(places)


@fault("Tables", "table lost, first")
def _(page: Page) -> Iterator[Mutant]:
    yield from tables_lost(page, 0)


@fault("Tables", "table lost, in the middle")
def _(page: Page) -> Iterator[Mutant]:
    yield from tables_lost(page, 2)


@fault("Tables", "table lost, last")
def _(page: Page) -> Iterator[Mutant]:
    yield from tables_lost(page, -1)


@fault("Tables", "table doubled")
def _(page: Page) -> Iterator[Mutant]:
    for table in (page.tables[0], page.tables[2], page.tables[-1]):
        end = table.whole.end
        draft = Draft(page, Edit(end, end, page.at(table.whole)))
        yield draft.done(draft.levels() | draft.figures("mandatory", "optional"))


@fault("Tables", "two tables exchanged")
def _(page: Page) -> Iterator[Mutant]:
    first, second = page.tables[1], page.tables[2]
    draft = Draft(page, *exchanged(page, first.whole, second.whole))
    if page.named:
        places = draft.levels() | draft.at(first.whole, "SP305") | draft.at(second.whole, "SP305")
        yield draft.done(places)
    else:
        yield draft.done(hidden="order")


@fault("Tables", "rows of a table lost, its header left")
def _(page: Page) -> Iterator[Mutant]:
    for table in (page.tables[0], page.tables[-1]):
        rows = Spot(table.rows[0].start, table.rows[-1].whole.end)
        draft = Draft(page, lost(rows))
        yield draft.done(draft.at(table_line(table), "SP210") | draft.without(*table.rows))


@fault("Tables", "header row lost")
def _(page: Page) -> Iterator[Mutant]:
    for table in (page.tables[0], page.tables[2], page.tables[-1]):
        draft = Draft(page, lost(table.header))
        # What stands at its place now, or the rows that now belong to the table above.
        places = draft.at(table.header, "SP207", around=1) | draft.levels()
        if table.caption:
            places |= draft.at(table.caption, "SP205", "SP209")
        yield draft.done(places | draft.row(*table.rows, codes=["SP306"]))


@fault("Tables", "header row and separator lost")
def _(page: Page) -> Iterator[Mutant]:
    for table in (page.tables[0], page.tables[2], page.tables[-1]):
        if table.separator:
            draft = Draft(page, lost(table_line(table)))
            places = draft.at(table.header, "SP207") | draft.levels()
            if table.caption:
                places |= draft.at(table.caption, "SP209")
            yield draft.done(places | draft.row(*table.rows, codes=["SP306"]))


@fault("Tables", "separator below the header lost")
def _(page: Page) -> Iterator[Mutant]:
    for table in (page.tables[0], page.tables[2], page.tables[-1]):
        if table.separator:
            draft = Draft(page, lost(table.separator))
            yield draft.done(draft.at(table_line(table), "SP207"))


@fault("Tables", "header row misspelled")
def _(page: Page) -> Iterator[Mutant]:
    columns = language(page.language).columns
    for table in (page.tables[0], page.tables[2], page.tables[-1]):
        for column in ("role", "flag", "description"):
            word = columns[column][0]
            written = re.compile(rf"(?<![^\s|>]){word}(?![^\s|<])")
            found = written.search(page.text, *table.header)
            assert found, page.name
            edit = Edit(*found.span(), misspelled(word))
            draft = Draft(page, edit)
            yield draft.done(draft.at(table.header, "SP207"), what=column)


@fault("Tables", "level name lost")
def _(page: Page) -> Iterator[Mutant]:
    for table in page.tables[1:] if page.named else ():
        assert table.caption
        draft = Draft(page, lost(table.caption))
        yield draft.done(draft.levels() | draft.at(table_line(table), "SP305"))


@fault("Tables", "level name misspelled")
def _(page: Page) -> Iterator[Mutant]:
    for table, name in named(page):
        draft = Draft(page, Edit(*name, page.at(name)[:-2] + page.at(name)[-1]))
        assert table.caption
        places = draft.levels() | draft.at(table.caption, "SP305", "SP209")
        yield draft.done(places | draft.at(table_line(table), "SP305"))


@fault("Tables", "level name repeated")
def _(page: Page) -> Iterator[Mutant]:
    for (_, first), (table, second) in pairwise(named(page)):
        draft = Draft(page, Edit(*second, page.at(first)))
        assert table.caption
        yield draft.done(draft.levels() | draft.at(table.caption, "SP305"))


@fault("Tables", "level names out of order")
def _(page: Page) -> Iterator[Mutant]:
    names = named(page)
    for (first, one), (second, two) in pairwise(names):
        draft = Draft(page, *exchanged(page, one, two))
        assert first.caption
        assert second.caption
        places = draft.at(first.caption, "SP305") | draft.at(second.caption, "SP305")
        yield draft.done(places | draft.levels())


@fault("Tables", "level name replaced by another, in order")
def _(page: Page) -> Iterator[Mutant]:
    for _, name in named(page)[:1]:
        if page.at(name) == "Middle":
            yield Draft(page, Edit(*name, "Junior")).done(hidden="level name")


def named(page: Page) -> list[tuple[TableAt, Spot]]:
    """Return the tables whose level is named, and the place of the name itself."""
    found = []
    for table in page.tables if page.named else ():
        assert table.caption
        name = re.compile(r"(?:[A-Z][a-z]+ / )?[A-Z][a-z]+(?=\s*$|\s*\n|<)")
        match = name.search(page.text, *table.caption)
        assert match, page.at(table.caption)
        found.append((table, Spot(*match.span())))
    return found


# Rows.


@fault("Rows", "row lost, first")
def _(page: Page) -> Iterator[Mutant]:
    yield from row_lost(page, page.tables[0].rows[0], page.tables[0])


@fault("Rows", "row lost, in the middle")
def _(page: Page) -> Iterator[Mutant]:
    for table in page.tables[1:4]:
        for row in (table.rows[len(table.rows) // 2], table.rows[-1]):
            yield from row_lost(page, row, table)


@fault("Rows", "row lost, last")
def _(page: Page) -> Iterator[Mutant]:
    yield from row_lost(page, page.tables[-1].rows[-1], page.tables[-1])


def row_lost(page: Page, row: RowAt, table: TableAt) -> Iterator[Mutant]:
    draft = Draft(page, lost(row.whole))
    places = draft.without(row)
    if len(table.rows) == 1:
        places |= draft.at(table_line(table), "SP210")
    yield draft.done(places)


def inserted(page: Page, above: RowAt, text: str, *edits: Edit) -> tuple[Draft, range]:
    """Insert a row below another one; return the lines it then has."""
    end = above.whole.end
    before = "" if page.at(above.whole).endswith("\n") or page.layout == "html" else "\n"
    draft = Draft(page, Edit(end, end, before + text), *edits)
    start = draft.line(end) + len(before)
    return draft, range(start, start + text.strip().count("\n") + 1)


def doubled(page: Page) -> tuple[str, ...]:
    """Return what may be said of a role that has two rows in a table.

    In flat text the rows of a role tell together where it ends; the second row is a doubt.
    """
    return ("SP306", "SP205") if page.layout == "flat" else ("SP306",)


@fault("Rows", "row doubled")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        draft, lines = inserted(page, row, page.at(row.whole))
        places = {(n, code) for n in lines for code in doubled(page)}
        yield draft.done(places | draft.row(row, codes=doubled(page)))


@fault("Rows", "row doubled with another text")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        copy = page.rewritten(row, text="Reads a topic.").text
        draft, lines = inserted(page, row, copy)
        places = {(n, code) for n in lines for code in doubled(page)}
        yield draft.done(places | draft.row(row, codes=doubled(page)))


@fault("Rows", "row of another page inserted")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        text = page.compose(row, "Quantum Tester", False, "Reads a topic.")
        draft, lines = inserted(page, row, text)
        places = draft.figures("roles", "optional")
        codes = (*ROW_ERRORS, CUT)
        yield draft.done(places | {(n, code) for n in lines for code in codes})


@fault("Rows", "row moved to another table")
def _(page: Page) -> Iterator[Mutant]:
    for source, target in zip(page.tables, page.tables[1:], strict=False):
        row = source.rows[0]
        if len(source.rows) == 1:
            continue
        draft, lines = inserted(page, target.rows[-1], page.at(row.whole), lost(row.whole))
        twin = next((r for r in target.rows if r.says.role == row.says.role), None)
        if twin is None:
            yield draft.done(hidden="gap")
            continue
        places = {(n, code) for n in lines for code in doubled(page)}
        yield draft.done(places | draft.row(twin, codes=doubled(page)))


@fault("Rows", "two rows glued")
def _(page: Page) -> Iterator[Mutant]:
    for first, second in neighbours(page):
        end = first.text.end if page.layout == "html" else first.start
        if page.layout != "html":
            end = first.start + len(page.at(first.whole).rstrip())
        start = second.role.start if page.layout == "html" else second.start
        draft = Draft(page, Edit(end, start, " "))
        both = Spot(first.start, second.whole.end)
        yield draft.done(draft.row(both) | draft.without(second))


@fault("Rows", "row broken in two, in its description")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        prose = page.prose(row)
        yield from broken(page, row, middle_space(page, prose))


@fault("Rows", "row broken in two, behind its role")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        yield from broken(page, row, row.role.end)


def middle_space(page: Page, spot: Spot) -> int:
    """Return a place in the middle of a text, between two words and within a sentence."""
    text = page.at(spot)
    half = len(text) // 2
    inside = [m.start() for m in re.finditer(r"(?<=[^\s.。!?]) (?=\S)", text)]
    at = min(inside, key=lambda place: abs(place - half), default=half)
    return spot.start + at


def broken(page: Page, row: RowAt, at: int) -> Iterator[Mutant]:
    # A line feed in HTML is white space; there a row breaks into two by its tags.
    parted = "</td></tr>\n<tr><td>" if page.layout == "html" else "\n"
    draft = Draft(page, Edit(at, at, parted))
    lines = [*draft.lines(row.whole), draft.lines(row.whole)[-1] + 1]
    yield draft.done({(n, code) for n in lines for code in (*ROW_ERRORS, CUT)})


@fault("Rows", "a line between two rows")
def _(page: Page) -> Iterator[Mutant]:
    for _, second in neighbours(page):
        at = second.start
        text = f"Advertisement{page.line_end(second.whole)}"
        if page.layout == "html":
            text = "<tr><td colspan=3>Advertisement</td></tr>\n"
        draft = Draft(page, Edit(at, at, text))
        yield draft.done({(draft.line(at), code) for code in ROW_ERRORS})


@fault("Rows", "roles of two rows exchanged")
def _(page: Page) -> Iterator[Mutant]:
    for first, second in neighbours(page):
        # A role of one table that is no longer flagged is a doubt in flat text.
        if min(role_copies(page, first), role_copies(page, second)) > 1:
            draft = Draft(page, *exchanged(page, first.role, second.role))
            yield draft.done(hidden="exchanged")


@fault("Rows", "flag moved to another row")
def _(page: Page) -> Iterator[Mutant]:
    for table in page.tables:
        flagged = [r for r in table.rows if r.says.mandatory and role_copies(page, r) > 1]
        others = [row for row in table.rows if not row.says.mandatory]
        if flagged and others:
            edits = (
                page.rewritten(flagged[0], mandatory=False),
                page.rewritten(others[0], mandatory=True),
            )
            yield Draft(page, *edits).done(hidden="exchanged")
            return


@fault("Rows", "descriptions of two rows exchanged")
def _(page: Page) -> Iterator[Mutant]:
    for first, second in neighbours(page)[:1]:
        yield Draft(page, *exchanged(page, first.text, second.text)).done(hidden="exchanged")


# Cells.


@fault("Cells", "flag added")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        if not row.says.mandatory:
            yield from flipped(page, row)


@fault("Cells", "flag removed")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        if row.says.mandatory:
            yield from flipped(page, row)


def flipped(page: Page, row: RowAt) -> Iterator[Mutant]:
    draft = Draft(page, page.rewritten(row, mandatory=not row.says.mandatory))
    yield draft.done(draft.figures("mandatory", "optional") | draft.row(row))


@fault("Cells", "flag misspelled")
def _(page: Page) -> Iterator[Mutant]:
    flag = page.flag
    forms = [misspelled(flag), flag[0] + flag]
    if len(flag) > 3:
        forms += [flag[:2] + flag[3] + flag[2] + flag[4:], flag[:-1]]
    for row in some_rows(page):
        for form in forms if row.says.mandatory else ():
            yield from other_flag(page, row, form)


@fault("Cells", "flag replaced by another word")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        if row.says.mandatory:
            yield from other_flag(page, row, "Maybe")


def other_flag(page: Page, row: RowAt, form: str) -> Iterator[Mutant]:
    assert row.flag
    at = page.text.index(page.flag, row.flag.start, row.flag.end)
    draft = Draft(page, Edit(at, at + len(page.flag), form))
    figures = draft.figures("mandatory", "optional") if page.layout == "flat" else set()
    yield draft.done(draft.row(row) | figures, what=form)


@fault("Cells", "description emptied")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        draft = Draft(page, page.rewritten(row, text=""))
        yield draft.done(draft.row(row, codes=("SP203", "SP205", CUT)))


@fault("Cells", "role emptied")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        draft = Draft(page, page.rewritten(row, role=""))
        yield draft.done(draft.row(row))


@fault("Cells", "role respelled in one table")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_roles(page):
        spot = page.plain(row.role)
        for form in dict.fromkeys((misspelled(page.at(spot)), page.at(spot).lower())):
            if form == page.at(spot):
                continue
            draft = Draft(page, Edit(*spot, form))
            if role_copies(page, row) == 1:
                yield draft.done(hidden="one table", what=form)
            else:
                places = draft.figures("roles")
                yield draft.done(places | draft.row(row), what=form)


@fault("Cells", "role replaced by another of its table")
def _(page: Page) -> Iterator[Mutant]:
    for first, second in neighbours(page):
        draft = Draft(page, Edit(*second.role, page.at(first.role)))
        yield draft.done(draft.row(first, second, codes=doubled(page)))


@fault("Cells", "flag and description exchanged")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        if row.says.mandatory and row.flag:
            draft = Draft(page, *exchanged(page, row.flag, row.text))
            yield draft.done(draft.row(row) | draft.figures("mandatory", "optional"))


@fault("Cells", "role and description exchanged")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_roles(page):
        draft = Draft(page, *exchanged(page, row.role, row.text))
        if role_copies(page, row) == 1 and page.layout != "flat":
            yield draft.done(hidden="one table")
        else:
            yield draft.done(draft.row(row) | draft.figures("roles"))


@fault("Cells", "separator behind the role lost")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        following = row.flag or row.text
        yield from joined(page, row, row.role.end, following.start)


@fault("Cells", "separator behind the flag lost")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page):
        if row.flag and (row.says.mandatory or page.layout != "flat"):
            yield from joined(page, row, row.flag.end, row.text.start)


def joined(page: Page, row: RowAt, start: int, end: int) -> Iterator[Mutant]:
    draft = Draft(page, Edit(start, end, "" if page.layout in ("flat", "html") else " "))
    figures = ["roles"]
    if row.says.mandatory:
        figures += ["mandatory", "optional"]
    what = "flagged" if row.says.mandatory else "an empty flag beside it" if row.flag else ""
    yield draft.done(draft.row(row) | draft.figures(*figures), what=what)


@fault("Cells", "separator added in a description")
def _(page: Page) -> Iterator[Mutant]:
    sign = {"canonical": " | ", "md": " | ", "tabbed": "\t", "html": "</td><td>"}
    for row in some_rows(page) if page.layout in sign else ():
        at = middle_space(page, page.prose(row))
        draft = Draft(page, Edit(at, at, sign[page.layout]))
        yield draft.done(draft.row(row))


@fault("Cells", "pipe at the end of a row lost")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page) if page.layout in ("canonical", "md") else ():
        end = row.start + len(page.at(row.whole).rstrip())
        padded = page.at(Spot(row.text.end, end)).count("|") > 1
        draft = Draft(page, Edit(end - 1, end, ""))
        places = draft.row(row, codes=("SP206", CUT))
        yield draft.done(places, what="an empty cell before it" if padded else "")


@fault("Cells", "pipe at the start of a row lost")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page) if page.layout in ("canonical", "md") else ():
        draft = Draft(page, Edit(row.start, row.start + 1, ""))
        yield draft.done(draft.row(row) | draft.without(row) | draft.row(row, codes=["SP103"]))


@fault("Cells", "word lost in a description")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page)[1:2]:
        at = middle_space(page, page.prose(row))
        end = re.compile(r"\s*\w+|.").match(page.text, at)
        assert end
        yield Draft(page, Edit(at, end.end(), "")).done(hidden="words")


@fault("Cells", "description ends in the middle of a sentence, not the last")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page)[:1]:
        prose = page.prose(row)
        at = middle_space(page, prose)
        yield Draft(page, Edit(at, prose.end, "")).done(hidden="unfinished")


# Figures.


def figure_wrong(page: Page, name: str) -> Iterator[Mutant]:
    spot = page.values[name]
    figure = int(page.at(spot))
    for form in (figure + 1, figure - 1, figure * 10 + 1):
        if form >= 0:
            draft = Draft(page, Edit(*spot, str(form)))
            yield draft.done(draft.figures(name), what=str(form))


@fault("Figures", "number of roles wrong")
def _(page: Page) -> Iterator[Mutant]:
    yield from figure_wrong(page, "roles")


@fault("Figures", "number of levels wrong")
def _(page: Page) -> Iterator[Mutant]:
    yield from figure_wrong(page, "levels")


@fault("Figures", "number of mandatory requirements wrong")
def _(page: Page) -> Iterator[Mutant]:
    yield from figure_wrong(page, "mandatory")


@fault("Figures", "number of optional requirements wrong")
def _(page: Page) -> Iterator[Mutant]:
    yield from figure_wrong(page, "optional")


@fault("Figures", "two figures exchanged")
def _(page: Page) -> Iterator[Mutant]:
    for first, second in (("roles", "levels"), ("mandatory", "optional"), ("roles", "mandatory")):
        one, two = page.values[first], page.values[second]
        if page.at(one) != page.at(two):
            draft = Draft(page, *exchanged(page, one, two))
            yield draft.done(draft.figures(first, second), what=f"{first}, {second}")


@fault("Figures", "figure lost")
def _(page: Page) -> Iterator[Mutant]:
    for name in FIGURES:
        spot = page.whole_line(page.values[name])
        draft = Draft(page, lost(spot))
        label = page.labels[name]
        yield draft.done(draft.at(label, "SP107", "SP104", "SP101", around=1), what=name)


@fault("Figures", "figure unreadable")
def _(page: Page) -> Iterator[Mutant]:
    for name in COUNTS:
        spot = page.values[name]
        for form in (page.at(spot) + "x", "?", "-" + page.at(spot)):
            draft = Draft(page, Edit(*spot, form))
            yield draft.done(draft.at(spot, "SP104"), what=f"{name} {form}")


# Labels and values.


@fault("Labels and values", "label lost")
def _(page: Page) -> Iterator[Mutant]:
    for name, spot in page.labels.items():
        whole = page.whole_line(spot)
        draft = Draft(page, lost(whole))
        places = draft.at(Spot(whole.start, whole.start), "SP101", "SP107", around=1)
        if name in page.values and name != "optional":
            places |= draft.at(page.values[name], *LABEL)
        yield draft.done(places, what=name)


@fault("Labels and values", "label misspelled")
def _(page: Page) -> Iterator[Mutant]:
    for name, spot in page.labels.items():
        label = page.at(spot)
        form = misspelled(label)
        if name == "optional":
            # The word at its end, since the number stands inside.
            form = label[:-2] + label[-1]
        draft = Draft(page, Edit(*spot, form))
        yield draft.done(draft.at(spot, *LABEL), what=name)


@fault("Labels and values", "label in another language")
def _(page: Page) -> Iterator[Mutant]:
    other = "en" if page.language == "de" else "de"
    for name in FIGURES:
        spot = page.labels[name]
        draft = Draft(page, Edit(*spot, language(other).labels[name][0]))
        yield draft.done(draft.at(spot, "SP109"), what=name)


@fault("Labels and values", "label and another value repeated")
def _(page: Page) -> Iterator[Mutant]:
    for name in ("domain", *FIGURES, "updated"):
        if name not in page.labels:
            continue
        start, end = page.block(name)
        value = page.values[name]
        copy = page.text[start:end]
        form = re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), page.at(value))
        if name in ("domain", "updated"):
            form = "Gardening" if name == "domain" else page.at(value).replace("20", "19")
        edit = Edit(value.start - start, value.end - start, form)
        draft = Draft(page, Edit(end, end, apply(copy, [edit])))
        first, lines = draft.line(end), copy.strip().count("\n") + 1
        places = {(n, "SP102") for n in range(first - 1, first + lines)} | draft.at(value, "SP102")
        yield draft.done(places, what=name)


@fault("Labels and values", "label and the same value repeated")
def _(page: Page) -> Iterator[Mutant]:
    for name in ("domain", *FIGURES, "updated"):
        if name in page.labels:
            start, end = page.block(name)
            draft = Draft(page, Edit(end, end, page.text[start:end]))
            yield draft.done({(draft.line(end), "SP102")}, what=name)


@fault("Labels and values", "value lost")
def _(page: Page) -> Iterator[Mutant]:
    for name in ("domain", "domain again", "group", "updated", "summary", "name"):
        if name not in page.values or (name == "domain again" and "group" in page.labels):
            continue
        spot = page.values[name]
        whole = page.whole_line(spot)
        draft = Draft(page, lost(whole))
        label = {"summary": "profile", "name": "profile"}.get(name, name)
        places = draft.at(Spot(whole.start, whole.start), *LABEL, around=1)
        if label in page.labels:
            places |= draft.at(page.labels[label], *LABEL)
        if name == "name":
            # The page is read without it, and that is said of the page as a whole.
            places.add((1, "SP501"))
        yield draft.done(places, what=name)


@fault("Labels and values", "domain changed in one of two places")
def _(page: Page) -> Iterator[Mutant]:
    value, again = page.values["domain"], page.values.get("domain again")
    for spot in filter(None, (value, again)):
        # The pair of domain and group may be one text.
        end = spot.start + len(page.at(value))
        draft = Draft(page, Edit(spot.start, end, "Gardening"))
        if again is None:
            yield draft.done(hidden="said once")
        else:
            places = draft.at(value, "SP110", "SP103") | draft.at(again, "SP110", "SP103")
            yield draft.done(places, what="value" if spot is value else "again")


@fault("Labels and values", "group changed in one of two places")
def _(page: Page) -> Iterator[Mutant]:
    draft = Draft(page, Edit(*page.values["group"], "Gardening"))
    if "pair" in page.values:
        pair = page.values["pair"]
        yield draft.done(draft.at(page.values["group"], "SP110", "SP103") | draft.at(pair, "SP103"))
    else:
        yield draft.done(hidden="said once")


@fault("Labels and values", "summary changed")
def _(page: Page) -> Iterator[Mutant]:
    if page.profile.summary:
        yield Draft(page, Edit(*page.values["summary"], "Roses, tulips")).done(hidden="words")


@fault("Labels and values", "a line among the labels")
def _(page: Page) -> Iterator[Mutant]:
    if page.layout != "html":
        for name in ("levels", "mandatory"):
            at = page.whole_line(page.labels[name]).start
            end = page.line_end(page.whole_line(page.labels[name]))
            draft = Draft(page, Edit(at, at, f"Advertisement{end}"))
            yield draft.done({(draft.line(at), "SP103")}, what=name)


# Dates.


def dated(page: Page, form: str, code: str = "SP105") -> Mutant:
    draft = Draft(page, Edit(*page.values["updated"], form))
    return draft.done(draft.at(page.values["updated"], code), what=form)


def as_written(page: Page, day: int, month: int, year: int) -> str:
    return language(page.language).date.format(day=day, month=month, year=year)


@fault("Dates", "date impossible")
def _(page: Page) -> Iterator[Mutant]:
    for day, month, year in ((31, 2, 2026), (0, 5, 2026), (31, 6, 2025)):
        yield dated(page, as_written(page, day, month, year))


@fault("Dates", "date malformed")
def _(page: Page) -> Iterator[Mutant]:
    written = page.at(page.values["updated"])
    yield dated(page, written.replace("20", "", 1))
    yield dated(page, re.sub(r"\d(\D)", r"x\1", written, count=1))
    yield dated(page, re.sub(r"\D", "", written))


@fault("Dates", "date in another language's order")
def _(page: Page) -> Iterator[Mutant]:
    for code in LANGUAGES:
        form = language(code).date.format(day=22, month=2, year=2026)
        if form != as_written(page, 22, 2, 2026):
            yield dated(page, form)


@fault("Dates", "date in another language's order, day up to 12")
def _(page: Page) -> Iterator[Mutant]:
    for code in LANGUAGES:
        form = language(code).date.format(day=3, month=4, year=2026)
        if form not in (as_written(page, 3, 4, 2026), page.at(page.values["updated"])):
            mutant = dated(page, form)
            read_otherwise = form == as_written(page, 4, 3, 2026)
            yield mutant._replace(hidden="plausible date") if read_otherwise else mutant


@fault("Dates", "date in the future")
def _(page: Page) -> Iterator[Mutant]:
    yield dated(page, as_written(page, 22, 2, 2126), "SP106")


@fault("Dates", "another day")
def _(page: Page) -> Iterator[Mutant]:
    day = page.profile.updated_on
    form = as_written(page, day.day % 28 + 1, day.month, day.year - 1)
    yield dated(page, form)._replace(hidden="plausible date")


# Bytes.


def letters(page: Page) -> list[Spot]:
    """Return letters beyond ASCII: one of a label, of a description and of the last row."""
    if page.codec != "utf-8":
        return []
    rows = page.rows
    stretches = [
        Spot(page.labels["domain"].start, page.labels["optional"].end),
        Spot(rows[0].start, rows[-2].whole.end) if len(rows) > 1 else rows[0].whole,
        rows[-1].text,
    ]
    beyond = re.compile(r"[^\x00-\x7f\ufeff]")
    found = [beyond.search(page.text, *stretch) for stretch in stretches]
    return list(dict.fromkeys(Spot(*match.span()) for match in found if match))


def damaged(page: Page, letter: Spot, forms: dict[str, bytes]) -> Iterator[Mutant]:
    """Yield a page with a letter damaged, in each form that is no letter again."""
    data = page.text.encode()
    start = len(page.text[: letter.start].encode())
    end = len(page.text[: letter.end].encode())
    for what, form in forms.items():
        mutant = data[:start] + form + data[end:]
        if not is_utf8(mutant):
            places = frozenset({(page.line(letter.start), "SP009")})
            yield Mutant(mutant, places, what=f"{page.at(letter)}: {what}")


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@fault("Bytes", "a byte of a letter replaced")
def _(page: Page) -> Iterator[Mutant]:
    for letter in letters(page):
        data = page.at(letter).encode()
        forms = {f"first by {byte!r}": byte + data[1:] for byte in (b"\xff", b"?", b"\xc3")}
        forms |= {f"last by {byte!r}": data[:-1] + byte for byte in (b"\xff", b"?", b"\xc3")}
        yield from damaged(page, letter, forms)


@fault("Bytes", "a byte of a letter lost")
def _(page: Page) -> Iterator[Mutant]:
    for letter in letters(page):
        data = page.at(letter).encode()
        yield from damaged(page, letter, {"first": data[1:], "last": data[:-1]})


@fault("Bytes", "a letter replaced by U+FFFD")
def _(page: Page) -> Iterator[Mutant]:
    for letter in letters(page):
        draft = Draft(page, Edit(*letter, "\ufffd"))
        yield draft.done(draft.at(letter, "SP009"))


@fault("Bytes", "a letter of a description replaced by a question mark")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page)[:2]:
        if letter := re.compile(r"\b[^\W\d_]\B").search(page.text, *page.prose(row)):
            yield Draft(page, Edit(*letter.span(), "?")).done(hidden="words")


@fault("Bytes", "a letter of a description read as cp1252")
def _(page: Page) -> Iterator[Mutant]:
    for letter in letters(page)[-1:]:
        if letter.start > page.tables[-1].header.end:
            yield read_as_cp1252(page, letter)


@fault("Bytes", "a description read as cp1252")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page) if page.codec == "utf-8" else ():
        if not page.at(row.text).isascii():
            yield read_as_cp1252(page, row.text)


def read_as_cp1252(page: Page, spot: Spot) -> Mutant:
    # As browsers do it: bytes that cp1252 leaves undefined are control characters.
    text = "".join(
        bytes([byte]).decode("cp1252" if byte not in b"\x81\x8d\x8f\x90\x9d" else "latin-1")
        for byte in page.at(spot).encode()
    )
    draft = Draft(page, Edit(*spot, text))
    return draft.done(draft.at(spot, "SP011", "SP009"), what=text[:20])


@fault("Bytes", "an invisible letter in a role")
def _(page: Page) -> Iterator[Mutant]:
    if page.codec == "utf-8":
        for row in some_rows(page)[:2]:
            at = page.plain(row.role).start + 1
            draft = Draft(page, Edit(at, at, "\u200b"))
            yield draft.done(draft.row(row, codes=["SP014"]))


@fault("Bytes", "a NUL byte")
def _(page: Page) -> Iterator[Mutant]:
    for row in some_rows(page)[:1]:
        at = page.prose(row).start
        draft = Draft(page, Edit(at, at + 1, "\0"))
        yield draft.done(draft.row(row, codes=["SP003", "SP014"]))


# Cuts.


def cut(page: Page, at: int, *codes: str, hidden: str | None = None, what: str = "") -> Mutant:
    draft = Draft(page, Edit(at, len(page.text), ""))
    return draft.done({(draft.last(), code) for code in (CUT, *codes)}, hidden, what)


@fault("Cuts", "cut in the last description")
def _(page: Page) -> Iterator[Mutant]:
    prose = page.prose(page.rows[-1])
    yield cut(page, middle_space(page, prose), what="between words")
    yield cut(page, middle_space(page, prose) - 1, what="in a word")
    yield cut(page, prose.end - 1, what="before its full stop")


@fault("Cuts", "cut behind a sentence of the last description")
def _(page: Page) -> Iterator[Mutant]:
    row = page.rows[-1]
    ends = [
        m.end() for m in re.compile(r"[.。](?=\s|[^\s.。<|]{2})").finditer(page.text, *row.text)
    ]
    for at in [at for at in ends if at < row.text.end][:1]:
        hidden = "sentence end" if page.layout in ("flat", "tabbed") else None
        yield cut(page, at, hidden=hidden)


@fault("Cuts", "cut in the last row, before its description")
def _(page: Page) -> Iterator[Mutant]:
    row = page.rows[-1]
    yield cut(page, row.role.start + 2, what="in the role")
    yield cut(page, row.role.end, what="behind the role")
    if row.flag and row.says.mandatory:
        at = page.text.index(page.flag, *row.flag)
        yield cut(page, at + 1, what="in the flag")
        yield cut(page, at + len(page.flag), what="behind the flag")
    yield cut(page, row.text.start, what="before the description")


@fault("Cuts", "cut in a row in the middle")
def _(page: Page) -> Iterator[Mutant]:
    row = page.tables[2].rows[0]
    yield cut(page, middle_space(page, page.prose(row)))


@fault("Cuts", "cut between two tables")
def _(page: Page) -> Iterator[Mutant]:
    for table in (page.tables[1], page.tables[-1]):
        yield cut(page, table.whole.start)


@fault("Cuts", "cut between two rows")
def _(page: Page) -> Iterator[Mutant]:
    for first, second in neighbours(page):
        draft = Draft(page, Edit(second.start, len(page.text), ""))
        rest = page.rows[page.rows.index(second) :]
        assert first
        yield draft.done({(draft.last(), CUT)} | draft.without(*rest))


@fault("Cuts", "cut in or behind the last header row")
def _(page: Page) -> Iterator[Mutant]:
    table = page.tables[-1]
    yield cut(page, table.header.start + len(page.at(table.header).rstrip()) - 4, what="in it")
    yield cut(page, table.rows[0].start, what="behind it")


@fault("Cuts", "cut among the labels")
def _(page: Page) -> Iterator[Mutant]:
    for name in ("levels", "optional"):
        yield cut(page, page.labels[name].end, what=name)
    yield cut(page, page.values["updated"].end, what="updated")


@fault("Cuts", "cut in the middle of a letter")
def _(page: Page) -> Iterator[Mutant]:
    for letter in letters(page)[-1:]:
        data = page.text[: letter.start].encode() + page.at(letter).encode()[:-1]
        line = data.rstrip().count(b"\n") + 1
        yield Mutant(data, frozenset({(line, CUT)}))


@fault("Cuts", "beginning of the page lost")
def _(page: Page) -> Iterator[Mutant]:
    for name in ("roles", "mandatory"):
        start = page.whole_line(page.labels[name]).start
        draft = Draft(page, Edit(0, start, ""))
        yield draft.done({(1, "SP101"), (1, "SP107"), (1, "SP006")}, what=name)


@fault("Cuts", "the same page twice")
def _(page: Page) -> Iterator[Mutant]:
    if page.layout != "html":
        end = len(page.text)
        draft = Draft(page, Edit(end, end, page.text.lstrip("\ufeff")))
        lines = range(draft.line(end), draft.last() + 1)
        told = ("SP102", "SP103", "SP209", "SP205", "SP306", "SP305")
        yield draft.done({(n, code) for n in lines for code in told} | draft.levels())
