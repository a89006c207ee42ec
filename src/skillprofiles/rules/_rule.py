"""What a rule is."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Severity(Enum):
    """How much a finding weighs: an error rejects its page, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Rule(NamedTuple):
    """A rule, declared once; its documentation is generated from this.

    Attributes:
        code: ``SP`` and three digits; the first digit is the family.
        name: the same in words, lower case with dashes.
        severity: what a finding of this rule does to its page.
        message: what is the case, with ``{placeholders}`` for the facts.
        hint: what to do about it; may use the same placeholders.
        why: the reason the rule exists, for its documentation.
        good: an excerpt of a page that keeps the rule.
        bad: the same excerpt, breaking it.
    """

    code: str
    name: str
    severity: Severity
    message: str
    hint: str
    why: str
    good: str
    bad: str
