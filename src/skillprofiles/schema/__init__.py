"""What other tools can read of the contracts: JSON Schema, Table Schema, a data dictionary.

Everything here is generated from `skillprofiles.contracts`. What a contract demands and these
formats cannot say makes generating fail; it is never left out in silence.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from skillprofiles.contracts import CONTRACTS
from skillprofiles.schema._dictionary import data_dictionary
from skillprofiles.schema._express import Inexpressible
from skillprofiles.schema._frictionless import table_schema
from skillprofiles.schema._json import json_schema

__all__ = [
    "Inexpressible",
    "data_dictionary",
    "generate",
    "json_schema",
    "stale",
    "table_schema",
]


def generate() -> dict[str, str]:
    """Return every generated file: name -> content, which ends with a line feed.

    Raises:
        Inexpressible: if a contract demands what none of the formats can say.
    """
    files: dict[str, str] = {}
    for contract in CONTRACTS:
        files[f"{contract}.schema.json"] = _dump(json_schema(contract))
        files[f"{contract}.tableschema.json"] = _dump(table_schema(contract))
    files["data-dictionary.en.md"] = data_dictionary("en")
    files["data-dictionary.de.md"] = data_dictionary("de")
    return files


def stale(directory: str | Path) -> list[str]:
    """Return the names of the files in a directory that are missing or not as generated now.

    Raises:
        Inexpressible: if a contract demands what none of the formats can say.
        OSError: if a file is there but cannot be read.
    """
    folder = Path(directory)
    return sorted(
        name for name, content in generate().items() if _content(folder / name) != content.encode()
    )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _dump(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
