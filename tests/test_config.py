"""The configuration file: globs, and what is said of one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillprofiles.config import ConfigError, find_config, load_config
from skillprofiles.config.selection import matches

GLOBS = [
    ("*.txt", "a/b/kafka.txt", True),
    ("kafka.*", "a/kafka.txt", True),
    ("a/*.txt", "a/kafka.txt", True),
    ("**/kafka.txt", "kafka.txt", True),
    ("**/kafka.txt", "a/b/kafka.txt", True),
    ("**/kafka.txt", "apache-kafka.txt", False),
    ("**/kafka.txt", "a/apache-kafka.txt", False),
    ("a/**/b.txt", "a/b.txt", True),
    ("a/**/b.txt", "a/x/y/b.txt", True),
    ("a/**/b.txt", "a/xb.txt", False),
    ("a/**/b.txt", "c/a/x/b.txt", False),
    ("**/a/**/b.txt", "c/a/x/b.txt", True),
    ("a/**", "a/x/b.txt", True),
    ("a/**", "b/x.txt", False),
]


@pytest.mark.parametrize(("glob", "name", "matching"), GLOBS)
def test_globs(glob: str, name: str, matching: bool) -> None:
    assert matches(name, glob) is matching


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tool = 1", "tool must be a table"),
        ("[tool]\nskillprofiles = true", "tool.skillprofiles must be a table"),
        (
            '[tool.skillprofiles.sources."*.txt"]\nskill = "Data Build Tool"',
            "skill is 'Data Build Tool'; write letters and digits in lower case",
        ),
    ],
)
def test_what_cannot_be_used_is_said(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_config(find_config(tmp_path) or path)


def test_a_project_without_settings_has_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.other]\nx = 1", encoding="utf-8")
    assert load_config(path).sources == ()
    path.write_text('exclude = ["a"]', encoding="utf-8")
    assert load_config(path).exclude == ("a",)
