"""Values that people write with a unit: shares, spans of time."""

from __future__ import annotations

import re
from typing import Any

import click

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_BYTES = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}
_SIZE = re.compile(r"(\d{1,12}(?:\.\d+)?)\s*([KMG]?)B?")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)")


class Share(click.ParamType[float]):
    """A share: ``10%`` or ``0.1``."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share as a number from 0 to 1."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f"'{value}' is no share; write 10% or 0.1", param, ctx)
        return share


class Duration(click.ParamType[float]):
    """A span of time: ``90s``, ``15m``, ``26h``, ``7d``; a bare number counts seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the span in seconds."""
        if isinstance(value, float):
            return value
        found = _SPAN.fullmatch(str(value).strip().lower())
        if found is None:
            self.fail(f"'{value}' is no span of time; write 90s, 15m, 26h or 7d", param, ctx)
        return float(found[1]) * _SECONDS[found[2] or "s"]


class Bytes(click.ParamType[int]):
    """A number of bytes: ``5000``, ``200K``, ``1.5M``, ``2G``, counted in thousands."""

    name = "bytes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes."""
        if isinstance(value, int):
            return value
        found = _SIZE.fullmatch(str(value).strip().upper())
        size = int(float(found[1]) * _BYTES[found[2] or ""]) if found else 0
        if not size:
            self.fail(f"'{value}' is no number of bytes; write 500K, 20M or 1.5G", param, ctx)
        return size


def ago(seconds: float) -> str:
    """Return a span of time in words, in its largest whole unit: ``3 hours``."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"
    count = int(seconds)
    return "1 second" if count == 1 else f"{count} seconds"
