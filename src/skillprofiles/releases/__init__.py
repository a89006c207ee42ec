"""Releases: a folder of published tables in which every state stays whole and can be named.

Finding one needs the standard library alone.
"""

from skillprofiles.releases.layout import current, locate, path_of, release_ids
from skillprofiles.releases.manifest import (
    DamagedManifest,
    FileSum,
    ReleaseManifest,
    TableFile,
    read_manifest,
)
from skillprofiles.releases.upkeep import (
    DamagedRelease,
    NoSuchRelease,
    activate,
    damage,
    prune,
    resolve,
)

__all__ = [
    "DamagedManifest",
    "DamagedRelease",
    "FileSum",
    "NoSuchRelease",
    "ReleaseManifest",
    "TableFile",
    "activate",
    "current",
    "damage",
    "locate",
    "path_of",
    "prune",
    "read_manifest",
    "release_ids",
    "resolve",
]
