"""Every rule, declared once.

Codes are ``SP`` and three digits; the first digit is the family. A rule is found by its code or
by its name, and documented by what its declaration says.
"""

from skillprofiles.rules import advice, contract, corpus, header, rows, source
from skillprofiles.rules._rule import Rule, Severity

__all__ = ["FAMILIES", "RULES", "Rule", "Severity", "find", "nearest"]

FAMILIES = {
    "SP0": (source, "Source"),
    "SP1": (header, "Header"),
    "SP2": (rows, "Rows"),
    "SP3": (contract, "Contract"),
    "SP4": (corpus, "Corpus"),
    "SP5": (advice, "Advice"),
}

RULES: dict[str, Rule] = {
    value.code: value
    for family, _ in FAMILIES.values()
    for value in vars(family).values()
    if isinstance(value, Rule)
}


def find(code_or_name: str) -> Rule | None:
    """Return the rule of that code or name, or None."""
    wanted = code_or_name.strip()
    return RULES.get(wanted.upper()) or next(
        (rule for rule in RULES.values() if rule.name == wanted.lower()), None
    )


def nearest(code_or_name: str) -> str | None:
    """Return the code or name most like the one given, for a suggestion."""
    from difflib import get_close_matches

    known = [*RULES, *(rule.name for rule in RULES.values())]
    wanted = code_or_name.strip()
    matches = get_close_matches(wanted.upper(), known, 1) or get_close_matches(
        wanted.lower(), known, 1
    )
    return matches[0] if matches else None
