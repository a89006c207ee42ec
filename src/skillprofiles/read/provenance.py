"""Where a stored page came from: the record that `skillprofiles fetch` leaves beside it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from skillprofiles.read.remote import Unreachable, is_url, read_url
from skillprofiles.read.walk import not_to_be_opened

_LARGEST: Final = 1024 * 1024
_LONGEST: Final = 8192


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the bytes of a page came from.

    Attributes:
        url: the address that tells which page it is; absolute, http or https.
        fetched_at: when the bytes were fetched (UTC), where the record tells.
    """

    url: str
    fetched_at: dt.datetime | None


def provenance(path: str) -> Provenance | None:
    """Return what the record at ``path`` tells; None where it is damaged or something else."""
    record = read_record(path)
    if record is None or (url := web_address(record.get("url"))) is None:
        return None
    return Provenance(url, utc(record.get("fetched_at")))


def read_record(path: str) -> dict[str, Any] | None:
    """Return the fields of a record; None where it is damaged or something else."""
    try:
        data = _start_of(path)
        record = json.loads(data) if len(data) <= _LARGEST else None
    except Unreachable:
        raise
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _start_of(path: str) -> bytes:
    if is_url(path):
        return read_url(path, _LARGEST + 1)
    if not_to_be_opened(path, path) is not None:
        return b""
    with open(path, "rb") as file:
        return file.read(_LARGEST + 1)


def web_address(value: object) -> str | None:
    """Return a value that is an absolute web address of printable characters, else None."""
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.netloc else None


def utc(value: object) -> dt.datetime | None:
    """Return the time an ISO 8601 text means, in UTC; None where it is none, or has no time zone."""
    if not isinstance(value, str):
        return None
    try:
        time = dt.datetime.fromisoformat(value)
        return time.astimezone(dt.UTC) if time.tzinfo else None
    except (ValueError, OverflowError):
        return None
