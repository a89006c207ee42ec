"""What several tests start from: the tables of the sample exports, published once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.browsers import find_chromium
from tests.ingesting import Place

import skillprofiles as sp

NEEDS_BROWSER = ("test_report_browser.py",)
BROWSER_IS_MISSING = find_chromium() is None and "CI" not in os.environ

collect_ignore = list(NEEDS_BROWSER) if BROWSER_IS_MISSING else []


def pytest_configure() -> None:
    """Let what the tests start be stopped by Ctrl-C: a shell takes that from programs it starts with &."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> list[str]:
    """Say what a machine without a browser leaves out; in CI its absence is a failure."""
    if not BROWSER_IS_MISSING:
        return []
    return [f"no Chromium here, so not run: {', '.join(NEEDS_BROWSER)} (apt-get install chromium)"]


@pytest.fixture(scope="session")
def normalized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables of ``raw/``. Nobody may change it."""
    out = tmp_path_factory.mktemp("samples") / "normalized"
    sp.normalize(Path(__file__).parent.parent / "raw", out)
    return out


@pytest.fixture(scope="session")
def ten_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ten pages in ``raw`` and what was ingested of them. Nobody may change it."""
    place = Place.at(tmp_path_factory.mktemp("ten-pages") / "place")
    for number in range(10):
        place.put(f"skill-{number}x.en.txt")
    place.ingest()
    return place.raw.parent
