"""Examples in docstrings and documents are run, and say what the program says."""

from __future__ import annotations

import doctest
import io
import os
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

import skillprofiles.analysis
import skillprofiles.api
from skillprofiles.contracts import _own

ROOT = Path(__file__).parent.parent
UPDATE = os.environ.get("SKILLPROFILES_UPDATE") == "1"
PYTHON = re.compile(r"```python\n(>>> .*?)```", re.DOTALL)
MODULES = [
    *(
        import_module(f"skillprofiles.analysis.{module.name}")
        for module in pkgutil.iter_modules(skillprofiles.analysis.__path__)
    ),
    skillprofiles.api,
    _own,
]


@pytest.fixture
def samples(normalized: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work where ``normalized`` is the tables of the sample pages."""
    monkeypatch.chdir(normalized.parent)
    with pd.option_context("display.width", 100, "display.max_columns", 20):
        yield


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_docstrings(module: object) -> None:
    said = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(test, out=said.write)
    assert not runner.summarize(verbose=False).failed, said.getvalue()


def test_every_question_has_an_example() -> None:
    methods = vars(skillprofiles.analysis.Dataset) | vars(
        import_module("skillprofiles.analysis.catalogue").Catalogue
    )
    for name, method in methods.items():
        if callable(method) and not name.startswith("_"):
            assert ">>> " in (method.__doc__ or ""), name
            assert "Returns:" in method.__doc__ or name.startswith(("find", "languages")), name


def rerun(block: str, names: dict[str, object]) -> str:
    """Return a block with what its examples print now."""
    lines = []
    for example in doctest.DocTestParser().get_examples(
        re.sub(r"^(?!>>> |\.\.\. ).*\n", "", block, flags=re.M)
    ):
        lines += [f">>> {example.source.rstrip()}".replace("\n", "\n... ")]
        lines += printed(example.source, names)
    return "\n".join(lines) + "\n"


def printed(source: str, names: dict[str, object]) -> list[str]:
    """Return what Python prints after an expression or statement, the name of an error."""
    try:
        code = compile(source, "document", "eval")
    except SyntaxError:
        exec(source, names)
        return []
    try:
        value = eval(code, names)
    except SchemaErrors as error:
        return [f"{type(error).__module__}.{type(error).__name__}"]
    text = "" if value is None else str(value) if hasattr(value, "to_string") else repr(value)
    return [line.rstrip() for line in text.strip("\n").splitlines()]


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("name", ["analysis.md"])
def test_examples_in_documents(name: str) -> None:
    document, names = ROOT / "docs" / name, dict[str, object]()
    text = document.read_text("utf-8")
    now = PYTHON.sub(lambda found: f"```python\n{rerun(found[1], names)}```", text)
    if UPDATE:
        document.write_text(now, encoding="utf-8")
    assert now == text or UPDATE
    assert now.count(">>> ") > 10
