"""What concerns the process of a command as a whole."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Importing pandas and Pandera and checking a thousand pages makes 200,000 objects that the
# collector knows, and hardly any of them is ever in a cycle.
_OBJECTS: Final = 500_000


def settle() -> None:
    """Prepare this process, in which nobody else's code runs, for one command.

    - At exit the collector does not walk all that is left once more, to free what ends anyway: a
      fifth of the time that checking a few pages takes.
    - Hypothesis is out of sight, where it is installed. Pandera imports it at the first validation,
      to offer strategies that no command asks for.
    """
    atexit.register(gc.freeze)
    # Python's own mark for a module that is not there.
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]


@contextmanager
def patient_collector() -> Iterator[None]:
    """Let the collector start late: it would walk all of pandas many times while it is imported."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
