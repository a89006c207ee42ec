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
