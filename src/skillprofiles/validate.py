"""Frames against the contracts: what is accepted, and what is wrong with the rest.

A batch of profiles becomes two frames, judged once each. Whatever is broken is traced back by its
row to the profile and the line it was read from. One error rejects its profile with all its rows,
and never another profile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from skillprofiles.findings import Finding, ordered
from skillprofiles.frames import Batch, arrow_backed
from skillprofiles.model import Profile, Requirement, Span
from skillprofiles.rules import Rule, contract

if TYPE_CHECKING:
    import pyarrow as pa

    from skillprofiles.contracts import Broken

_FIGURES: Final = {
    "mandatory_as_declared": ("mandatory", contract.MANDATORY_COUNT),
    "optional_as_declared": ("optional", contract.OPTIONAL_COUNT),
    "roles_as_declared": ("roles", contract.ROLE_COUNT),
    "levels_as_declared": ("levels", contract.LEVEL_COUNT),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The profiles of a batch that keep the contracts.

    Attributes:
        profiles: the profiles, in the order they were given.
        requirements: their rows, as the ``requirements`` table.
        profile_rows: themselves, as the ``profiles`` table.
    """

    profiles: list[Profile]
    requirements: pa.Table
    profile_rows: pa.Table


class _Fault(NamedTuple):
    """A finding, with the position of its profile in the batch and the column it is about."""

    position: int
    column: str | None
    finding: Finding


def validate(profiles: Sequence[Profile]) -> tuple[Accepted, list[Finding]]:
    """Hold a batch of profiles against the contracts.

    Two profiles of the same skill and language are both accepted: which of them stands is a
    question to the whole corpus.

    Args:
        profiles: the batch; a call has a fixed cost of some milliseconds, so make it hundreds.

    Returns:
        What is accepted, and the findings on the rest, sorted. Every profile that is not
        accepted has at least one finding of severity error.

    Raises:
        pandera.errors.SchemaErrors: if a frame as such is wrong, which is a fault of the program.
    """
    batch, findings = _framed(profiles)
    faults = list(_profile_faults(batch))
    faults += _row_faults(batch, {(fault.position, fault.column) for fault in faults})
    kept = batch.without({fault.position for fault in faults})
    findings += [fault.finding for fault in faults]
    return Accepted(kept.profiles, kept.requirements, kept.profile_rows), ordered(findings)


def _framed(profiles: Sequence[Profile]) -> tuple[Batch, list[Finding]]:
    """Return the batch of all profiles that fit into frames, and findings on the others."""
    try:
        return Batch.of(profiles), []
    except (ValueError, OverflowError) as error:
        if len(profiles) == 1:
            return Batch.of([]), [_misfit(profiles[0], error)]
    # Halves, again and again: a misfit costs some more frames, but not one for each profile.
    middle = len(profiles) // 2
    first, findings = _framed(profiles[:middle])
    second, more = _framed(profiles[middle:])
    return Batch.of([*first.profiles, *second.profiles]), findings + more


def _misfit(profile: Profile, error: Exception) -> Finding:
    """Return the finding on a profile with a value that no column of its type can hold."""
    facts = {"column": "(unknown)", "table": "profiles", "check": str(error)}
    span = _span(profile, "profile")
    for requirement, line in zip(profile.requirements, profile.lineage.lines, strict=False):
        for column in ("role", "description"):
            if not _is_text(getattr(requirement, column)):
                facts |= {"column": column, "table": "requirements"}
                return _finding(profile, contract.CONTRACT_BROKEN, _line(line), facts)
    return _finding(profile, contract.CONTRACT_BROKEN, span, facts)


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _profile_faults(batch: Batch) -> Iterator[_Fault]:
    """Judge what the pages say as a whole, above all their figures."""
    from skillprofiles.contracts import batch_schema, judge

    frame = batch.profiles_frame()
    broken = judge(batch_schema("profiles"), frame)
    differing = set()
    for item in broken:
        if item.check in _FIGURES:
            figure, rule = _FIGURES[item.check]
            for row in item.rows:
                differing.add((row, figure))
                found = int(frame[f"{figure}_found"].iloc[row])
                yield _Fault(row, figure, _figure(batch.profiles[row], rule, figure, found))
    for item in broken:
        for place, row in enumerate(item.rows):
            # A figure that differs from what the tables hold may be out of range as well.
            if item.check not in _FIGURES and (row, item.column) not in differing:
                profile = batch.profiles[row]
                span = _span(profile, item.column or "profile")
                yield _Fault(row, item.column, _breach(profile, "profiles", item, place, span))


def _row_faults(batch: Batch, told: set[tuple[int, str | None]]) -> Iterator[_Fault]:
    """Judge the requirement rows.

    Args:
        batch: the batch.
        told: position and column of the faults of profiles. Their columns repeat on each row of
            a page; the fault is told once.
    """
    from skillprofiles.contracts import UNIQUE, batch_schema, judge

    for item in judge(batch_schema("requirements"), batch.requirements_frame()):
        if item.check == UNIQUE:
            yield from _duplicates(batch, item.rows)
            continue
        at_fault = set()
        for place, row in enumerate(item.rows):
            position, requirement, line = batch.place(row)
            profile = batch.profiles[position]
            finding = _breach(profile, "requirements", item, place, _line(line), requirement)
            # What only the program can have done wrong, it has done wrong on every row.
            again = finding.rule is contract.CONTRACT_BROKEN and position in at_fault
            if not again and (item.column is None or (position, item.column) not in told):
                at_fault.add(position)
                yield _Fault(position, item.column, finding)


def _duplicates(batch: Batch, rows: Iterable[int]) -> Iterator[_Fault]:
    first: dict[tuple[int, str, int], int] = {}
    for row in rows:
        position, requirement, line = batch.place(row)
        key = (position, requirement.role, requirement.level)
        if key not in first:
            first[key] = line
            continue
        facts = {
            "role": requirement.role,
            "level": requirement.level.label,
            "first_line": first[key],
        }
        profile = batch.profiles[position]
        finding = _finding(profile, contract.DUPLICATE_CELL, _line(line), facts, requirement)
        yield _Fault(position, None, finding)


def _figure(profile: Profile, rule: Rule, figure: str, found: int) -> Finding:
    """Return the finding that a declared figure is not what the tables hold."""
    facts: dict[str, object] = {"declared": getattr(profile.declared, figure), "found": found}
    if rule is contract.ROLE_COUNT:
        facts["names"] = _stray_role(profile) if found > profile.declared.roles else ""
    finding = _finding(profile, rule, _span(profile, figure), facts)
    return replace(finding, related=_counted(profile, figure))


def _counted(profile: Profile, figure: str) -> tuple[int, ...]:
    """Return the lines of the rows that a figure counts."""
    rows = zip(profile.requirements, profile.lineage.lines, strict=True)
    if figure in ("mandatory", "optional"):
        return tuple(line for row, line in rows if row.mandatory == (figure == "mandatory"))
    first: dict[object, int] = {}
    for row, line in rows:
        first.setdefault(row.role if figure == "roles" else row.level, line)
    return tuple(first.values())


def _stray_role(profile: Profile) -> str:
    """Return a hint at the one role that stands in a single table, where there is just one."""
    cells = {(requirement.role, requirement.level) for requirement in profile.requirements}
    tables = Counter(role for role, _ in cells)
    strays = [role for role, count in tables.items() if count == 1]
    return f"; '{strays[0]}' stands in one table only" if len(strays) == 1 else ""


def _breach(
    profile: Profile,
    table: str,
    item: Broken,
    place: int,
    span: Span | None,
    requirement: Requirement | None = None,
) -> Finding:
    """Return the finding on the row at ``item.rows[place]``."""
    facts: dict[str, object]
    limit = item.limits.get("max_value")
    if item.check == "str_length" and limit is not None and len(item.values[place]) > limit:
        facts = {"column": item.column, "length": len(item.values[place]), "limit": limit}
        return _finding(profile, contract.TEXT_TOO_LONG, span, facts, requirement)
    facts = {"column": item.column or item.check, "table": table, "check": item.demand}
    return _finding(profile, contract.CONTRACT_BROKEN, span, facts, requirement)


def _finding(
    profile: Profile,
    rule: Rule,
    span: Span | None,
    facts: Mapping[str, object],
    requirement: Requirement | None = None,
) -> Finding:
    return Finding(
        rule,
        profile.lineage.source.name,
        rule.message.format(**facts),
        rule.hint.format(**facts),
        span,
        profile.skill,
        profile.language,
        requirement and requirement.role,
        requirement and requirement.level.label,
    )


def _span(profile: Profile, figure: str) -> Span | None:
    figures = profile.lineage.figures
    return figures.get(figure) or figures.get("profile")


def _line(line: int) -> Span:
    # A line that breaks the contract itself must not break that of the findings.
    at = max(line, 1)
    return Span(at, 1, at, 1)


def assert_contract(contract: str, table: pa.Table) -> None:
    """Hold rows that the program made, not a page, against their contract.

    Raises:
        AssertionError: if they break it; that is a fault of the program.
    """
    from skillprofiles.contracts import judge, schema

    if broken := judge(schema(contract), arrow_backed(table)):
        first = broken[0]
        raise AssertionError(f"{contract} breaks its contract: {first.check} of {first.column}")
