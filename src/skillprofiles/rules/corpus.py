"""SP4xx: what only shows when several sources are seen together."""

from skillprofiles.rules._rule import Rule, Severity

SAME_PROFILE = Rule(
    "SP401",
    "same-profile-twice",
    Severity.WARNING,
    "the same profile ({skill}, {language}) is read from '{other}'; this copy is skipped",
    "remove one of the two files",
    "Two sources that say the same about one skill are published once.",
    "kafka.en.txt",
    "kafka.en.txt and copy/kafka.en.txt, equal",
)
OLDER_PROFILE = Rule(
    "SP402",
    "older-profile",
    Severity.WARNING,
    "'{other}' holds a newer edition of ({skill}, {language}), of {newer}; this one of {older} is skipped",
    "remove the older file",
    "Of two editions of one profile that carry different dates, the newer is published.",
    "kafka.en.txt of 2/22/2026",
    "kafka.en.txt of 2/22/2026 and old/kafka.en.txt of 1/5/2026",
)
CONFLICTING_PROFILES = Rule(
    "SP403",
    "conflicting-profiles",
    Severity.ERROR,
    "'{other}' describes ({skill}, {language}) too, with the same date and other content",
    "remove the wrong one, or give one of them another skill in the configuration",
    "Two sources of the same day contradict each other. Which one is right is not known; neither is "
    "published.",
    "kafka.en.txt",
    "kafka.en.txt and copy/kafka.en.txt, different",
)
