"""What tells a finding from all others, and stays the same when its line moves."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from skillprofiles.render._results import Results


def fingerprints(results: Results) -> list[str]:
    """Return a fingerprint for each finding, in order and unique.

    It is made of the source, the rule and the row (role and level) or, where no row is meant, the
    text of the line; of findings alike in all that, of their order.
    """
    seen: Counter[tuple[str | None, ...]] = Counter()
    made = []
    for finding in results.findings:
        row = (finding.role, finding.level)
        line = "" if finding.role else " ".join((results.excerpt(finding) or "").split())
        facts = (finding.source, finding.rule.code, *row, line)
        seen[facts] += 1
        made.append(hashlib.sha256(json.dumps([*facts, seen[facts]]).encode()).hexdigest())
    return made
