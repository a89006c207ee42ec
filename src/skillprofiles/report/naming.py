"""Names of the site's files: the same for the same thing, whatever else there is, on any system."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from skillprofiles.model import LEVEL_LABELS

_DIGITS: Final = 10
_LONGEST: Final = 60
_PLAIN: Final = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_HASHED: Final = re.compile(rf"(?:^|-)[0-9a-f]{{{_DIGITS}}}$")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|index)(?:\..*)?")
_OTHER: Final = re.compile(r"[^a-z0-9]+")

HOME: Final = "index.html"
ROLES: Final = "roles.html"
CHANGES: Final = "changes.html"
QUALITY: Final = "quality.html"
SEARCH: Final = "search.html"


def stem(name: str) -> str:
    """Return a file name, without ending, that stands for a name and for no other.

    It is the name itself where that is safe everywhere: lower case ASCII, not too long, not reserved
    by a system. Else it is what can be kept of it and the start of its SHA-256, so that names which
    differ in case, in signs or in normal form alone never share a file.
    """
    if (
        len(name) <= _LONGEST
        and _PLAIN.fullmatch(name)
        and not _HASHED.search(name)
        and not _RESERVED.fullmatch(name)
    ):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    kept = _OTHER.sub("-", unicodedata.normalize("NFKD", name.casefold()))
    return f"{kept[:_LONGEST].strip('-')}-{digest}".lstrip("-")


def skill_page(skill: str) -> str:
    """Return the path of a skill's page below the site's folder."""
    return f"skills/{stem(skill)}.html"


def role_page(role: str, rank: int | None = None) -> str:
    """Return the path of a role's page, or of its page for one level (1 to 5).

    Args:
        role: its key, see `skillprofiles.report.corpus.Role`.
        rank: the level.
    """
    return f"roles/{stem(role)}/{LEVEL_LABELS[rank - 1] if rank else 'index'}.html"


def domain_page(domain: str) -> str:
    """Return the path of a domain's page."""
    return f"domains/{stem(domain)}.html"


def release_page(release: str) -> str:
    """Return the path of the page on what a release changed."""
    return f"changes/{release}.html"


def source_page(source: str) -> str:
    """Return the path of the page that shows a source line by line."""
    return f"sources/{stem(source)}.html"
