"""What a run makes of each source: whose rows are published, and what would be lost.

Where a source's new version is rejected, its profile in the release before stays published: it is
*held*. It gives way to another source that is accepted with the same key and is not older.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from skillprofiles.ingest.ledger import Known
from skillprofiles.ingest.previous import Key, Previous, Published, Seen
from skillprofiles.pipeline.batch import Manifest, part_path
from skillprofiles.pipeline.corpus import Verdict, take_back
from skillprofiles.rules import corpus as rules


@dataclass(frozen=True, slots=True)
class Loss:
    """Profiles that were published from a current source and would not be any more.

    Attributes:
        rejected: sources whose new version was rejected.
        retired: sources that are gone, or are no skill-profile page any more.
        published: number of profiles that could be lost.
    """

    rejected: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    published: int = 0

    @property
    def share(self) -> float:
        """Share of what could be lost, 0 to 1."""
        lost = len(self.rejected) + len(self.retired)
        return lost / self.published if self.published else 0.0


@dataclass(slots=True)
class Resolution:
    """What becomes of the sources that were touched.

    Attributes:
        held: for each source whose earlier version stays published, the checksum of that version.
        loss: what is lost by it.
        counts: how many of the sources that were read came to each outcome.
        rejected: what became of each source that was rejected, by name.
        displaced: sources that cannot be seen today and gave way to another one.
    """

    held: dict[str, str] = field(default_factory=dict)
    loss: Loss = field(default_factory=Loss)
    counts: Counter[str] = field(default_factory=Counter)
    rejected: dict[str, Known] = field(default_factory=dict)
    displaced: list[str] = field(default_factory=list)


class Touched(NamedTuple):
    """The sources that a run concerns and the release before knows.

    Attributes:
        names: those that were read or are gone; extended by `resolve`.
        unseen: those that were to be read too, and cannot be seen today.
    """

    names: set[str]
    unseen: set[str]


@dataclass(slots=True)
class Accepted:
    """A profile that was read and accepted in this run.

    Attributes:
        profile: the profile.
        batch: number of the batch it was read in.
    """

    profile: Published
    batch: int


def resolve(
    previous: Previous,
    touched: Touched,
    manifests: Sequence[Manifest],
    verdict: Verdict,
    parts: str,
) -> Resolution:
    """Decide what is published of the sources that were read or are gone.

    A profile that is older than one held for the same key is taken back: ``verdict`` is extended. So
    is one that is older than what is published of a source that cannot be seen today; where it is
    not, that source gives way and becomes one of those touched.

    Args:
        previous: the release before, its sources loaded.
        touched: the sources read in this run or gone.
        manifests: the batches of this run.
        verdict: what their comparison took back.
        parts: where their parts are.
    """
    found = Resolution()
    for known in outcomes(manifests, verdict, parts):
        found.counts[known.outcome] += 1
        if known.outcome == "rejected":
            found.rejected[known.source] = known
    accepted = _rivals(previous, touched, manifests, verdict, parts)
    rejected, retired = [], []
    published = 0
    for profile in previous.profiles():
        seen = previous.sources[profile.source]
        published += not seen.held
        current = accepted.get(profile.key)
        if profile.source in touched.unseen:
            if current is not None and not _stays(profile, current, verdict, found):
                found.displaced.append(profile.source)
        elif profile.source not in touched.names:
            continue
        elif profile.source in found.rejected:
            if _stays(profile, current, verdict, found):
                found.held[profile.source] = _version(seen)
                rejected += [] if seen.held else [profile.source]
        elif current is None:
            retired += [] if seen.held else [profile.source]
    touched.names.update(found.displaced)
    found.loss = Loss(tuple(rejected), tuple(retired), published)
    return found


def _rivals(
    previous: Previous,
    touched: Touched,
    manifests: Sequence[Manifest],
    verdict: Verdict,
    parts: str,
) -> dict[Key, Accepted]:
    """Return what was accepted in this run in the place of a profile whose source was touched."""
    sources = touched.names | touched.unseen
    wanted = {profile.key for profile in previous.profiles() if profile.source in sources}
    if not wanted:
        return {}
    accepted = accepted_profiles(manifests, verdict, parts)
    return {item.profile.key: item for item in accepted if item.profile.key in wanted}


def _version(seen: Seen) -> str:
    if seen.published_sha256 is None:
        raise AssertionError("a published profile has no version")
    return seen.published_sha256


def _stays(
    profile: Published, current: Accepted | None, verdict: Verdict, found: Resolution
) -> bool:
    """Whether a profile is held; what is older than it is taken back."""
    if current is None:
        return True
    if profile.updated_on <= current.profile.updated_on:
        return False
    take_back(
        verdict,
        current.batch,
        current.profile.source,
        profile.key,
        rules.OLDER_PROFILE,
        other=profile.source,
        newer=profile.updated_on,
        older=current.profile.updated_on,
    )
    found.counts["accepted"] -= 1
    found.counts["skipped"] += 1
    return True


def outcomes(manifests: Sequence[Manifest], verdict: Verdict, parts: str) -> Iterator[Known]:
    """Yield what became of each source that was read.

    Args:
        manifests: the batches of a run.
        verdict: what is taken back.
        parts: where the parts of the batches are.
    """
    from skillprofiles.export.parts import read_part

    columns = ("source", "sha256", "bytes", "status")
    for manifest in manifests:
        dropped = verdict.dropped.get(manifest.number, {})
        for piece in read_part(part_path(parts, "sources", manifest.number)):
            values = (piece[name].to_pylist() for name in columns)
            for name, sha256, size, status in zip(*values, strict=True):
                yield Known(name, sha256, size, dropped.get(name, status))


def accepted_profiles(
    manifests: Sequence[Manifest], verdict: Verdict, parts: str
) -> Iterator[Accepted]:
    """Yield the profiles that were read and accepted in a run.

    Args:
        manifests: the batches of the run.
        verdict: what is taken back.
        parts: where the parts of the batches are.
    """
    from skillprofiles.export.parts import read_part

    columns = ("skill", "language", "source", "updated_on")
    for manifest in manifests:
        dropped = verdict.dropped.get(manifest.number, {})
        for piece in read_part(part_path(parts, "profiles", manifest.number)):
            values = (piece[name].to_pylist() for name in columns)
            for skill, language, source, updated_on in zip(*values, strict=True):
                if source not in dropped:
                    yield Accepted(
                        Published((skill, language), source, updated_on), manifest.number
                    )


def keys_read(manifests: Sequence[Manifest], parts: str) -> set[Key]:
    """Return the keys of all profiles that were read and could be published."""
    return {item.profile.key for item in accepted_profiles(manifests, Verdict(), parts)}
