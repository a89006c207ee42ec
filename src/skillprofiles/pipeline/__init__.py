"""The stages composed: batches of sources over an executor, published as one set of tables.

A run is imported when it is asked for: checking sources needs neither executor nor publishing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from skillprofiles.pipeline.assemble import Form
    from skillprofiles.pipeline.run import NoSources, Summary, normalize

__all__ = ["Form", "NoSources", "Summary", "normalize"]

_HOMES: Final = {
    "Form": "skillprofiles.pipeline.assemble",
    "NoSources": "skillprofiles.pipeline.run",
    "Summary": "skillprofiles.pipeline.run",
    "normalize": "skillprofiles.pipeline.run",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
