"""Which skill a page is about: its slug and its name, and where they come from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from skillprofiles.model import MEMBER
from skillprofiles.read.provenance import web_address
from skillprofiles.vocabulary import LANGUAGES, Lexicon, lexicon

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NUMBER_OR_HASH = re.compile(r"\d+|(?=[a-f]*\d)[0-9a-f]{4,}|[0-9a-f]{8,}")
# No sign fits at two places of it: a name must not be tried in all the ways it could be cut up.
_PLAIN_STEM = re.compile(r"[^\W_A-Z][^\WA-Z]*(?:[-.][-_.]*[^\W_A-Z][^\WA-Z]*)*")
_SPOKEN = {"+": "-plus", "#": "-sharp"}
_WORD = re.compile(r"[^\W_]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PAGE_ENDING = re.compile(r"\.(?:html?|php|aspx?)$")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# What browsers and file managers add to the name of a second copy.
_COPY = re.compile(r" ?\(\d{1,3}\)$| - (?:copy|kopie|copia|副本)(?: ?\(\d{1,3}\))?$", re.IGNORECASE)
_COPY_OF = re.compile(r"^(?:copy of|kopie von|copia de) (?=.)", re.IGNORECASE)
_REGION = re.compile(r"[-_][a-z]{2}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """A skill's slug, name, and where the name comes from (page, address, inferred)."""

    skill: str
    name: str | None
    name_from: str | None


def slugify(text: str) -> str:
    """Return a text as a slug: lower case words joined by dashes; empty where no letter is left.

    ``C#`` and ``C++`` keep what tells them apart; accents are dropped, other alphabets are kept.
    """
    if _SLUG.fullmatch(text):
        return text
    for sign, spoken in _SPOKEN.items():
        text = text.replace(sign, spoken)
    folded = text.casefold()
    plain = folded if folded.isascii() else unicodedata.normalize("NFC", _without_accents(folded))
    return _BETWEEN_WORDS.sub(_dash, plain).strip("-_")


def _without_accents(text: str) -> str:
    # Letter by letter: a long run of accents would be sorted, in time that grows with its square.
    apart = "".join(unicodedata.normalize("NFKD", letter) for letter in text)
    # Taking letters apart makes capitals of some signs, such as that of a trade mark; and folding
    # the case of some alphabets makes capitals of all letters.
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.casefold().lower()


def _dash(between: re.Match[str]) -> str:
    """Return what stands between two words of a slug: underscores alone are part of a word."""
    return "-" if between[0].strip("_") else between[0]


def address_parts(address: str | None) -> tuple[str | None, str | None]:
    """Return the slug and the language an address names, each None where it does not."""
    if not address:
        return None, None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None, None
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    language = next(iter(parse_qs(parts.query).get("lang", [])), None)
    if language is None and segments and segments[0] in LANGUAGES:
        language = segments[0]
    if not segments or (len(segments) == 1 and segments[0] == language):
        return None, language if language in LANGUAGES else None
    return _skill_in(segments), language if language in LANGUAGES else None


def _skill_in(segments: list[str]) -> str | None:
    """Return the slug in the path of an address; None where it names a file that holds any page."""
    *folders, last = segments
    plain = _PAGE_ENDING.sub("", last)
    general = {*lexicon().generic_names, *LANGUAGES}
    # A skill may be called as a general name is, but not where the address says no more than that.
    names_any = not folders or plain != last or plain.casefold() in ("index", *LANGUAGES)
    if plain.casefold() not in general or not names_any:
        return slugify(plain) or None
    above = folders[-1] if folders else ""
    return slugify(above) if above.casefold() not in {*general, ""} else None


def absolute(address: str | None) -> str | None:
    """Return an address that can be gone to, or None."""
    return web_address(address) if address else None


def file_stem(name: str, language: str | None) -> str:
    """Return what a source's name says of its page: without folders, endings and language."""
    stem = name.rpartition(MEMBER)[2].replace("\\", "/").rpartition("/")[2]
    stem = _SUFFIX.sub("", stem.rstrip("~")) or stem
    if stem.endswith((".html", ".htm", ".txt", ".md")):
        stem = _SUFFIX.sub("", stem)
    stem = _original(stem)
    root, dot, code = stem.rpartition(".")
    if dot and _REGION.sub("", code).lower() in LANGUAGES:
        return _original(root) or stem
    if language and stem.endswith((f"-{language}", f"_{language}")):
        return stem[: -len(language) - 1] or stem
    return stem


def _original(stem: str) -> str:
    """Return the name of the file that a copy was made of."""
    return _COPY_OF.sub("", _COPY.sub("", stem)) or stem


def is_telling(stem: str, lexicon: Lexicon) -> bool:
    """Whether a file's stem names something, rather than numbering or hashing it."""
    words = (match[0] for match in _WORD.finditer(stem.casefold()))
    return any(
        not _NUMBER_OR_HASH.fullmatch(word) and word not in lexicon.generic_names for word in words
    )


def is_general(slug: str) -> bool:
    """Whether a slug consists of words that name no skill, such as ``index``."""
    return set(slug.split("-")) <= set(lexicon().generic_names)


def stem_slug(stem: str) -> str:
    """Return a file's stem as slug: as it is where it can stand as one."""
    return stem if _PLAIN_STEM.fullmatch(stem) else slugify(stem) or "unnamed"


@dataclass(frozen=True, slots=True)
class Told:
    """What a page and its source tell of the skill.

    Attributes:
        source_name: name of the source.
        address: the page's address, where it is known.
        name: the skill's name on the page, or settled in the configuration.
        inferred_name: the name its descriptions carry.
        language: language of the page.
    """

    source_name: str
    address: str | None
    name: str | None
    inferred_name: str | None
    language: str


def identify(told: Told, settled_skill: str | None = None) -> Identity:
    """Settle a page's slug and name.

    The slug comes from the configuration, else the address, a telling file name, the page's name,
    the file's stem. The name comes from the configuration or the page, else the address, else the
    descriptions; an inferred name never becomes the slug.
    """
    from_address, _ = address_parts(told.address)
    stem = file_stem(told.source_name, told.language)
    skill = (
        settled_skill
        or from_address
        or (slugify(stem) if is_telling(stem, lexicon()) else None)
        or (slugify(told.name) if told.name else None)
        or stem_slug(stem)
    )
    if told.name:
        return Identity(skill, told.name, "page")
    if from_address:
        return Identity(skill, from_address.replace("-", " "), "address")
    return Identity(skill, told.inferred_name, "inferred" if told.inferred_name else None)
