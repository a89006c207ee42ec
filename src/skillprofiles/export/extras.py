"""Libraries that only some need, and what to install where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class MissingExtra(ImportError):
    """A library is not installed; the message says which extra brings it."""


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Say what to install where an import in the block fails.

    Args:
        extra: the extra of this package that brings what is imported.

    Raises:
        MissingExtra: if a module is not there.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed: pip install 'skillprofiles[{extra}]'"
        raise MissingExtra(message, name=error.name) from None
