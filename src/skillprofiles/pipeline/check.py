"""The pipeline up to validation, for its findings: nothing is published.

The verdict on each source is that of `skillprofiles.pipeline.run.normalize`, because it is reached
by the same steps. Frames, and with them pandas, are needed only once a page could be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from skillprofiles.config import Config
from skillprofiles.corpus import Corpus
from skillprofiles.findings import Finding, Report, ordered
from skillprofiles.model import Profile
from skillprofiles.pipeline.batch import Page, read_page
from skillprofiles.pipeline.corpus import Twin, Verdict, decide
from skillprofiles.read import read_document
from skillprofiles.read.decode import decode
from skillprofiles.read.discover import Input
from skillprofiles.read.load import load
from skillprofiles.read.pinpoint import pinpoint

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


def check(inputs: Iterable[Input], config: Config) -> Checked:
    """Read and validate sources, and compare them with each other.

    Args:
        inputs: the sources.
        config: the configuration; its selection is not applied here.
    """
    checked, corpus = Checked(), Corpus()
    twins: defaultdict[tuple[str, str], list[Twin]] = defaultdict(list)
    accepted: list[Profile] = []
    for items in _batches(inputs):
        pages = [read_page(item, config) for item in items]
        checked.sources += [page.source for page in pages]
        found = [finding for page in pages for finding in page.findings]
        kept, refused = _validated(pages)
        checked.findings += found + refused
        for profile in kept:
            twins[profile.skill, profile.language].append(_twin(profile))
        accepted += kept
        checked.inputs |= {item.source.name: item for item in items}
    dropped = _compare(twins, checked)
    for profile in accepted:
        if profile.lineage.source.name not in dropped:
            corpus.add(profile)
    checked.findings += corpus.findings()
    checked.findings = ordered(checked.findings)
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


def _twin(profile: Profile) -> Twin:
    said = (profile.requirements, profile.domain, profile.group, profile.summary)
    return Twin(
        batch=0,
        source=profile.lineage.source.name,
        skill=profile.skill,
        language=profile.language,
        updated_on=profile.updated_on,
        content=str(hash(said)),
    )


def _compare(twins: Mapping[tuple[str, str], list[Twin]], checked: Checked) -> set[str]:
    """Decide which of several profiles with one key counts; return the sources that do not."""
    verdict = Verdict()
    for group in twins.values():
        if len(group) > 1:
            decide(sorted(group, key=lambda twin: twin.source), verdict)
    checked.findings += verdict.findings
    return {source for dropped in verdict.dropped.values() for source in dropped}


def with_places(
    findings: Sequence[Finding], inputs: Mapping[str, Input], config: Config
) -> tuple[list[Finding], dict[tuple[str, int], str]]:
    """Read the sources of findings once more, for exact columns and for the lines to show.

    Returns:
        The findings, each pinned to its cell, and the text of every line that one stands on.
    """
    by_source: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_source[finding.source].append(finding)
    placed: list[Finding] = []
    excerpts: dict[tuple[str, int], str] = {}
    for name, found in by_source.items():
        pinned, lines = found, list[str]()
        data = load(inputs[name], config.max_bytes) if name in inputs else b""
        if isinstance(data, bytes) and any(finding.span for finding in found):
            document = read_document(data, Report(name))
            if document is not None:
                pinned, lines = pinpoint(found, document), document.lines
            elif decoded := decode(data, Report(name)):
                lines = decoded.original
        placed += pinned
        for finding in pinned:
            if finding.span and 0 < finding.span.line <= len(lines):
                excerpts[name, finding.span.line] = lines[finding.span.line - 1]
    return ordered(placed), excerpts
