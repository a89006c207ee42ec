"""What can go wrong outside the pages, as one line on stderr and an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

FINDINGS = 1
USAGE = 2
LOCKED = 3
STALE = 4


class Failure(click.ClickException):
    """Bad usage, configuration or input/output: ends the command with one line."""

    exit_code = USAGE

    def __init__(self, message: str) -> None:
        """Say what went wrong."""
        super().__init__(" ".join(message.split()))


class Busy(Failure):
    """Another run holds the lock."""

    exit_code = LOCKED


@contextmanager
def one_line_failures() -> Iterator[None]:
    """Turn failing input and output, and unusable arguments, into one line."""
    try:
        yield
    except _bad_usage() as error:
        raise Failure(str(error)) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise Failure(f"{where}{error.strerror or error}") from None
    except UnicodeEncodeError as error:
        raise Failure(f"'{error.object}' is not UTF-8: paths and names have to be") from None
    except MemoryError:
        raise Failure("out of memory; try fewer --workers or a smaller max-bytes") from None


def _bad_usage() -> tuple[type[Exception], ...]:
    """Return what unusable arguments raise; asked for, and imported, only when something fails."""
    from skillprofiles.baseline import BaselineError
    from skillprofiles.config import ConfigError
    from skillprofiles.read.discover import NoSuchSource

    return BaselineError, ConfigError, NoSuchSource
