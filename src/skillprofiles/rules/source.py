"""SP0xx: the source itself, before anything on the page is understood."""

from skillprofiles.rules._rule import Rule, Severity

UNREADABLE = Rule(
    "SP001",
    "unreadable",
    Severity.ERROR,
    "the source cannot be read: {reason}",
    "check that it exists, is a regular file and may be read by this user",
    "A file that cannot be opened may hold a profile that is then missing from the tables; "
    "that must not pass unnoticed.",
    "-rw-r--r-- kafka.en.txt",
    "---------- kafka.en.txt",
)
EMPTY = Rule(
    "SP002",
    "empty",
    Severity.ERROR,
    "the source is empty",
    "export the page again, or remove the file",
    "An export that failed often leaves a file of no bytes, or of white space only.",
    "Domain\nData Platform\n...",
    "",
)
BINARY = Rule(
    "SP003",
    "binary",
    Severity.ERROR,
    "the source is not text: {reason}",
    "export the page as text, markdown or HTML; pictures, PDFs and office files are not read",
    "Bytes that are not text cannot hold a page; decoding them anyway would invent one.",
    "Domain\nData Platform\n...",
    r"\x89PNG\r\n\x1a\n...",
)
TOO_LARGE = Rule(
    "SP004",
    "too-large",
    Severity.ERROR,
    "the source is larger than {limit:,} bytes",
    "real pages stay far below that; if this one is meant, raise max-bytes in the configuration",
    "The largest real pages take a few megabytes as HTML. A limit keeps a decompression bomb or a "
    "stray database dump from taking the machine's memory.",
    "kafka.en.txt, 6 KB",
    "dump.txt, 50 MB",
)
CUT_OFF = Rule(
    "SP005",
    "cut-off",
    Severity.ERROR,
    "the page is cut off here: {reason}; {lost}",
    "export the page again and compare its end with the web page",
    "Exports get cut anywhere, and a cut page looks like a page with fewer requirements. It is "
    "rejected whole; one finding says where it ends and what is lost.",
    "| Data Engineer | Required | Sets the direction for streaming. |",
    "| Data Engineer | Requ",
)
NOT_A_PROFILE = Rule(
    "SP006",
    "not-a-profile",
    Severity.ERROR,
    "this is not a skill-profile page: {reason}",
    "remove the file, or list it under exclude in the configuration",
    "Folders collect other things: login walls, error pages, notes. One finding says so, instead "
    "of a missing-label finding for each label of the page.",
    "Domain\nData Platform\nSkill Profile\n...",
    "Please sign in to continue.",
)
ROLE_PAGE = Rule(
    "SP007",
    "role-page",
    Severity.WARNING,
    "this is a role page (skills by level), not a skill-profile page; it is skipped",
    "nothing to do; list it under exclude in the configuration to silence this",
    "The sites that publish skill profiles also publish role pages, with skills as rows and levels "
    "as columns. They hold no requirements and are left out.",
    "| Role | Required | Description |",
    "| Skill | Jun | Mid | Sen | Lead | Princ |",
)
CONTAINER = Rule(
    "SP008",
    "bad-archive",
    Severity.ERROR,
    "the archive cannot be used: {reason}",
    "pack it again with zip, gzip or tar, with plain relative member names",
    "A damaged, encrypted or hostile archive is refused as a whole or by member; nothing in it is "
    "ever written to disk.",
    "pages.zip!/kafka.en.txt",
    "pages.zip!/../../kafka.en.txt",
)
BROKEN_ENCODING = Rule(
    "SP009",
    "broken-encoding",
    Severity.ERROR,
    "the text is damaged: {what}",
    "export the page again, or write the letter that belongs there",
    "A page that is valid UTF-8 except for single bytes, or that carries replacement characters, was "
    "damaged on its way. Which letter stood there is not known, and is not guessed.",
    "Domäne",
    r"Dom\xe4ne, between other text in UTF-8",
)
LEGACY_ENCODING = Rule(
    "SP010",
    "legacy-encoding",
    Severity.WARNING,
    "the source is not UTF-8; it was read as {encoding}",
    "save the file as UTF-8",
    "Exports of older tools are written in cp1252 or latin-1. They are read as such, which is "
    "right for the languages known here but stays an assumption.",
    "Domäne (in UTF-8)",
    "Domäne (in cp1252)",
)
MOJIBAKE = Rule(
    "SP011",
    "mojibake",
    Severity.WARNING,
    "text that was UTF-8 and had been read as another encoding was repaired, first '{before}' to '{after}'",
    "convert the file once, so that the repair is not needed",
    "UTF-8 that a tool once read as cp1252 shows two or three letters in place of one. The repair "
    "is exact, but the file should be mended.",
    "Domäne",
    "DomÃ¤ne",
)
BYTE_ORDER_MARK = Rule(
    "SP012",
    "byte-order-mark",
    Severity.ADVICE,
    "the source starts with a byte order mark ({encoding})",
    "save the file as UTF-8 without BOM",
    "The mark is an invisible character before the first label; it is dropped.",
    "Domain",
    r"\ufeffDomain",
)
LINE_ENDINGS = Rule(
    "SP013",
    "line-endings",
    Severity.ADVICE,
    "lines end with {ending}",
    "save the file with line feeds only",
    "Carriage returns are dropped; in a repository they make whole-file differences.",
    r"Domain\n",
    r"Domain\r\n",
)
INVISIBLE = Rule(
    "SP014",
    "invisible-characters",
    Severity.WARNING,
    "{count} invisible or control character(s) removed, first {first}",
    "remove them from the file",
    "A zero-width or control character inside a role makes it another role, and no one can see why.",
    "Data Engineer",
    "Data\u200b Engineer",
)
DECOMPOSED = Rule(
    "SP015",
    "decomposed",
    Severity.ADVICE,
    "letters written as base plus accent were composed, first {first}",
    "save the file in Unicode normalization form C",
    "Copied from some file systems and PDFs, an umlaut is two characters; the same word would then "
    "be two different words.",
    "Domäne",
    "Doma\u0308ne",
)
NO_BREAK_SPACE = Rule(
    "SP016",
    "no-break-space",
    Severity.ADVICE,
    "{count} no-break or other special space(s) read as plain spaces",
    "replace them by plain spaces",
    "Text copied from a browser carries no-break spaces; 'Data Engineer' with one is not the same "
    "text as without.",
    "Data Engineer",
    "Data\u00a0Engineer",
)
WRONG_CHARSET = Rule(
    "SP017",
    "wrong-charset",
    Severity.WARNING,
    "the page declares {declared}, but is written in {actual}",
    "correct the declaration",
    "A page saved by a browser is often converted while its declaration stays. The bytes decide.",
    '<meta charset="utf-8">',
    '<meta charset="iso-8859-1"> on a page in UTF-8',
)
CHANGING = Rule(
    "SP018",
    "changed-while-read",
    Severity.ERROR,
    "the source changed while it was read",
    "let it be written completely, best under another name that is changed at the end",
    "What was read is neither the old file nor the new one; the next run reads it again.",
    "a file that is moved to its name when it is complete",
    "a file that is still being copied",
)
UNREADABLE_PAGE = Rule(
    "SP019",
    "reader-failed",
    Severity.ERROR,
    "reading the page {reason}",
    "this is a fault of the program: report it with the page, and take the page out until then",
    "One page must not stop a thousand others, so a page that the reader cannot cope with is put "
    "aside.",
    "a page that is read in a moment",
    "a page on which the reader does not come to an end",
)
NOT_FETCHED = Rule(
    "SP020",
    "not-fetched",
    Severity.ERROR,
    "the page could not be fetched: {reason}",
    "run the same command again: what is stored stays, and only what is missing is fetched",
    "A page that is missing from the crawl would be missing from the tables, or stay as it was, "
    "and no one would know.",
    "HTTP/1.1 200 OK",
    "HTTP/1.1 503 Service Unavailable",
)
ANOTHER_PAGE = Rule(
    "SP021",
    "became-another-page",
    Severity.ERROR,
    "the address now answers with {what}; the copy fetched on {date} is kept",
    "open the address in a browser; when the page is gone for good, the site should say so with 404 or 410",
    "Login walls, error pages and empty shells are served with status 200 too. None of them may "
    "replace a good page.",
    "the page as it was, or with new rows",
    "Please sign in to continue.",
)
REDIRECTED_AWAY = Rule(
    "SP022",
    "redirected-away",
    Severity.ERROR,
    "it redirects to {target}, which is not followed: {reason}",
    "where the new address is meant, start there, or allow its host with --allow-host",
    "A redirect to another host can lead a crawl to a site that never asked for it, or to machines "
    "that only this one can reach.",
    "https://skills.example/kafka to https://skills.example/apache-kafka",
    "https://skills.example/kafka to http://192.168.0.1/admin",
)
CLOSED_BY_ROBOTS = Rule(
    "SP023",
    "closed-by-robots",
    Severity.WARNING,
    "robots.txt does not let it be fetched",
    "ask the site's owner; robots.txt is always obeyed",
    "A site says in robots.txt what programs may fetch. Addresses that were named or stored before "
    "are listed here; links to others are only counted.",
    "Allow: /skills/",
    "Disallow: /skills/",
)
ENDLESS_LINKS = Rule(
    "SP024",
    "endless-links",
    Severity.WARNING,
    "{reason}; links of that kind are no longer followed there",
    "if pages are missing, start from the sitemap or from a file of addresses",
    "Calendars, filters and sorting orders link to ever new addresses of pages that were seen before.",
    "skills?page=3 of 4",
    "skills?page=30000",
)
DEAD_START = Rule(
    "SP025",
    "dead-start",
    Severity.ERROR,
    "there is neither a skill profile nor a link to follow",
    "give the page that lists the skills, or the sitemap; "
    "pages that a script fills in a browser hold no links",
    "A crawl that starts at the wrong page ends at once and looks like a site without pages.",
    '<a href="/skills/kafka">Kafka</a>',
    '<div id="root"></div>',
)
