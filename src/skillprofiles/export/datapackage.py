"""The descriptor of what is published: ``datapackage.json``, Data Package v2.

It says for each file what it is, how long, with which fingerprint, and what its columns mean.
It holds no time and no path of the machine: the same files give the same descriptor.

``frictionless validate datapackage.json`` (frictionless-py 5.21) passes on it. Where that program
cannot read what the standard lets one say, the descriptor yields as little as possible:

- It reads Parquet through pandas, where a list arrives as an array it does not take for a list,
  and a missing number or time as ``nan`` or ``NaT``. So a list column of a Parquet file is of
  type ``any`` and says ``arrowType: list<string>``, and nullable numbers and times count ``nan``
  and ``NaT`` as missing.
- It never learns the length of a Parquet file and takes any ``bytes`` for wrong. The length
  stands under ``byteSize`` there; ``hash`` and ``rows`` stand in both formats.
- It splits tags at every ``|``, also at one that is escaped (see `skillprofiles.export.csv`).
- It does not know ``categories``; an ``enum`` beside them makes it check the levels.

The type ``list`` stands in the text of the standard; the JSON Schema published with version 2.0
forgot it, so a validator that goes by that alone refuses the tags of a CSV.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from skillprofiles import contracts
from skillprofiles.export._errors import naming

FILE_NAME: Final = "datapackage.json"
"""Name of the descriptor, as programs look for it."""

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
"""The version of the standard that the descriptor follows."""

_PARQUET_GAPS = {"integer": "nan", "number": "nan", "datetime": "NaT"}


@dataclass(frozen=True, slots=True)
class Resource:
    """One table as it was written.

    Attributes:
        table: name of the table.
        path: its file, ending in ``.parquet`` or ``.csv``.
        rows: number of its rows.
        schema: its Table Schema as ``schemas/`` holds it.
        contract: name of its contract; empty where that is the table's.
    """

    table: str
    path: Path
    rows: int
    schema: Mapping[str, Any]
    contract: str = ""


def describe(resources: Iterable[Resource], *, version: str) -> dict[str, Any]:
    """Return the descriptor of files that lie in one folder.

    Args:
        resources: the tables, in the order they shall be listed.
        version: version of the tables' contract.

    Raises:
        KeyError: there is no contract of that name.
        OSError: a file cannot be read.
        ValueError: a file is neither Parquet nor CSV.
    """
    return {
        "$schema": PROFILE,
        "name": "skillprofiles",
        "title": "Skill profiles",
        "description": "What is expected of each role at each level of a skill, as tables.",
        "version": version,
        "resources": [_resource(resource) for resource in resources],
    }


def write_descriptor(
    folder: str | os.PathLike[str], resources: Iterable[Resource], *, version: str
) -> Path:
    """Write ``datapackage.json`` beside the files it describes.

    Args:
        folder: the folder the files lie in.
        resources: the tables, see `describe`.
        version: version of the tables' contract.

    Returns:
        The path of the descriptor.

    Raises:
        OSError: a file cannot be read, or the descriptor cannot be written.
        ValueError: a file is neither Parquet nor CSV.
    """
    path = Path(folder) / FILE_NAME
    text = json.dumps(describe(resources, version=version), indent=2, ensure_ascii=False)
    with naming(path):
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def _resource(resource: Resource) -> dict[str, Any]:
    with naming(resource.path), resource.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    contract = resource.contract or resource.table
    about = contracts.about(contract)
    described: dict[str, Any] = {
        "name": resource.table,
        "type": "table",
        "title": about.title.en,
        "description": f"One row is {about.row.en}. {about.text.en}",
        "path": resource.path.name,
    }
    if resource.path.suffix not in _FORMATS:
        raise ValueError(f"neither Parquet nor CSV: {resource.path.name}")
    form, count, adapt = _FORMATS[resource.path.suffix]
    described |= {**form, count: size}
    schema = {
        key: value
        for key, value in resource.schema.items()
        # The standard has keys left out where there are none, and ``$schema`` once at the root.
        if value and key != "$schema"
    }
    columns = contracts.arrow_schema(contract)
    schema["fields"] = [
        adapt(field, columns.field(field["name"]).nullable) for field in resource.schema["fields"]
    ]
    return {**described, "hash": f"sha256:{digest}", "rows": resource.rows, "schema": schema}


def _parquet_field(field: dict[str, Any], nullable: bool) -> dict[str, Any]:
    if field["type"] == "list":
        kept: dict[str, Any] = {
            key: field[key] for key in ("name", "title", "description") if key in field
        }
        required = {} if nullable else {"constraints": {"required": True}}
        return {**kept, "type": "any", "arrowType": f"list<{field['itemType']}>", **required}
    gap = _PARQUET_GAPS.get(field["type"])
    return {**field, "missingValues": ["", gap]} if nullable and gap else field


def _csv_field(field: dict[str, Any], nullable: bool) -> dict[str, Any]:
    # Without these the standard lets a reader take 1 and 0 for true and false too.
    exact = {"trueValues": ["true"], "falseValues": ["false"]}
    return {**field, **exact} if field["type"] == "boolean" else field


# For each suffix: what is said of the file, what its size is called, how a field is described.
_FORMATS: Final[
    dict[str, tuple[dict[str, str], str, Callable[[dict[str, Any], bool], dict[str, Any]]]]
] = {
    ".parquet": (
        {"format": "parquet", "mediatype": "application/vnd.apache.parquet"},
        "byteSize",
        _parquet_field,
    ),
    ".csv": (
        {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"},
        "bytes",
        _csv_field,
    ),
}
