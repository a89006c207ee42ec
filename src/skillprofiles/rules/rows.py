"""SP2xx: the rows of the tables."""

from skillprofiles.rules._rule import Rule, Severity

ROW_SHAPE = Rule(
    "SP201",
    "row-shape",
    Severity.ERROR,
    "the row has {count} cell(s) where a role, a flag and a description are expected: {reason}",
    "restore the row; in markdown a '|' inside a text is written '\\|'",
    "With a cell too many or too few nobody can say which cell is which.",
    "| Data Engineer | Required | Sets offsets by hand \\| by tool. |",
    "| Data Engineer | Required | Sets offsets by hand | by tool. |",
)
UNKNOWN_FLAG = Rule(
    "SP202",
    "unknown-flag",
    Severity.ERROR,
    "'{text}' is not a flag{suggestion}",
    "write '{flag}' for a mandatory requirement and leave the cell empty for an optional one",
    "The flag decides whether a requirement is mandatory. A word that is almost a flag is not one.",
    "| Data Engineer | Required | Reads a topic. |",
    "| Data Engineer | Requird | Reads a topic. |",
)
EMPTY_DESCRIPTION = Rule(
    "SP203",
    "empty-description",
    Severity.ERROR,
    "the row of '{role}' has no description",
    "restore the text as the web page shows it",
    "A requirement without a text says nothing; on the web page it has one.",
    "| Data Engineer | Required | Reads a topic. |",
    "| Data Engineer | Required | |",
)
EMPTY_ROLE = Rule(
    "SP204",
    "empty-role",
    Severity.ERROR,
    "the row names no role",
    "restore the role as the web page shows it",
    "A requirement belongs to a role.",
    "| Data Engineer | Required | Reads a topic. |",
    "| | Required | Reads a topic. |",
)
ROLE_BOUNDARY = Rule(
    "SP205",
    "role-boundary",
    Severity.ERROR,
    "nothing on the page tells where the role ends in '{text}'",
    "export the page as HTML or with its table cells, or list the role under roles in the configuration",
    "In flat text an optional row has no mark between role and description. The end of the role "
    "follows from flagged rows, from the same role in the other tables and from the declared number "
    "of roles; where these leave a doubt, nothing is published.",
    "Data Engineer Required Reads a topic.",
    "Data Engineer Reads a topic. (in one table only, and never flagged)",
)
UNTERMINATED_ROW = Rule(
    "SP206",
    "unterminated-row",
    Severity.ERROR,
    "the row does not end with '|'",
    "join it with the line it continues on, or close it",
    "A row that stops in the middle of a file was broken in two, or lost its end.",
    "| Data Engineer | Required | Reads a topic. |",
    "| Data Engineer | Required | Reads a",
)
UNKNOWN_COLUMNS = Rule(
    "SP207",
    "unknown-columns",
    Severity.ERROR,
    "the table's columns are '{columns}', not role, flag and description",
    "restore the header row as the web page shows it: {expected}",
    "The three columns are known by their headers. With another header, or none, the cells may mean "
    "something else.",
    "| Role | Required | Description |",
    "| Role | Cost | Description |",
)
RAGGED_ROW = Rule(
    "SP208",
    "ragged-row",
    Severity.ADVICE,
    "the row has two cells though it is not the last of its table",
    "write the empty flag: | role | | text |",
    "Some exports drop the empty flag of an optional row. Where it stands in the middle of a table, "
    "a flag may have been lost; the declared figures guard against that.",
    "| Backend Developer | | Publishes messages. |",
    "| Backend Developer | Publishes messages. |",
)
STRAY_TEXT = Rule(
    "SP209",
    "stray-text",
    Severity.ERROR,
    "'{text}'{more} stands between the rows of a table",
    "join it with the row it belongs to, or remove it",
    "A text between rows is usually the rest of a row that was broken in two.",
    "| Data Engineer | Required | Reads a topic. |",
    "| Data Engineer | Required | Reads |\na topic.",
)
EMPTY_TABLE = Rule(
    "SP210",
    "empty-table",
    Severity.ERROR,
    "the table has no rows",
    "restore the rows as the web page shows them",
    "A level at which nothing is expected of anyone has no table. An empty one has lost its rows.",
    "| Role | Required | Description |\n|---|---|---|\n| Data Engineer | | Reads a topic. |",
    "| Role | Required | Description |\n|---|---|---|",
)
