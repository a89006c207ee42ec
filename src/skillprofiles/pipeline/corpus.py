"""What only shows when all batches are seen together: the same profile read twice.

Only the hash of each accepted profile's key is kept in memory. Where two are equal, the profiles
are looked up in their parts and compared.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Any, Final

from skillprofiles.findings import Finding, finding_on
from skillprofiles.model import Span
from skillprofiles.parser.identity import is_general
from skillprofiles.pipeline.batch import Manifest, part_path
from skillprofiles.rules import Rule
from skillprofiles.rules import corpus as rules

SAID: Final = ("domain", "group", "summary")
"""What a profile says beside its requirements, by which two of one skill are compared."""


@dataclass(frozen=True, slots=True)
class Twin:
    """One of several profiles with the same key.

    Attributes:
        batch: number of the batch it was read in.
        source: name of its source.
        skill: slug of its skill.
        language: its language.
        updated_on: its date.
        content: the same for two profiles that say the same.
        name: the skill's name where the page has it; not every layout has a place for it.
        told: whether anything tells what skill it is about: its page, address or file name.
    """

    batch: int
    source: str
    skill: str
    language: str
    updated_on: date
    content: str
    name: str | None
    told: bool

    def may_be_another(self, other: Twin) -> bool:
        """Whether two profiles are as likely of two skills as two editions of one."""
        return not self.told and not other.told and self.content != other.content

    def contradicts(self, other: Twin) -> bool:
        """Whether two profiles of one date cannot both be right."""
        named = self.name is not None and other.name is not None
        return self.content != other.content or (named and self.name != other.name)


@dataclass(slots=True)
class Verdict:
    """What the comparison of all batches takes back.

    Attributes:
        dropped: for each batch, the status that sources which are not published get instead.
        findings: why.
    """

    dropped: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    findings: list[Finding] = field(default_factory=list)


def compare_batches(manifests: Sequence[Manifest], folder: str) -> Verdict:
    """Decide which of several profiles with the same key is published.

    Equal ones: the first by name of source. Of different dates: the newest. Of the same date and
    different content: none.
    """
    verdict = Verdict()
    for twins in _twins(manifests, folder):
        decide(sorted(twins, key=lambda twin: twin.source), verdict)
    return verdict


def _twins(manifests: Sequence[Manifest], folder: str) -> Iterator[list[Twin]]:
    repeated = _repeated(manifests)
    if not repeated:
        return
    starts = [0, *accumulate(len(manifest.accepted) for manifest in manifests)]
    groups: defaultdict[tuple[str, str], list[Twin]] = defaultdict(list)
    for index, manifest in enumerate(manifests):
        here = [at - starts[index] for at in repeated if starts[index] <= at < starts[index + 1]]
        for twin in _load(folder, manifest.number, here) if here else ():
            groups[twin.skill, twin.language].append(twin)
    yield from (twins for twins in groups.values() if len(twins) > 1)


def _repeated(manifests: Sequence[Manifest]) -> list[int]:
    """Return the positions, over all batches, of profiles whose key's hash occurs twice."""
    import numpy as np

    hashes: array[int] = array("Q")
    for manifest in manifests:
        hashes.extend(manifest.accepted)
    if not hashes:
        return []
    values = np.frombuffer(hashes, dtype=np.uint64)
    order = np.argsort(values, kind="stable")
    same = np.flatnonzero(values[order][1:] == values[order][:-1])
    return sorted({int(order[at]) for at in same} | {int(order[at + 1]) for at in same})


def _load(folder: str, number: int, positions: Sequence[int]) -> Iterator[Twin]:
    import pyarrow as pa
    import pyarrow.compute as pc

    from skillprofiles.export.content import content_sha256
    from skillprofiles.export.parts import read_part

    profiles = pa.concat_tables(read_part(part_path(folder, "profiles", number)))
    rows = pa.concat_tables(read_part(part_path(folder, "requirements", number)))
    for profile in profiles.take(pa.array(positions, pa.int64())).to_pylist():
        own = rows.filter(pc.equal(rows["source"], profile["source"]))
        content = content_sha256(own.drop_columns(["source", "line"]))
        yield Twin(
            number,
            profile["source"],
            profile["skill"],
            profile["language"],
            profile["updated_on"],
            f"{content} {[profile[name] for name in SAID]}",
            profile["skill_name"] if profile["skill_name_from"] == "page" else None,
            is_told(profile["skill"], profile["skill_name_from"]),
        )


def is_told(skill: str, name_from: str | None) -> bool:
    """Whether a slug says what skill it stands for, or something else on the page does."""
    return name_from in ("page", "address") or not is_general(skill)


def decide(twins: list[Twin], verdict: Verdict) -> None:
    """Judge the profiles of one key, sorted by source."""
    newest = max(twin.updated_on for twin in twins)
    current = [twin for twin in twins if twin.updated_on == newest]
    kept = current[0]
    against = {twin: next(filter(twin.contradicts, current), None) for twin in current}
    first = next(filter(None, against.values()), None)
    if any(twin.may_be_another(kept) for twin in twins):
        for twin in twins:
            other = next(filter(twin.may_be_another, twins), kept)
            _drop(verdict, twin, other, rules.UNNAMED_PROFILES)
        return
    for twin in twins:
        if twin.updated_on < newest:
            _drop(verdict, twin, kept, rules.OLDER_PROFILE)
        elif first:
            # One without a name may agree with each of two that disagree.
            _drop(verdict, twin, against[twin] or first, rules.CONFLICTING_PROFILES)
        elif twin is not kept:
            _drop(verdict, twin, kept, rules.SAME_PROFILE)


def take_back(
    verdict: Verdict, batch: int, source: str, key: tuple[str, str], rule: Rule, **facts: Any
) -> None:
    """Let a profile that was accepted by itself be skipped, or rejected by an error.

    Args:
        verdict: what is taken back; extended.
        batch: number of the batch it was read in.
        source: name of its source.
        key: its skill and language.
        rule: why.
        facts: what fills the placeholders of the rule's message and hint, beside the key.
    """
    skill, language = key
    found = finding_on(source, rule, Span(1, 1, 1, 1), skill=skill, language=language, **facts)
    verdict.dropped[batch][source] = "rejected" if found.is_error else "skipped"
    verdict.findings.append(found.about(skill, language))


def _drop(verdict: Verdict, twin: Twin, other: Twin, rule: Rule) -> None:
    key, dates = (twin.skill, twin.language), {"newer": other.updated_on, "older": twin.updated_on}
    take_back(verdict, twin.batch, twin.source, key, rule, other=other.source, **dates)
