"""A rule's documentation, as a SARIF viewer shows it beside a finding."""

from __future__ import annotations

import re

from skillprofiles.rules import Rule

_PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")
_FENCE = re.compile("`{3,}")


def as_text(rule: Rule) -> str:
    """Return it as plain text."""
    return "\n\n".join(
        [
            rule.why,
            f"Says: {_said(rule.message)}",
            f"Hint: {_said(rule.hint)}",
            f"Bad:\n{rule.bad}",
            f"Good:\n{rule.good}",
        ]
    )


def as_markdown(rule: Rule) -> str:
    """Return it as markdown."""
    return "\n\n".join(
        [
            rule.why,
            f"*Says:* `{_said(rule.message)}`",
            f"*Hint:* `{_said(rule.hint)}`",
            f"*Bad:*\n\n{_code(rule.bad)}",
            f"*Good:*\n\n{_code(rule.good)}",
        ]
    )


def _said(sentence: str) -> str:
    """Return a sentence with the names of its facts: ``declares <declared> roles``."""
    return _PLACEHOLDER.sub(r"<\1>", sentence)


def _code(example: str) -> str:
    fence = max(["```", *(f"{found}`" for found in _FENCE.findall(example))], key=len)
    return f"{fence}text\n{example}\n{fence}"
