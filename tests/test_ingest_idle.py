"""A run that finds nothing new: most of all runs, so it must cost next to nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.ingesting import Place

HEAVY = """
import sys
from skillprofiles.cli import main
try:
    main(sys.argv[1:])
finally:
    wanted = {"asyncio", "distributed", "fsspec", "lxml", "multiprocessing", "numpy", "pandas",
              "pandera", "pyarrow", "skillprofiles.parser", "skillprofiles.pipeline.batch"}
    print("imported:", sorted(wanted.intersection(sys.modules)))
"""


@pytest.mark.parametrize("more", [[], ["--scheduler", "tcp://127.0.0.1:1"], ["--workers", "8"]])
def test_nothing_new_imports_nothing_heavy(more: list[str], tmp_path: Path) -> None:
    place = Place.at(tmp_path)
    place.put("kafka.en.txt")
    # A file's times are trusted once they are some seconds old, whatever they say.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skillprofiles.ingest.scan._YOUNG_NS", 0)
        place.ingest()
    done = subprocess.run(
        [sys.executable, "-c", HEAVY, "ingest", place.raw, "--to", place.folder, *more],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "none of them new or changed" in done.stdout
    assert done.stdout.splitlines()[-1] == "imported: []"
