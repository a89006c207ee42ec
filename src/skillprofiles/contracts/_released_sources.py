"""The contract of ``sources`` in a release: what of each source is published."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd

from skillprofiles.contracts._checks import equal
from skillprofiles.contracts._columns import SHA256, String, described, row_check
from skillprofiles.contracts._sources import Sources
from skillprofiles.contracts._words import About, Words


class ReleasedSources(Sources):
    """The same, beside which version of the source is published.

    A release keeps the last accepted version of a source whose newest one was rejected.
    """

    published_sha256: String = described(
        (
            "Published SHA-256",
            "Checksum of the version whose rows are published: equal to sha256 for an accepted "
            "source; another one where this version was rejected and the last accepted one stays "
            "published; null where nothing of the source is published.",
        ),
        (
            "Veröffentlichte SHA-256",
            "Prüfsumme der Fassung, deren Zeilen veröffentlicht sind: gleich sha256 bei einer "
            "angenommenen Quelle; eine andere, wo diese Fassung zurückgewiesen wurde und die "
            "zuletzt angenommene veröffentlicht bleibt; leer, wo nichts von der Quelle "
            "veröffentlicht ist.",
        ),
        nullable=True,
        str_matches=SHA256,
    )

    class Config(Sources.Config):
        """As without releases."""

        metadata: ClassVar = {
            "about": About(
                title=Words("Sources of a release", "Quellen eines Release"),
                row=Words(
                    "one source, what became of it, and which version of it is published",
                    "eine Quelle, was aus ihr geworden ist und welche Fassung von ihr "
                    "veröffentlicht ist",
                ),
                text=Words(
                    "The account of a release: no source is missing here. Start here to see how "
                    "complete the other tables are, and which rows come from an older version of "
                    "their page.",
                    "Die Bilanz eines Release: Keine Quelle fehlt hier. Wer wissen will, wie "
                    "vollständig die anderen Tabellen sind und welche Zeilen aus einer älteren "
                    "Fassung ihrer Seite stammen, beginnt hier.",
                ),
            )
        }

    @row_check(
        "published_sha256 equals sha256 where status is accepted.",
        "published_sha256 ist gleich sha256, wo status accepted ist.",
        anyOf=[
            {"properties": {"status": {"not": {"const": "accepted"}}}},
            {
                "properties": {
                    "sha256": {"type": "string"},
                    "published_sha256": {"type": "string"},
                }
            },
        ],
    )
    def accepted_is_published(cls, frame: pd.DataFrame) -> pd.Series[bool]:
        """Tell for each source whether the version that was accepted is the published one."""
        accepted = equal(frame["status"], "accepted")
        return ~accepted | equal(frame["published_sha256"], frame["sha256"])
