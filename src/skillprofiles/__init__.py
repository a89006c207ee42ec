"""skillprofiles: skill-profile pages in, validated tables out.

Importing this imports neither pandas nor Pandera; what needs them does so when it is called.

    import skillprofiles as sp

    profile, findings = sp.parse("kafka.en.txt")
    findings = sp.check("exports/")
    tables = sp.normalize("exports/")
    dataset = sp.load("normalized/")
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Config",
    "Dataset",
    "Finding",
    "Level",
    "Profile",
    "Requirement",
    "Tables",
    "check",
    "contracts",
    "load",
    "normalize",
    "parse",
]

_HOMES = {
    "Config": "skillprofiles.config",
    "Dataset": "skillprofiles.analysis",
    "Finding": "skillprofiles.findings",
    "Level": "skillprofiles.model",
    "Profile": "skillprofiles.model",
    "Requirement": "skillprofiles.model",
    "Tables": "skillprofiles.api",
    "check": "skillprofiles.api",
    "load": "skillprofiles.api",
    "normalize": "skillprofiles.api",
    "parse": "skillprofiles.api",
}

if TYPE_CHECKING:
    from skillprofiles import contracts
    from skillprofiles.analysis import Dataset
    from skillprofiles.api import Tables, check, load, normalize, parse
    from skillprofiles.config import Config
    from skillprofiles.findings import Finding
    from skillprofiles.model import Level, Profile, Requirement


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "contracts":
        return import_module("skillprofiles.contracts")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
