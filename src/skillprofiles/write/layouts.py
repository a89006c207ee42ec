"""A profile as a page in each layout that real exports come in."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Final

from skillprofiles.model import Profile
from skillprofiles.read.entities import escape_entities
from skillprofiles.write._wording import Wording
from skillprofiles.write.markdown import write_canonical, write_ragged


def write_flat(profile: Profile) -> str:
    """Return a profile as flat text: one line a row, nothing between its parts but a space."""
    return _flat(profile, " ")


def write_tabbed(profile: Profile) -> str:
    """Return a profile as pasted from a browser: rows with TABs between the cells."""
    return _flat(profile, "\t")


def _flat(profile: Profile, between: str) -> str:
    words = Wording(profile)
    lines = [words.label("profile")]
    if words.name:
        lines.append(words.name)
    lines += [words.summary, f"{profile.domain} {profile.group}"]
    for label, figure, caption in words.figures():
        lines += [label, str(figure), caption]
    lines += [words.label("domain"), profile.domain, words.label("group"), profile.group]
    lines += [words.label("updated"), words.date]
    headings, help_lines = words.words.stock["headings"], words.words.stock["help"]
    lines += [headings[0], help_lines[0], headings[1], help_lines[1]]
    tables = words.tables()
    for name, (_, rows) in zip(words.level_names(tables), tables, strict=True):
        if name:
            lines.append(name)
        lines.append(between.join(words.columns))
        for row in rows:
            cells = [row.role, words.flag if row.mandatory else "", row.description]
            lines.append(between.join(cells if between == "\t" else filter(None, cells)))
    return "\n\n".join(escape_entities(line) for line in lines) + "\n"


def write_html(profile: Profile) -> str:
    """Return a profile as the page itself: headings, label and value pairs, a table a level."""
    words = Wording(profile)
    link = f'<link rel="canonical" href="{escape(profile.url)}">' if profile.url else ""
    headings, help_lines = words.words.stock["headings"], words.words.stock["help"]
    name = words.name or ""
    return f"""<!DOCTYPE html>
<html lang="{profile.language}">
<head>
<meta charset="utf-8">
<title>{escape(name or words.label("profile"))}</title>
{link}
<script>document.documentElement.dataset.ready = "1 < 2";</script>
</head>
<body>
<nav><a href="/">Home</a> <a href="/skills">Skills</a></nav>
<main>
<p>{escape(words.label("profile"))}</p>
{f"<h1>{escape(name)}</h1>" if name else ""}
<p>{escape(words.summary)}</p>
<p><span>{escape(profile.domain)}</span> <span>{escape(profile.group)}</span></p>
{_html_figures(words)}
<dl>
{_html_pairs(words, profile)}
</dl>
<h2>{escape(headings[0])}</h2>
<p>{escape(help_lines[0])}</p>
<h2>{escape(headings[1])}</h2>
<p>{escape(help_lines[1])}</p>
{_html_tables(words)}
</main>
<footer>{escape(words.words.stock["footer"][0])}</footer>
</body>
</html>
"""


def _html_figures(words: Wording) -> str:
    return "\n".join(
        f"<div><span>{escape(label)}</span><strong>{figure}</strong><small>{escape(caption)}</small></div>"
        for label, figure, caption in words.figures()
    )


def _html_pairs(words: Wording, profile: Profile) -> str:
    pairs = {"domain": profile.domain, "group": profile.group, "updated": words.date}
    return "\n".join(
        f"<dt>{escape(words.label(field))}</dt><dd>{escape(value)}</dd>"
        for field, value in pairs.items()
    )


def _html_tables(words: Wording) -> str:
    tables = words.tables()
    header = "".join(f"<th>{escape(column)}</th>" for column in words.columns)
    parts = []
    for name, (_, rows) in zip(words.level_names(tables), tables, strict=True):
        body = "\n".join(
            f"<tr><td>{escape(row.role)}</td>"
            f"<td>{f'<span>{escape(words.flag)}</span>' if row.mandatory else ''}</td>"
            f"<td>{escape(row.description)}</td></tr>"
            for row in rows
        )
        caption = f"<h3>{escape(name)}</h3>\n" if name else ""
        parts.append(
            f"{caption}<table>\n<thead><tr>{header}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
        )
    return "\n".join(parts)


LAYOUTS: Final[dict[str, Callable[[Profile], str]]] = {
    "canonical": write_canonical,
    "md": write_ragged,
    "flat": write_flat,
    "tabbed": write_tabbed,
    "html": write_html,
}


def write_page(profile: Profile, layout: str) -> str:
    """Return a profile as a page in the given layout, one of `LAYOUTS`.

    Layouts carry what they carry: an md page has no name, a flat page no address.

    Raises:
        KeyError: if there is no such layout.
    """
    return LAYOUTS[layout](profile)
