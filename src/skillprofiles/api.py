"""The program from Python: the same pipeline as the commands, on values instead of files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from skillprofiles.config import Config
from skillprofiles.findings import Finding, ordered
from skillprofiles.model import Profile, Source

if TYPE_CHECKING:
    import pandas as pd

    from skillprofiles.analysis import Dataset

PathLike = str | os.PathLike[str]


class Tables(NamedTuple):
    """The published tables as pandas frames, Arrow-backed, ``level`` an ordered categorical."""

    requirements: pd.DataFrame
    profiles: pd.DataFrame
    findings: pd.DataFrame
    sources: pd.DataFrame


def parse(
    source: PathLike | bytes, *, name: str = "page", config: Config | None = None
) -> tuple[Profile | None, list[Finding]]:
    """Read one page and judge it as publishing would.

    Args:
        source: path of a file, or the bytes of a page.
        name: what to call bytes in findings; a telling name becomes the skill's slug.
        config: the configuration; the defaults where it is None.

    Returns:
        The profile, or None where the page is rejected, and the findings in order of place.

    Raises:
        IsADirectoryError: if ``source`` is a folder; `normalize` reads those.

    Example:
        >>> import skillprofiles as sp
        >>> profile, findings = sp.parse(b"no page at all")
        >>> profile is None, findings[0].rule.name
        (True, 'not-a-profile')
    """
    from skillprofiles.pipeline.page import read_page
    from skillprofiles.read.discover import Input
    from skillprofiles.validate import validate

    if isinstance(source, bytes):
        item = Input(Source(name), data=source)
    else:
        path = Path(source)
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder; skillprofiles.normalize reads folders")
        item = Input(Source(path.name), path=os.fspath(path))
    page = read_page(item, config or Config())
    if page.profile is None:
        return None, ordered(page.findings)
    accepted, refused = validate([page.profile])
    return (page.profile if accepted.profiles else None), ordered([*page.findings, *refused])


def check(sources: PathLike | Iterable[PathLike], *, config: Config | None = None) -> list[Finding]:
    """Read and validate sources, compare them with each other, and return what was found.

    Args:
        sources: files, folders, globs or archives.
        config: the configuration; its selection decides what is returned.

    Returns:
        The findings by source, line and column; names are relative to the working directory.

    Raises:
        skillprofiles.read.discover.NoSuchSource: if a source does not exist.
    """
    from skillprofiles.pipeline.check import check as check_inputs
    from skillprofiles.pipeline.check import with_places
    from skillprofiles.read.discover import discover

    settings = config or Config()
    named = [os.fspath(item) for item in _listed(sources)]
    inputs = discover(named, settings.max_bytes, settings.excludes, root=os.getcwd())
    checked = check_inputs(inputs, settings, settings.selection.wants)
    shown = settings.selection.apply(checked.findings).shown
    return with_places(shown, checked.inputs, settings)[0]


def _listed(sources: PathLike | Iterable[PathLike]) -> list[PathLike]:
    return [sources] if isinstance(sources, (str, os.PathLike)) else list(sources)


def normalize(
    sources: PathLike | Iterable[PathLike],
    out: PathLike | None = None,
    *,
    config: Config | None = None,
    workers: int = 1,
) -> Tables:
    """Read sources, validate them, and return the tables; publish them too where ``out`` is given.

    Args:
        sources: files, folders, globs or archives.
        out: folder to publish Parquet files into.
        config: the configuration; the defaults where it is None.
        workers: number of processes.

    Raises:
        skillprofiles.read.discover.NoSuchSource: if a source does not exist.
        skillprofiles.pipeline.NoSources: if there is no file in any of them.
        OSError: if the tables cannot be written.
    """
    from skillprofiles.pipeline import normalize as run
    from skillprofiles.read.discover import discover

    named = [os.fspath(item) for item in _listed(sources)]
    settings = config or Config()
    inputs = discover(named, settings.max_bytes, settings.excludes)
    with TemporaryDirectory() as scratch:
        folder = Path(out) if out is not None else Path(scratch)
        run(inputs, folder, settings, workers=workers)
        return _load(folder)


def load(
    path: PathLike, *, release: str | None = None, language: str | Sequence[str] = ()
) -> Dataset:
    """Load a release, to ask questions of it. It stays the same when a newer one is published.

    Args:
        path: a published folder, of which the current release counts, the folder of one release,
            or a folder that ``skillprofiles normalize`` published Parquet into.
        release: id or number of another release of a published folder.
        language: the languages to prefer, best first, where a skill has editions in several.

    Returns:
        The dataset; its tables are read when they are asked for.

    Raises:
        FileNotFoundError: if there are no tables.
        OSError: if they cannot be opened.
        skillprofiles.releases.NoSuchRelease: if there is no such release.
        skillprofiles.analysis.NoSuchLanguage: if pages are not written in a language.

    Example:
        >>> import skillprofiles as sp
        >>> dataset = sp.load("normalized")
        >>> len(dataset.role("Data Engineer", "senior"))
        5
    """
    from skillprofiles.analysis import Dataset
    from skillprofiles.releases import path_of, resolve

    folder = Path(path)
    chosen = path_of(folder, resolve(folder, release)) if release is not None else folder
    return Dataset(chosen, language=language)


def _load(folder: Path) -> Tables:
    import pyarrow.parquet as pq

    from skillprofiles.frames import to_pandas

    return Tables(
        *(to_pandas(pq.read_table(folder / f"{name}.parquet")) for name in Tables._fields)
    )
