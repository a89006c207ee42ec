"""What turns a template and facts into a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from skillprofiles.model import LEVEL_LABELS
from skillprofiles.report.interface import INTERFACES, Interface, interface
from skillprofiles.report.matrix import Matrix, State, Step
from skillprofiles.report.pictures import stairs

LEVEL_NAMES: Final = tuple(label.title() for label in LEVEL_LABELS)
TOLD: Final = {Step.NEW: "step_n", Step.MANDATORY: "step_u", Step.OPTIONAL: "step_d"}
"""The steps that are worth saying of each row: most texts differ from level to level."""
_SAID: Final = {"m": "mandatory", "o": "optional", "-": "nothing_short"}


class Page(NamedTuple):
    """A file of the site.

    Attributes:
        path: where it belongs below the site's folder.
        text: what it holds.
    """

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What every page says about the whole.

    Attributes:
        title: title of the site.
        version: version of the program.
        release: id of the release; None without.
        releases: whether there is a page on changes.
        skills: number of skills.
        editions: number of profiles.
        roles: number of roles.
        requirements: number of rows.
    """

    title: str
    version: str
    release: str | None
    releases: bool
    skills: int
    editions: int
    roles: int
    requirements: int


class Press:
    """Makes pages; everything that comes from a source is escaped on the way.

    Attributes:
        words: the interface.
        heads: for each level and `State` what stands before the text of a cell.
        marks: for each `State` and `Step` what stands behind the name of a skill.
    """

    def __init__(self, facts: Facts, language: str) -> None:
        """Load the templates.

        Args:
            facts: what every page says.
            language: of the interface, as the pages are written.

        Raises:
            KeyError: if there is no interface in that language.
        """
        self.words: Interface = interface(language)
        self._environment = Environment(
            loader=PackageLoader("skillprofiles.report"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(
            site=facts,
            words=self.words,
            levels=LEVEL_NAMES,
            interfaces=[interface(code) for code in INTERFACES],
        )
        parts: Any = self._environment.get_template("_parts.html").module
        rows: Any = self._environment.get_template("_rows.html").module
        self._stairs: Any = parts.stairs
        self._drawn: dict[tuple[bytes, bytes], Markup] = {}
        self.heads: list[list[Markup]] = [
            [rows.head(name, state) for state in State] for name in LEVEL_NAMES
        ]
        self.marks: list[list[Markup]] = [
            [rows.marks(state, TOLD.get(step, "")) for step in Step] for state in State
        ]

    def page(self, path: str, template: str, **facts: Any) -> Page:
        """Return a page.

        Args:
            path: where it belongs below the site's folder.
            template: name of the template without its ending.
            facts: what the template shows.
        """
        made = self._environment.get_template(f"{template}.html")
        return Page(path, made.render(root=root_of(path), **facts))

    def stairs(self, matrix: Matrix, line: int) -> Markup:
        """Return the picture of a line of the matrix."""
        key = (matrix.states[line].tobytes(), matrix.depth[line].tobytes())
        if key not in self._drawn:
            picture = stairs(*key)
            self._drawn[key] = self._stairs(picture, self._in_words(picture.pattern))
        return self._drawn[key]

    def _in_words(self, pattern: str) -> str:
        pairs = zip(LEVEL_NAMES, pattern, strict=True)
        return ", ".join(f"{name} {self.words.say(_SAID[letter])}" for name, letter in pairs)


def root_of(path: str) -> str:
    """Return what leads from a page to the site's folder."""
    return "../" * path.count("/")
