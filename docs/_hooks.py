"""Makes a site of documents that are written to be read in the repository.

The README becomes the first page, and what documents link to outside ``docs/`` becomes part of the site:
other documents as pages, folders as lists of their files, files as they are. A link that leads nowhere
is left as it stands, for mkdocs to complain about.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security-policy.md",
    "CHANGELOG.md": "changelog.md",
    "normalized/README.md": "tables.md",
}
"""Documents outside ``docs/``, and what they are called in the site."""

FOLDERS: Final = ("examples", "schemas")
"""Folders whose files are part of the site as they are."""

_LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()([^)\s]+)(\))")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every decision into the navigation, and at its end what it does not name."""
    docs = Path(config.docs_dir)
    names = sorted(path.name for path in (docs / "adr").glob("[0-9]*.md"))
    more = sorted(
        path.name for path in docs.glob("*.md") if f"'{path.name}'" not in str(config.nav)
    )
    if config.nav and more:
        config.nav.append({"More": list(more)})
    for section in config.nav or ():
        for part in next(iter(section.values())):
            if "Decisions" in part:
                part["Decisions"] += [f"adr/{name}" for name in names]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add to the documents what lies outside their folder."""
    for name, place in PAGES.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / name)))
    for folder in _folders():
        names = sorted(path.name for path in (ROOT / folder).iterdir() if path.is_file())
        for name in names:
            path = f"{folder}/{name}"
            files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
        if "README.md" not in names:
            listed = "".join(f"- [{name}]({name})\n" for name in names)
            text = f"# {folder}\n\n{listed}"
            files.append(File.generated(config, f"{folder}/index.md", content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to where things are in the site."""
    del config
    source = _in_repository(page.file.src_uri)

    def moved(found: re.Match[str]) -> str:
        before, target, after = found.groups()
        return f"{before}{_target(target, source, page.file.src_uri, files)}{after}"

    pieces, end = [], 0
    for fence in _FENCE.finditer(markdown):
        pieces += [_LINK.sub(moved, markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*pieces, _LINK.sub(moved, markdown[end:])])


def _folders() -> list[str]:
    folders = [ROOT / name for name in FOLDERS]
    below = [path for folder in folders for path in folder.rglob("*") if path.is_dir()]
    kept = (path for path in (*folders, *below) if not path.name.startswith(("_", ".")))
    return sorted(path.relative_to(ROOT).as_posix() for path in kept)


def _in_repository(place: str) -> str:
    """Return where a page of the site lies in the repository."""
    for name, other in PAGES.items():
        if place == other:
            return name
    return place if place.startswith(FOLDERS) else f"docs/{place}"


def _in_site(path: str, files: Files) -> str | None:
    """Return the place in the site of what lies somewhere in the repository."""
    place = PAGES.get(path) or path.removeprefix("docs/")
    for wanted in (place, f"{place}/README.md", f"{place}/index.md"):
        if files.get_file_from_path(wanted):
            return wanted
    return None


def _target(target: str, source: str, place: str, files: Files) -> str:
    parts = urlsplit(target)
    if parts.scheme or not parts.path:
        return target
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), parts.path))
    found = _in_site(path, files)
    if found is None:
        return target
    relative = posixpath.relpath(found, posixpath.dirname(place) or ".")
    return relative + (f"#{parts.fragment}" if parts.fragment else "")
