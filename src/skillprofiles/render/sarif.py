"""SARIF 2.1.0, for code scanning and its viewers."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from skillprofiles import __version__
from skillprofiles.findings import Finding
from skillprofiles.model import Span
from skillprofiles.printable import dumps, printable
from skillprofiles.render import _help
from skillprofiles.render._fingerprints import fingerprints
from skillprofiles.render._results import Results
from skillprofiles.rules import FAMILIES, RULES, Rule, Severity

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.ADVICE: "note",
}
# Where the source as a whole is meant: code scanning shows nothing that has no line.
_START: Final = Span(1, 1, 1, 1)
_URL = re.compile("https?://", re.IGNORECASE)
_NO_ESCAPE = re.compile("%(?![0-9a-fA-F]{2})")
_UNKNOWN_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def render(results: Results) -> str:
    """Return a log of one run, with the documentation of the rules that were broken."""
    codes = sorted({finding.rule.code for finding in results.findings})
    broken = {finding.rule.code: finding.rule for finding in results.findings}
    made = fingerprints(results)
    run = {
        "tool": {
            "driver": {
                "name": "skillprofiles",
                "semanticVersion": __version__,
                "rules": [_rule(RULES.get(code, broken[code])) for code in codes],
            }
        },
        "invocations": [_invocation(results)],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(results, finding, codes.index(finding.rule.code), fingerprint)
            for finding, fingerprint in zip(results.findings, made, strict=True)
        ],
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    family = FAMILIES.get(rule.code[:3])
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _message(rule.name.replace("-", " ").capitalize())},
        "fullDescription": {"text": _message(rule.why)},
        "help": {
            "text": _message(_help.as_text(rule)),
            "markdown": _message(_help.as_markdown(rule)),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [family[1].lower()] if family else []},
    }


def _invocation(results: Results) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if results.notes:
        invocation["toolExecutionNotifications"] = [
            {"level": "note", "message": {"text": _told(note)}} for note in results.notes
        ]
    return invocation


def _result(
    results: Results, finding: Finding, rule_index: int, fingerprint: str
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.rule.severity],
        "message": {"text": f"{_told(finding.message)}. Hint: {_told(finding.hint)}."},
        "locations": [
            {"physicalLocation": _location(finding.source, _region(finding.span or _START))}
        ],
        "partialFingerprints": {"skillprofiles/v1": fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": "one of the rows that count"},
                "physicalLocation": _location(finding.source, _line(results, finding.source, line)),
            }
            for number, line in enumerate(finding.related, start=1)
        ]
    facts = ("skill", "language", "role", "level")
    if known := {name: value for name in facts if (value := getattr(finding, name)) is not None}:
        result["properties"] = known
    return result


def _location(source: str, region: dict[str, int]) -> dict[str, Any]:
    return {"artifactLocation": {"uri": uri(source)}, "region": region}


def _line(results: Results, source: str, line: int) -> dict[str, int]:
    """Return the region of a whole line; without columns, which means the same, where it is unknown."""
    text = results.excerpts.get((source, line))
    if text is None:
        return {"startLine": line}
    return _region(Span(line, 1, line, len(text.rstrip("\r\n")) + 1))


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def uri(source: str) -> str:
    """Return the name of a source as a URI: absolute for URLs and absolute paths, else relative."""
    if _URL.match(source):
        kept = _NO_ESCAPE.sub("%25", source)
        return quote(_known_bytes(kept), safe="%:/?#@!$&'()*+,;=~")
    path = quote(_known_bytes(source), safe="/!")
    return f"file://{path}" if source.startswith("/") else path


def _known_bytes(source: str) -> bytes:
    """Return the bytes of a name; surrogates that stand for no byte cannot come from a file."""
    return _UNKNOWN_BYTE.sub("\ufffd", source).encode("utf-8", "surrogateescape")


def _told(words: str) -> str:
    """Return a text of unknown origin as a message that holds neither placeholder nor link."""
    return _message(printable(words)).replace("](", "] (")


def _message(words: str) -> str:
    """Return a text as a message string, where braces stand doubled (SARIF 2.1.0, 3.11.5)."""
    return words.replace("{", "{{").replace("}", "}}")
