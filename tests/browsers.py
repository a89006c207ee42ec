"""Which browser there is."""

from __future__ import annotations

import shutil

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_chromium() -> str | None:
    """Return the path of the Chromium of this system, None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)
