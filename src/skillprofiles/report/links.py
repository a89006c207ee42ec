"""Where a row was read: links to its line, wherever the sources can be looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

from skillprofiles.read.containers import file_of
from skillprofiles.report.naming import source_page

_BRACED: Final = re.compile(r"\{[^{}]*\}|[{}]")
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]")
_SCHEMES: Final = ("http", "https")


class UnusableTemplate(ValueError):
    """A template for links cannot be used; the message says why."""


class Around(NamedTuple):
    """A link to a line: what stands before its number, and what after; both empty without a link."""

    before: str = ""
    after: str = ""

    def to(self, line: int | None) -> str:
        """Return the link to a line, to the source as a whole for None; empty without a link."""
        if not self.before:
            return ""
        return f"{self.before}{line}{self.after}" if line else self.whole

    @property
    def whole(self) -> str:
        """The link to the source as a whole."""
        return self.before.rpartition("#")[0] or f"{self.before}1{self.after}"


@dataclass(frozen=True, slots=True)
class Links:
    """Links from rows to the sources they were read from.

    Attributes:
        template: an address with ``{source}`` and ``{line}`` in it; None without.
        copies: the sources, by name and checksum, that the site itself shows line by line.
    """

    template: str | None = None
    copies: Set[tuple[str, str]] = field(default_factory=frozenset)

    def around(self, source: str, sha256: str | None, root: str) -> Around:
        """Return how lines of a source are linked from a page.

        Args:
            source: name of the source.
            sha256: checksum of the version that is meant.
            root: what leads from the page to the site's folder.
        """
        if is_web_address(source):
            return Around(f"{source.partition('#')[0]}#L")
        if self.template is not None:
            return _filled(self.template, source)
        if sha256 is not None and (source, sha256) in self.copies:
            return Around(f"{root}{source_page(source)}#L")
        return Around()


def check_template(template: str) -> str:
    """Return a template for links.

    Raises:
        UnusableTemplate: if it is none.
    """
    fields = Counter(_BRACED.findall(template))
    if not fields["{source}"] or fields["{line}"] > 1 or set(fields) - {"{source}", "{line}"}:
        raise UnusableTemplate(
            f"'{template}' is no template for links: it needs {{source}}, may have {{line}} once, "
            "and nothing else in braces"
        )
    if not is_web_address(template):
        raise UnusableTemplate(f"'{template}' is no address of the web: http:// or https://")
    return template


def is_web_address(text: str) -> bool:
    """Whether a text is an address that a page may link to: of the web, and of one piece."""
    if _CONTROL.search(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.netloc)


def _filled(template: str, source: str) -> Around:
    # A member of an archive has no address of its own; the archive has.
    name = quote(file_of(source), safe="/")
    before, found, after = template.replace("{source}", name).partition("{line}")
    return Around(before, after) if found else Around(f"{before}#L")
