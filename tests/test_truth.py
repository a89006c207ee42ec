"""The sample exports against what they were written from, cell for cell.

The truth stands in tests/truth, made from the intended data, never from what the program read.
Real exports are read too where a folder of them lies beside the checkout.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import skillprofiles as sp

ROOT = Path(__file__).parent.parent
RAW = ROOT / "raw"
TRUTH = ROOT / "tests" / "truth"
BESIDE = ROOT.parent / "shared" / "exports"


def rows(path: Path, but: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        found = [{k: v for k, v in row.items() if k not in but} for row in csv.DictReader(file)]
    return sorted(found, key=lambda row: [row[k] for k in ("source", "skill", "language")])


def test_what_is_published_from_raw_is_the_truth(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "skillprofiles.cli", "normalize", str(RAW)]
    result = subprocess.run(
        [*command, "--out", str(tmp_path), "--format", "csv"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    for table, but in (("requirements", ("line",)), ("profiles", ("source_sha256", "fetched_at"))):
        expected = rows(TRUTH / f"{table}.csv", ())
        assert rows(tmp_path / f"{table}.csv", but) == expected
        assert len(expected) >= 24


def naive(path: Path) -> list[tuple[str, int, bool, str, int]]:
    """Read the rows of an md export with nothing but split."""
    flags = {"Pflicht", "Required", "Obligatorio", "必要"}
    found, level = [], 0
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if line.startswith("|---"):
            level += 1
        elif line.startswith("|") and cells[0] not in {"Rolle", "Role", "Rol", "角色"}:
            texts = [cell for cell in cells[1:] if cell and cell not in flags]
            found.append((cells[0], level, bool(flags & set(cells)), texts[0], number))
    return found


def plain_md(path: Path) -> bool:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return False
    special = ("\\|", "&", "##", "<table", "\u00a0", "a\u0308", "o\u0308", "u\u0308")
    return "|---|---|---|" in text and not any(sign in text.split("|---", 1)[1] for sign in special)


def test_md_exports_agree_with_a_naive_reading() -> None:
    exports = [path for path in RAW.rglob("*") if path.suffix in (".txt", ".md") and plain_md(path)]
    assert len(exports) >= 5
    exports += sorted(BESIDE.glob("*.txt"))
    for path in exports:
        profile, findings = sp.parse(path)
        assert profile is not None, (path, findings)
        read = [
            (row.role, int(row.level), row.mandatory, row.description, line)
            for row, line in zip(profile.requirements, profile.lineage.lines, strict=True)
        ]
        assert read == naive(path), path
