"""SP3xx: the declared figures and the levels, held against the tables."""

from skillprofiles.rules._rule import Rule, Severity

MANDATORY_COUNT = Rule(
    "SP301",
    "mandatory-count",
    Severity.ERROR,
    "the page declares {declared} mandatory requirements, its tables hold {found}",
    "look for a flag that was lost or added; compare the tables with the web page",
    "The declared figure is the only witness for a flag that was lost on the way.",
    "Mandatory requirements\n6",
    "Mandatory requirements\n7",
)
OPTIONAL_COUNT = Rule(
    "SP302",
    "optional-count",
    Severity.ERROR,
    "the page declares {declared} optional requirements, its tables hold {found}",
    "look for a row that was lost or doubled; compare the tables with the web page",
    "Together with the mandatory figure this shows whether any row is missing.",
    "the other 4 optional",
    "the other 5 optional",
)
ROLE_COUNT = Rule(
    "SP303",
    "role-count",
    Severity.ERROR,
    "the page declares {declared} roles, its tables hold {found}{names}",
    "look for a role that is spelled differently in one table, or for a lost row",
    "A role that is respelled in one table becomes a role of its own; the figure shows it.",
    "Roles\n2\nwhere this skill appears",
    "Roles\n3\nwhere this skill appears",
)
LEVEL_COUNT = Rule(
    "SP304",
    "level-count",
    Severity.ERROR,
    "the page declares {declared} levels, it holds {found} tables",
    "look for a table that was lost or doubled; compare with the web page",
    "Each level has its table, and only their order tells which level a table is.",
    "Levels\n5\nstructured growth path",
    "Levels\n4\nstructured growth path",
)
LEVELS_UNSETTLED = Rule(
    "SP305",
    "levels-unsettled",
    Severity.ERROR,
    "which levels these tables are is not known: {reason}",
    "settle it in the configuration: levels = ['junior', 'middle', ...] for this source",
    "Pages carry no level headings. With five tables the order tells; with four nobody knows which "
    "is missing, and it is not always the last.",
    "five tables",
    "four tables without headings",
)
DUPLICATE_CELL = Rule(
    "SP306",
    "duplicate-cell",
    Severity.ERROR,
    "'{role}' stands twice at level {level}, first on line {first_line}",
    "remove the row that is wrong; compare with the web page",
    "One role has one requirement a level. Two of them contradict each other or count twice.",
    "| Backend Developer | | Publishes messages. |",
    "| Data Engineer | | Publishes messages. |",
)
CONTRACT_BROKEN = Rule(
    "SP307",
    "contract-broken",
    Severity.ERROR,
    "column {column} breaks the contract of table {table}: {check}",
    "this is a fault of the program, not of the page: report it with the source file",
    "The contracts judge every row once more before it is published. What reaches them should "
    "already be right; if it is not, nothing of that page is published.",
    "level_rank 5, level principal",
    "level_rank 4, level principal",
)
TEXT_TOO_LONG = Rule(
    "SP308",
    "text-too-long",
    Severity.ERROR,
    "{column} is {length:,} characters long, more than {limit:,}",
    "compare with the web page; rows may have been glued together",
    "Real descriptions have a few hundred characters. A cell of tens of thousands is a table that "
    "lost its line ends.",
    "| Data Engineer | | Reads a topic. |",
    "a description of 200,000 characters",
)
