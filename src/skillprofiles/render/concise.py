"""One line a finding, as editors and other programs like it."""

from __future__ import annotations

from skillprofiles.render._results import Results
from skillprofiles.render._wording import claim, place


def render(results: Results) -> str:
    """Return ``path:line:column: SP301 [mandatory-count] message`` for each finding."""
    return "".join(f"{place(finding)}: {claim(finding)}\n" for finding in results.findings)
