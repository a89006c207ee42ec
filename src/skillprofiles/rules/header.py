"""SP1xx: what a page says about itself, before its tables."""

from skillprofiles.rules._rule import Rule, Severity

LABEL_MISSING = Rule(
    "SP101",
    "label-missing",
    Severity.ERROR,
    "{field} is missing: no line '{label}'{instead}",
    "restore the line as the page shows it, with its value",
    "Every part of a page has its label, or its place. Without it the program would have to guess "
    "which text is what.",
    "Roles\n2\nwhere this skill appears",
    "2\nwhere this skill appears",
)
LABEL_REPEATED = Rule(
    "SP102",
    "label-repeated",
    Severity.ERROR,
    "{field} is given twice and differently: '{first}' on line {first_line}, '{second}' here",
    "remove the one that is wrong",
    "Two pages pasted into one file, or a header pasted twice: which value counts is not known.",
    "Domain\nData Platform\nSkill Profile",
    "Domain\nData Platform\nDomain\nSecurity\nSkill Profile",
)
UNKNOWN_LINE = Rule(
    "SP103",
    "unknown-line",
    Severity.WARNING,
    "'{text}' belongs to nothing known on a profile page",
    "remove the line; if the site has a new label, it belongs into the vocabulary of its language",
    "A text that no label explains may be a new or misspelled label. The page is read without it.",
    "the other 4 optional\nData Platform",
    "the other 4 optional\nSponsored by nobody\nData Platform",
)
FIGURE_UNUSABLE = Rule(
    "SP104",
    "figure-unusable",
    Severity.ERROR,
    "{field} is '{text}', not a whole number up to 32,767",
    "write the figure as the page shows it, in digits",
    "The figures are what a page is checked against; without them a lost row cannot be seen.",
    "Roles\n2\nwhere this skill appears",
    "Roles\ntwo\nwhere this skill appears",
)
DATE_UNUSABLE = Rule(
    "SP105",
    "date-unusable",
    Severity.ERROR,
    "'{text}' is not a date as a page in this language writes it ({pattern})",
    "write the date as the page shows it, or as YYYY-MM-DD",
    "3/4/2026 is March 4 on an English page and April 3 on a Spanish one. A date is read only in the "
    "way of the page's own language.",
    "2/22/2026",
    "22/2/2026",
)
DATE_IN_FUTURE = Rule(
    "SP106",
    "date-in-future",
    Severity.ERROR,
    "the page was last updated on {date}, which is in the future",
    "compare the date with the web page; day and month may be exchanged",
    "No page was updated tomorrow: such a date is misread or mistyped, and would hide real updates.",
    "2/22/2026",
    "2/22/2126",
)
VALUE_MISSING = Rule(
    "SP107",
    "value-missing",
    Severity.ERROR,
    "the label '{label}' has no value",
    "restore the line that follows the label on the page",
    "A label followed by the next label has lost its value.",
    "Domain\nData Platform\nSkill Profile",
    "Domain\nSkill Profile",
)
LANGUAGE_UNCLEAR = Rule(
    "SP108",
    "language-unclear",
    Severity.ERROR,
    "the labels do not tell the page's language: {counts}",
    "settle it in the configuration: language = '...' for this source",
    "The language decides how the date is read and which edition of the skill this is.",
    "Domain ... Skill Profile ... Levels",
    "Domain ... Skill-Profil ... Roles ... Stufen",
)
LANGUAGES_MIXED = Rule(
    "SP109",
    "languages-mixed",
    Severity.WARNING,
    "'{text}' is a {other} label on a {language} page",
    "compare with the web page; half-translated pages do occur",
    "Texts in another language are normal, labels are not: two pages may have been mixed.",
    "Roles\n2",
    "Rollen\n2",
)
DOMAIN_DISAGREES = Rule(
    "SP110",
    "domain-disagrees",
    Severity.ERROR,
    "the domain is '{first}' on line {first_line}, but '{second}' here",
    "restore the domain as the web page shows it, in both places",
    "A page names its domain twice. Where the two differ, one of them is damaged.",
    "the other 4 optional\nData Platform\nMessaging",
    "the other 4 optional\nSecurity\nMessaging",
)
ADDRESS_DISAGREES = Rule(
    "SP111",
    "address-disagrees",
    Severity.WARNING,
    "the page's address says '{address}', its labels are {language}",
    "check which edition was saved; the labels decide",
    "An address may ask for one language and be answered in another; the published row follows "
    "what the page says.",
    "https://example.org/skills/kafka?lang=en",
    "https://example.org/skills/kafka?lang=de",
)
