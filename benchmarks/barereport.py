"""What making a site is held against: ``python -m benchmarks.barereport TABLES OUT``.

The same rows from the same Parquet, in one loop of one template: a table a skill, a file each.
"""

from __future__ import annotations

import sys
from itertools import groupby
from operator import itemgetter
from pathlib import Path

_COLUMNS = ("skill", "role", "level", "mandatory", "description", "source", "line")
_TEMPLATE = """\
<!doctype html>
<title>{{ skill }}</title>
<h1>{{ skill }}</h1>
<table>
{% for skill, role, level, mandatory, description, source, line in rows %}
<tr><th>{{ role }}</th><th>{{ level }}</th><td>{{ mandatory }}</td><td>{{ description }}</td>\
<td>{{ source }}:{{ line }}</td></tr>
{% endfor %}
</table>
"""


def main(tables: str, out: str) -> None:
    """Write a page a skill."""
    import pyarrow.parquet as pq
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string(_TEMPLATE)
    table = pq.read_table(f"{tables}/requirements.parquet", columns=list(_COLUMNS))
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    folder = Path(out)
    folder.mkdir(exist_ok=True)
    for skill, found in groupby(rows, key=itemgetter(0)):
        text = template.render(skill=skill, rows=found)
        (folder / f"{skill}.html").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
