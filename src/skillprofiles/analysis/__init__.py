"""Questions asked of published tables: what a skill, a role, a step or a release is about."""

from skillprofiles.analysis.corpus import MASK
from skillprofiles.analysis.dataset import Dataset
from skillprofiles.analysis.elsewhere import PolarsTables
from skillprofiles.analysis.errors import (
    Ambiguous,
    Miss,
    NearMatch,
    NoSuchLanguage,
    NoSuchLevel,
    NoSuchRole,
    NoSuchSkill,
    NoSuchTable,
)
from skillprofiles.analysis.steps import CHANGES

__all__ = [
    "CHANGES",
    "MASK",
    "Ambiguous",
    "Dataset",
    "Miss",
    "NearMatch",
    "NoSuchLanguage",
    "NoSuchLevel",
    "NoSuchRole",
    "NoSuchSkill",
    "NoSuchTable",
    "PolarsTables",
]
