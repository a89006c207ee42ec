"""The pipeline up to validation, for its findings: nothing is published.

The verdict on each source is that of `skillprofiles.pipeline.run.normalize`, because it is reached
by the same steps. Frames, and with them pandas, are needed only once a page could be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from skillprofiles.config import Config
from skillprofiles.corpus import Corpus
from skillprofiles.findings import Finding, Report, ordered
from skillprofiles.model import Profile
from skillprofiles.pipeline.corpus import SAID, Twin, Verdict, decide, is_told
from skillprofiles.pipeline.page import Page, read_pages
from skillprofiles.read import read_document
from skillprofiles.read.decode import decode
from skillprofiles.read.discover import Input
from skillprofiles.read.load import load
from skillprofiles.read.pinpoint import is_open, pinpoint
from skillprofiles.rules import Rule

_BATCH = 2_000


@dataclass(slots=True)
class Checked:
    """What checking found.

    Attributes:
        findings: all findings, sorted by source, line, column and code.
        sources: names of the sources, in the order they were read.
        inputs: the sources by name.
    """

    findings: list[Finding] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    inputs: dict[str, Input] = field(default_factory=dict)


def check(
    inputs: Iterable[Input],
    config: Config,
    wanted: Callable[[Rule], bool] = lambda rule: True,
    page_seconds: float | None = None,
) -> Checked:
    """Read and validate sources, and compare them with each other.

    Args:
        inputs: the sources.
        config: the configuration; its selection is not applied here.
        wanted: tells which of the corpus rules that reject nothing to judge by.
        page_seconds: a page that takes longer to read is rejected; None for no limit.
    """
    checked, corpus = Checked(), Corpus(wanted)
    accepted: list[Profile] = []
    for items in _batches(inputs):
        pages = list(read_pages(items, config, page_seconds))
        checked.sources += [page.source for page in pages]
        checked.findings += [finding for page in pages for finding in page.findings]
        kept, refused = _validated(pages)
        checked.findings += refused
        accepted += kept
        checked.inputs |= {item.source.name: item for item in items}
    dropped = _compare(accepted, checked)
    for profile in accepted:
        if profile.lineage.source.name not in dropped:
            corpus.add(profile)
    checked.findings = ordered([*checked.findings, *corpus.findings()])
    return checked


def _batches(inputs: Iterable[Input]) -> Iterator[list[Input]]:
    iterator = iter(inputs)
    while items := list(islice(iterator, _BATCH)):
        yield items


def _validated(pages: Sequence[Page]) -> tuple[list[Profile], list[Finding]]:
    profiles = [page.profile for page in pages if page.profile]
    if not profiles:
        return [], []
    from skillprofiles.validate import validate

    accepted, findings = validate(profiles)
    return accepted.profiles, findings


def _compare(accepted: Iterable[Profile], checked: Checked) -> set[str]:
    """Decide which of several profiles with one key counts; return the sources that do not."""
    by_key: defaultdict[tuple[str, str], list[Profile]] = defaultdict(list)
    for profile in accepted:
        by_key[profile.skill, profile.language].append(profile)
    verdict = Verdict()
    for profiles in by_key.values():
        if len(profiles) > 1:
            decide(sorted(_twins(profiles), key=lambda twin: twin.source), verdict)
    checked.findings += verdict.findings
    return {source for dropped in verdict.dropped.values() for source in dropped}


def _twins(profiles: Iterable[Profile]) -> Iterator[Twin]:
    """Yield the profiles of one key as the comparison takes them, their contents numbered."""
    contents: dict[object, int] = {}
    for profile in profiles:
        said = (profile.requirements, *(getattr(profile, name) for name in SAID))
        yield Twin(
            batch=0,
            source=profile.lineage.source.name,
            skill=profile.skill,
            language=profile.language,
            updated_on=profile.updated_on,
            content=str(contents.setdefault(said, len(contents))),
            name=profile.skill_name if profile.skill_name_from == "page" else None,
            told=is_told(profile.skill, profile.skill_name_from),
        )


def with_places(
    findings: Sequence[Finding], inputs: Mapping[str, Input], config: Config
) -> tuple[list[Finding], dict[tuple[str, int], str]]:
    """Read the sources of findings once more, for exact columns and for the lines to show.

    Returns:
        The findings, each pinned to its cell, and the text of every line that one stands on or
        that counts in it.
    """
    by_source: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_source[finding.source].append(finding)
    placed: list[Finding] = []
    excerpts: dict[tuple[str, int], str] = {}
    for name, found in by_source.items():
        pinned, lines = found, list[str]()
        if name in inputs and any(finding.span for finding in found):
            pinned, lines = _pinned(found, inputs[name], config)
        placed += pinned
        for line in {line for finding in pinned for line in _lines_of(finding)}:
            if 0 < line <= len(lines):
                excerpts[name, line] = lines[line - 1]
    return ordered(placed), excerpts


def _lines_of(finding: Finding) -> Iterator[int]:
    if finding.span:
        yield finding.span.line
    yield from finding.related


def _pinned(
    findings: list[Finding], item: Input, config: Config
) -> tuple[list[Finding], list[str]]:
    """Return the findings of one source, each pinned to its cell, and the lines of the source."""
    data = load(item, config.max_bytes)
    if isinstance(data, Finding):
        return findings, []
    report = Report(item.source.name)
    if any(map(is_open, findings)) and (document := read_document(data, report)):
        return pinpoint(findings, document), document.lines
    decoded = decode(data, report)
    return findings, decoded.original if decoded else _damaged(data)


def _damaged(data: bytes) -> list[str]:
    """Return the lines of a source that cannot be decoded, as far as they can be shown."""
    text = "" if b"\0" in data else data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
