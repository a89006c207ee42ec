"""What is printed: results to stdout, progress and logs to stderr."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from typing import IO

import click


def color_for(stream: IO[str]) -> bool:
    """Whether to use colours on a stream: on a terminal, unless NO_COLOR says otherwise."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def echo(text: str = "") -> None:
    """Print one line of a result."""
    click.echo(text, color=color_for(sys.stdout))


def log_json(event: str, **facts: object) -> None:
    """Write one event to stderr as a line of JSON, with the time (UTC)."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said = {"time": now, "event": event, **facts}
    click.echo(json.dumps(said, ensure_ascii=True, default=str), err=True)
