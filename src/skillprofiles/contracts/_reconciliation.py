"""The figures a page declares, held against the rows of its tables."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pandera

from skillprofiles.contracts._checks import equal
from skillprofiles.contracts._columns import Int32, row_check
from skillprofiles.contracts._profiles import Profiles


def _as_declared(frame: pd.DataFrame, figure: str) -> pd.Series[bool]:
    return equal(frame[figure], frame[f"{figure}_found"])


class Reconciliation(Profiles):
    """The profiles of a batch, beside what their requirement rows hold.

    Two pages of a batch may describe the same skill in the same language; which of them stands
    is settled over the whole corpus, so that the key is left out here.
    """

    roles_found: Int32 = pandera.Field(ge=0)
    levels_found: Int32 = pandera.Field(ge=0)
    mandatory_found: Int32 = pandera.Field(ge=0)
    optional_found: Int32 = pandera.Field(ge=0)

    class Config:
        """As the published table, without its key."""

        name = "profiles"
        strict = True
        ordered = True
        unique = None

    @row_check(
        "roles is the number of distinct roles in the profile's requirements.",
        "roles ist die Zahl der verschiedenen Rollen in den Anforderungen des Profils.",
    )
    def roles_as_declared(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each profile whether it has the roles it declares."""
        return _as_declared(frame, "roles")

    @row_check(
        "levels is the number of distinct levels in the profile's requirements.",
        "levels ist die Zahl der verschiedenen Stufen in den Anforderungen des Profils.",
    )
    def levels_as_declared(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each profile whether it has the levels it declares."""
        return _as_declared(frame, "levels")

    @row_check(
        "mandatory is the number of the profile's requirements that are mandatory.",
        "mandatory ist die Zahl der Anforderungen des Profils, die Pflicht sind.",
    )
    def mandatory_as_declared(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each profile whether its mandatory requirements are as many."""
        return _as_declared(frame, "mandatory")

    @row_check(
        "optional is the number of the profile's requirements that are not mandatory.",
        "optional ist die Zahl der Anforderungen des Profils, die nicht Pflicht sind.",
    )
    def optional_as_declared(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each profile whether its optional requirements are as many."""
        return _as_declared(frame, "optional")
