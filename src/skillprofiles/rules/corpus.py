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
UNNAMED_PROFILES = Rule(
    "SP406",
    "unnamed-profiles",
    Severity.ERROR,
    "'{other}' would be ({skill}, {language}) too, and nothing tells what skill either is about",
    "name the files after their skills, or give each a skill in the configuration",
    "The md layout has no place for a skill's name, and files called index or export name none "
    "either. Two that differ are as likely two skills as two editions of one; taken for the latter, "
    "all but the newest would be lost.",
    "kafka.en.txt and redis.en.txt",
    "kafka/index.en.txt and redis/index.en.txt",
)
EDITIONS_DISAGREE = Rule(
    "SP404",
    "editions-disagree",
    Severity.WARNING,
    "'{role}' at level {level} is {here} here, but {there} in '{other}'{line}",
    "compare both pages with the web site; one of the two exports is older or damaged",
    "The editions of one skill in two languages carry the same roles, levels and flags. Where they "
    "differ, one of them is out of date or lost something.",
    "| Data Engineer | Required | in both editions",
    "| Data Engineer | Required | in one edition, | Data Engineer | | in the other",
)
SIMILAR_ROLES = Rule(
    "SP405",
    "similar-roles",
    Severity.WARNING,
    "'{role}' is almost '{other}', which {count} other page(s) have, first '{source}'",
    "spell it the same everywhere, if the same role is meant",
    "A role that is respelled becomes a role of its own: whoever asks for the other one misses it.",
    "| Data Engineer |",
    "| Data Enginer |",
)
