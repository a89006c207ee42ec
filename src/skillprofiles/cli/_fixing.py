"""``--diff`` and ``--fix``: repairs shown or made."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from skillprofiles.cli._output import color_for
from skillprofiles.config import Config
from skillprofiles.findings import Finding
from skillprofiles.fix import Fixed, diff, fix, write_back
from skillprofiles.pipeline.limit import PageLimit, TooSlow
from skillprofiles.pipeline.page import failure
from skillprofiles.printable import plural, printable
from skillprofiles.read.discover import Input
from skillprofiles.read.load import load
from skillprofiles.read.remote import is_url


def repair(inputs: Sequence[Input], config: Config, options: Mapping[str, Any]) -> None:
    """Show or make the safe repairs of all sources."""
    sources = options["sources"] or (os.curdir,)
    changed = apart = 0
    for item in inputs:
        before = _bytes(item, config)
        if before is None:
            apart += item.problem is None
            continue
        fixed = _fixed(before, item.source.name, config, options)
        if fixed.kept:
            _leave(item, fixed.kept)
        if fixed.data == before:
            continue
        if item.path and _leads_away(item.path, sources):
            _leave(item, "it is a link to a file elsewhere")
            continue
        changed += 1
        if options["show_diff"]:
            text = diff(before, fixed.data, printable(item.source.name))
            click.echo(_coloured(text) if color_for(sys.stdout) else text, nl=False)
        elif item.path:
            write_back(Path(item.path), fixed.data)
    if apart:
        where = "in archives or behind addresses"
        click.echo(f"note: not repaired: {plural(apart, 'source')} {where}", err=True)
    if changed:
        done = "would be repaired" if options["show_diff"] else "repaired"
        click.echo(f"{plural(changed, 'source')} {done}", err=True)


def _leave(item: Input, reason: str) -> None:
    name = printable(item.source.name)
    click.echo(f"note: {name} is left as it is: {printable(reason)}", err=True)


def _fixed(data: bytes, name: str, config: Config, options: Mapping[str, Any]) -> Fixed:
    """Return a page repaired; one that cannot be read in time, or at all, as it is."""
    seconds = options["page_timeout"] or None
    try:
        with PageLimit(seconds) as limit:
            return limit(partial(fix, unsafe=options["unsafe_fixes"]), data, name, config)
    except TooSlow:
        return Fixed(data, kept=f"reading it takes longer than {seconds:g} seconds")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, checking the page tells it
        return Fixed(data, kept=f"reading it {failure(error)}")


def _leads_away(path: str, sources: Sequence[str]) -> bool:
    """Whether links lead from a file to one that is neither below what was named nor below here."""
    real = Path(path).resolve()
    if real == Path(os.path.abspath(path)):
        return False
    return not any(real.is_relative_to(Path(place).resolve()) for place in (os.curdir, *sources))


def _bytes(item: Input, config: Config) -> bytes | None:
    """Return the bytes of a source that lies by itself, as they are stored."""
    remote = item.path is not None and is_url(item.path)
    if remote or item.member is not None or item.problem is not None:
        return None
    data = load(item, config.max_bytes)
    if isinstance(data, Finding):
        return None
    # What was decompressed on the way is not written back as text.
    stored = item.path is None or Path(item.path).read_bytes() == data
    return data if stored else None


def _coloured(text: str) -> str:
    styles = {"+": "green", "-": "red", "@": "cyan"}
    return "".join(
        click.style(line, fg=styles.get(line[:1])) for line in text.splitlines(keepends=True)
    )
