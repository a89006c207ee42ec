"""The canonical md export, and the ragged one that real exports look like."""

from __future__ import annotations

import re

from skillprofiles.model import Profile, Requirement
from skillprofiles.parser.markup import escaped
from skillprofiles.read.entities import escape_entities
from skillprofiles.write._wording import Wording

_CLOSING = re.compile(r"(?<=\s)#(?=#*$)")
_SEPARATOR = "|---|---|---|"


def canonical_name(profile: Profile) -> str:
    """Return the file name under which a canonical export keeps its slug and language."""
    return f"{profile.skill}.{profile.language}.md"


def write_canonical(profile: Profile) -> str:
    """Return a profile as the one md export that stands for it.

    Reading it again under `canonical_name` gives an equal profile. It starts with the page's address
    and the skill's name, where the profile has them, and writes the empty flag of optional rows.
    """
    head = []
    if profile.url:
        head.append(profile.url)
    if name := Wording(profile).name:
        head.append(f"# {_CLOSING.sub('&#35;', escape_entities(escaped(name)))}")
    return "\n".join(head + _body(profile, ragged=False)) + "\n"


def write_ragged(profile: Profile) -> str:
    """Return a profile as md pages are exported: no name, and empty flags dropped."""
    return "\n".join(_body(profile, ragged=True)) + "\n"


def escape_cell(text: str) -> str:
    """Return a text as a cell: pipes escaped, ampersands that would start an entity written out."""
    text = escape_entities(text)
    return text.replace("\\|", "\\&#124;").replace("|", "\\|") if "|" in text else text


def _body(profile: Profile, *, ragged: bool) -> list[str]:
    words = Wording(profile)
    lines = [words.label("domain"), escape_entities(escaped(profile.domain))]
    lines += [words.label("profile"), escape_entities(words.summary)]
    for label, figure, caption in words.figures():
        lines += [label, str(figure), caption]
    lines += [
        escape_entities(escaped(profile.domain)),
        escape_entities(escaped(profile.group)),
        words.date,
    ]
    lines += words.words.stock["help"]
    tables = words.tables()
    for name, (_, rows) in zip(words.level_names(tables), tables, strict=True):
        if name:
            lines.append(f"## {name}")
        lines += ["| " + " | ".join(words.columns) + " |", _SEPARATOR]
        lines += [_row(row, words.flag, ragged=ragged, last=row is rows[-1]) for row in rows]
    return lines


def _row(row: Requirement, flag: str, *, ragged: bool, last: bool) -> str:
    role, text = escape_cell(escaped(row.role)), escape_cell(row.description)
    if row.mandatory:
        return f"| {role} | {flag} | {text} |"
    if not ragged:
        return f"| {role} | | {text} |"
    return f"| {role} | {text} |" if last else f"| {role} | {text} | |"
