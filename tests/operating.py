"""What happens to a published folder, and how an operator calls the program, for tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from tests.ingesting import Place, broken
from tests.runners import BASH
from tests.samples import page

from skillprofiles.cli import main

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples" / "operate"
DOCUMENT = ROOT / "docs" / "operate.md"
PROGRAM = Path(sys.executable).with_name("skillprofiles")


def clean(place: Place) -> None:
    """Change what is read, and nothing for the worse."""
    place.put("skill-0x.en.txt", text="them for the team and keeps notes")


def rejected(place: Place) -> None:
    place.put("skill-1x.en.txt", broken(page("md", skill="skill-1x")))


def blocked(place: Place) -> None:
    for number in range(5):
        (place.raw / f"skill-{number}x.en.txt").unlink()


def gone(place: Place) -> None:
    """Take the input away, as an unmounted disk does."""
    place.raw.rename(place.raw.with_name("elsewhere"))


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(item) for item in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def shell(command: list[str] | str, **options: Any) -> subprocess.CompletedProcess[str]:
    arguments = [*BASH, "-c", command] if isinstance(command, str) else command
    return subprocess.run(arguments, capture_output=True, text=True, check=False, **options)
