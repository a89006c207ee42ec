"""What several tests share: reading one page as the program does, and its outcome as JSON."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skillprofiles.findings import Finding, Report, ordered
from skillprofiles.model import Profile, Source
from skillprofiles.parser import parse_document
from skillprofiles.read import read_document

CASES = Path(__file__).parent / "cases"
EXPECTED = ".expected.json"


def read_page(data: bytes, name: str) -> tuple[Profile | None, list[Finding]]:
    """Read one page as the program does up to the contracts; findings in the order of a report."""
    report = Report(name)
    profile = None
    document = read_document(data, report)
    if document is not None:
        digest = hashlib.sha256(data).hexdigest()
        profile = parse_document(document, Source(name), digest, report)
    return profile, ordered(report.findings)


def contradictions(profile: Profile) -> list[str]:
    """Say where the declared figures are not what the rows hold, as the contracts would."""
    rows, declared = profile.requirements, profile.declared
    mandatory = sum(row.mandatory for row in rows)
    cells = Counter((row.role, row.level) for row in rows)
    facts = {
        "roles": (declared.roles, len({row.role for row in rows})),
        "levels": (declared.levels, len({row.level for row in rows})),
        "mandatory": (declared.mandatory, mandatory),
        "optional": (declared.optional, len(rows) - mandatory),
        "rows of one role and level": (1, max(cells.values(), default=0)),
    }
    return [
        f"{name}: {said}, not {found}" for name, (said, found) in facts.items() if said != found
    ]


def pages() -> Iterator[Path]:
    """Yield every page below the cases, in order."""
    for path in sorted(CASES.rglob("*")):
        if path.is_file() and not path.name.endswith(EXPECTED) and not path.name.startswith("."):
            yield path


def expected_file(page: Path) -> Path:
    """Return the file that holds what is expected of a page."""
    return page.with_name(page.stem + EXPECTED)


def outcome(profile: Profile | None, findings: list[Finding]) -> dict[str, Any]:
    """Return what became of a page as values that JSON knows."""
    return {
        "profile": None if profile is None else _profile(profile),
        "findings": [_finding(finding) for finding in findings],
    }


def _profile(profile: Profile) -> dict[str, Any]:
    declared, lineage = profile.declared, profile.lineage
    return {
        "skill": profile.skill,
        "language": profile.language,
        "skill_name": profile.skill_name,
        "skill_name_from": profile.skill_name_from,
        "domain": profile.domain,
        "group": profile.group,
        "summary": profile.summary,
        "tags": list(profile.tags),
        "content_language": profile.content_language,
        "declared": {
            name: [figure, span.line, span.column, span.end_column]
            for name in ("roles", "levels", "mandatory", "optional")
            for figure, span in [(getattr(declared, name), lineage.figures[name])]
        },
        "updated_on": profile.updated_on.isoformat(),
        "url": profile.url,
        "kind": lineage.kind,
        "requirements": [
            [row.role, row.level.label, row.mandatory, row.description, line]
            for row, line in zip(profile.requirements, lineage.lines, strict=True)
        ],
    }


def _finding(finding: Finding) -> list[Any]:
    span = finding.span
    place = [span.line, span.column, span.end_column] if span else [None, None, None]
    return [finding.rule.code, *place, finding.message]


def dumps(value: Any, indent: str = "") -> str:
    """Return JSON made to be read and compared: one line a field, a row, a finding."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        lines = [f"{json.dumps(key)}: {dumps(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner + line for line in lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, list) for item in value):
        return "[\n" + ",\n".join(inner + dumps(item) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)
