"""How often each rule was broken, instead of where."""

from __future__ import annotations

from collections import Counter

from skillprofiles.printable import dumps
from skillprofiles.render._results import Results


def statistics(results: Results, output_format: str = "text") -> str:
    """Return a count for each rule, the most frequent first.

    Args:
        results: what was found.
        output_format: ``json`` and ``json-lines`` give objects, everything else lines of text.
    """
    counts = Counter((found.rule.code, found.rule.name) for found in results.findings)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    records = [{"code": code, "name": name, "count": count} for (code, name), count in ranked]
    if output_format == "json":
        return dumps(records, indent=2) + "\n"
    if output_format == "json-lines":
        return "".join(f"{dumps(record)}\n" for record in records)
    return "".join(f"{count:>6}  {code}  {name}\n" for (code, name), count in ranked)
