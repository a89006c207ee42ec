"""What was to be read again and could not be seen: it is read as soon as it can be.

After a change of the program or of the configuration everything is read again. Members of an archive
that cannot be opened, and files of a folder that cannot be looked into, stay as they were published; that
their bytes are known when they come back does not mean that they would be read the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence, Set

from skillprofiles.ingest.previous import Previous
from skillprofiles.read.containers import file_of


def told(due: Iterable[str], touched: Set[str], hidden: Sequence[str]) -> str:
    """Return, as the ledger keeps it, where the sources lie that are still to be read.

    Args:
        due: names of the sources that were to be read.
        touched: names of those that were, or are gone.
        hidden: the folders that could not be looked into.
    """
    folders = tuple(hidden)
    places = {
        next((folder for folder in folders if name.startswith(folder)), file_of(name))
        for name in due
        if name not in touched
    }
    return json.dumps(sorted(places))


def due(previous: Previous, said: str) -> frozenset[str]:
    """Return the sources that lie where the ledger says some are still to be read."""
    places = json.loads(said) if said else []
    if not places:
        return frozenset()
    files, folders = set(places), tuple(name for name in places if not name or name.endswith("/"))
    return frozenset(
        name for name in previous.sources if file_of(name) in files or name.startswith(folders)
    )
