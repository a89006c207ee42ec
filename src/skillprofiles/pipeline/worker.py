"""Everything a worker needs, imported once: the fork server loads this before it forks."""

import bs4.dammit  # noqa: F401
import pandera.pandas  # noqa: F401

import skillprofiles.contracts
import skillprofiles.export.parts
import skillprofiles.parser
import skillprofiles.pipeline.batch
import skillprofiles.read.html
import skillprofiles.validate  # noqa: F401


def ready() -> bool:
    """Return True: a worker that answers has imported all this and lives."""
    return True
