"""JUnit XML: a suite a source, a failed test case a finding.

Platforms agree on no schema. This keeps to the strictest that is in use, that of Ant, which asks
for every attribute and element below and allows no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Final
from xml.etree import ElementTree as ET

from skillprofiles.findings import Finding
from skillprofiles.printable import printable
from skillprofiles.render._results import Results
from skillprofiles.render._wording import total
from skillprofiles.render.text import block

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def render(results: Results) -> str:
    """Return the document; with one test case that passes where nothing was found."""
    root = ET.Element("testsuites")
    for _, group in groupby(results.findings, key=lambda finding: finding.source):
        found = list(group)
        suite = _suite(root, results, printable(found[0].source), found)
        for finding in found:
            _case(suite, results, finding)
        _streams(suite)
    if not results.findings:
        suite = _suite(root, results, "skillprofiles", [])
        _testcase(suite, total(results), "skillprofiles")
        suite.set("tests", "1")
        _streams(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(root: ET.Element, results: Results, name: str, found: Sequence[Finding]) -> ET.Element:
    moment = (results.checked_at or _EPOCH).astimezone(dt.UTC)
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_token(name),
        package="skillprofiles",
        id=str(len(root)),
        timestamp=moment.strftime("%Y-%m-%dT%H:%M:%S"),
        hostname="localhost",
        tests=str(len(found)),
        failures=str(len(found)),
        errors="0",
        time="0",
    )
    ET.SubElement(suite, "properties")
    return suite


def _case(suite: ET.Element, results: Results, finding: Finding) -> None:
    span = finding.span
    where = f" at {span.line}:{span.column}" if span else ""
    name = f"{finding.rule.code} {finding.rule.name}{where}"
    case = _testcase(suite, name, suite.get("name", ""))
    failure = ET.SubElement(case, "failure", type=finding.rule.severity.value)
    failure.set("message", printable(finding.message))
    failure.text = block(results, finding)


def _testcase(suite: ET.Element, name: str, classname: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", name=name, classname=classname, time="0")


def _streams(suite: ET.Element) -> None:
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")


def _token(name: str) -> str:
    """Return a name that is not empty once the white space around it is gone."""
    return name if name.strip() else repr(name)
