"""What several tests start from: the tables of the sample exports, published once."""

from __future__ import annotations

from pathlib import Path

import pytest

import skillprofiles as sp


@pytest.fixture(scope="session")
def normalized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables of ``raw/``. Nobody may change it."""
    out = tmp_path_factory.mktemp("samples") / "normalized"
    sp.normalize(Path(__file__).parent.parent / "raw", out)
    return out
