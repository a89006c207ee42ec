"""What commands that read many sources take from their surroundings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skillprofiles.config import Config


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def settings_from(path: Path | None) -> Config:
    """Return the configuration of a file, or of the nearest one, or the defaults.

    Raises:
        skillprofiles.config.ConfigError: if the file cannot be used.
    """
    from skillprofiles.config import find_config, load_config

    return load_config(path or find_config(Path.cwd()))
