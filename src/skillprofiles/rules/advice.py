"""SP5xx: what is allowed, but could be better."""

from skillprofiles.rules._rule import Rule, Severity

NAME_MISSING = Rule(
    "SP501",
    "name-missing",
    Severity.ADVICE,
    "nothing on the page tells the skill's name",
    "settle it in the configuration: name = '...' for this source",
    "Some exports carry everything but the name of the skill.",
    "# Apache Kafka",
    "(no heading)",
)
NAME_INFERRED = Rule(
    "SP502",
    "name-inferred",
    Severity.ADVICE,
    "the skill's name '{name}' is inferred from {count} descriptions",
    "settle it in the configuration: name = '...' for this source",
    "Descriptions made from a template carry the skill's name. Where at least two agree it is used "
    "and marked as inferred; it never becomes the skill's slug.",
    "# Apache Kafka",
    "Defines Apache Kafka strategy at the team/product level.",
)
FLAG_DROPPED = Rule(
    "SP503",
    "flag-dropped",
    Severity.ADVICE,
    "what '{role}' must do at level {lower} (line {line}) is optional at level {level}",
    "compare with the web site; flags usually stay set from one level to the next",
    "A requirement that is mandatory at one level and optional further up is allowed, but more often "
    "than not a flag was lost.",
    "| Data Engineer | Required | at level senior and at level lead",
    "| Data Engineer | Required | at level senior, | Data Engineer | | at level lead",
)
FILLER_TEXT = Rule(
    "SP504",
    "filler-text",
    Severity.ADVICE,
    "the same text, but for the skill's name, stands in {count} skills, first in '{other}'",
    "write down what the level means for this skill",
    "A sentence that fits every skill says nothing about this one.",
    "Plans partitions and retention for a year of growth.",
    "Defines Apache Kafka strategy at the team/product level. Establishes standards.",
)
