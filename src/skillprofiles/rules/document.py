"""The rules' documentation, made from their declarations."""

from __future__ import annotations

from skillprofiles.rules import FAMILIES, RULES, Rule

_EFFECT = {
    "error": "rejects the page",
    "warning": "is shown; it rejects nothing",
    "advice": "is shown on request; it rejects nothing",
}


def as_text(rule: Rule) -> str:
    """Return one rule's documentation for a terminal."""
    parts = [
        f"{rule.code} {rule.name}",
        f"severity: {rule.severity.value} ({_EFFECT[rule.severity.value]})",
        f"says:     {rule.message}",
        f"hint:     {rule.hint}",
        f"\n{rule.why}",
        f"\nBad:\n{_indented(rule.bad)}",
        f"\nGood:\n{_indented(rule.good)}",
    ]
    return "\n".join(parts)


def as_list() -> str:
    """Return one line for each rule."""
    width = max(len(rule.name) for rule in RULES.values())
    return "\n".join(
        f"{rule.code}  {rule.name:<{width}}  {rule.severity.value}" for rule in RULES.values()
    )


def as_record(rule: Rule) -> dict[str, str]:
    """Return one rule's documentation as plain data."""
    return {**rule._asdict(), "severity": rule.severity.value}


def as_markdown() -> str:
    """Return the documentation of all rules as one page."""
    parts = [
        "# Rules\n\nEvery finding has a rule. An *error* rejects its page whole: none of its rows is "
        "published. A *warning* is shown, an *advice* on request; neither rejects a page.\n\n"
        "This page is generated from the rules' declarations: `make docs` writes it."
    ]
    for prefix, (_, title) in FAMILIES.items():
        parts.append(f"## {title} ({prefix}xx)")
        parts += [_section(rule) for code, rule in RULES.items() if code.startswith(prefix)]
    return "\n\n".join(parts) + "\n"


def _section(rule: Rule) -> str:
    return (
        f"### {rule.code} {rule.name}\n\n*{rule.severity.value}* — {rule.why}\n\n"
        f"Says: `{rule.message}`  \nHint: {rule.hint}.\n\n"
        f"Bad:\n\n```text\n{rule.bad}\n```\n\nGood:\n\n```text\n{rule.good}\n```"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
