"""Findings in the formats that people and platforms read: one pure function a format.

Names and messages come from pages and from file systems. Whatever they hold, no format lets them
forge a line, steer a terminal or end a document early.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from skillprofiles.render import concise, github, gitlab, json, junit, sarif, text
from skillprofiles.render._results import Results
from skillprofiles.render._statistics import statistics
from skillprofiles.render.summary import github_summary

__all__ = ["FORMATS", "Results", "github_summary", "render", "statistics"]

_RENDERERS: Final[Mapping[str, Callable[[Results], str]]] = {
    "text": text.render,
    "concise": concise.render,
    "json": json.render,
    "json-lines": json.render_lines,
    "github": github.render,
    "gitlab": gitlab.render,
    "sarif": sarif.render,
    "junit": junit.render,
}

FORMATS: Final = tuple(_RENDERERS)


def render(results: Results, output_format: str, *, color: bool = False) -> str:
    """Return findings in a format: the whole output, with its last line end.

    The formats made of lines (text, concise, json-lines, github) are empty when there is nothing
    to say; the others are documents, complete even then.

    Args:
        results: what was found.
        output_format: one of ``FORMATS``.
        color: whether text may use colours; other formats never do.

    Raises:
        ValueError: if there is no such format.
    """
    if output_format not in _RENDERERS:
        raise ValueError(f"'{output_format}' is not one of {', '.join(FORMATS)}")
    if output_format == "text":
        return text.render(results, color=color)
    return _RENDERERS[output_format](results)
