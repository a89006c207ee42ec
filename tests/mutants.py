"""``python -m tests.mutants``: break the code in one place at a time, and see whether a test notices.

The mutants are Cosmic Ray's. Those that only change an annotation or a docstring are left out: no
program runs them. Of the rest a sample is drawn, the same for the same seed. Each is tried in a copy
of the project; the tests of its room run until the first one fails.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from typing import Any

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[1]
CODE = Path("src/skillprofiles")
GOAL = 0.85

# The tests that watch a room, quick ones first.
ROOMS = {
    "parser": "cases identity parser_edges vocabulary repair recall cuts roundtrip check truth",
    "contracts": "contracts schema changes_table frames contracts_own validate datapackage",
    "ingest": (
        "ingest_wording ingest_merge ingest_cli ingest ingest_recovery ingest_damage ingest_twins "
        "ingest_idle ingest_history operate_folder ingest_poison ingest_remote"
    ),
}

# One replacement for each operator: further ones fail at once, or never (`-` and `^` of counts).
_REPLACED = (
    *("Add_Sub", "Sub_Add", "Mul_FloorDiv", "FloorDiv_Mul", "Mod_Mul", "BitOr_BitAnd"),
    *("BitAnd_BitOr", "Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt"),
    *("Is_IsNot", "IsNot_Is", "Delete_Not", "Delete_USub"),
)
_CHANGED = (
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr"),
    *("ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
    *("NumberReplacer", "RemoveDecorator", "ZeroIterationForLoop"),
)
_COPIED = ("src", "tests", "raw", "schemas", "docs", "examples", "normalized", "benchmarks", "fuzz")
_PATIENCE = 600


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes:
        room: the room it belongs to.
        path: the module, below the project.
        operator: what was changed, as Cosmic Ray calls it.
        before: the module.
        code: the module after the change.
    """

    room: str
    path: Path
    operator: str
    before: str
    code: str

    @property
    def diff(self) -> str:
        lines = difflib.unified_diff(
            self.before.splitlines(),
            self.code.splitlines(),
            str(self.path),
            str(self.path),
            "",
            "",
            1,
            "",
        )
        return "\n".join(lines)


class _WithoutWords(ast.NodeTransformer):
    """Takes away what is written for readers and type checkers only."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return ast.Pass()
        return self.generic_visit(node)


def _meaning(code: str) -> str:
    return ast.dump(_WithoutWords().visit(ast.parse(code)))


def mutants(room: str, seed: int) -> Iterator[Mutant]:
    """Yield the mutants of a room that are other programs, in an order drawn by lot."""
    paths = sorted((ROOT / CODE / room).glob("*.py"))
    codes = {path: path.read_text(encoding="utf-8") for path in paths}
    places = [place for path, code in codes.items() for place in _places(path, code)]
    random.Random(seed).shuffle(places)
    seen = {path: {_meaning(code)} for path, code in codes.items()}
    for path, name, occurrence in places:
        changed = mutate_code(codes[path], get_operator(name)(), occurrence)
        try:
            meaning = _meaning(changed)
        except SyntaxError:
            continue
        if meaning not in seen[path]:
            seen[path].add(meaning)
            kind = name.rpartition("/")[2]
            yield Mutant(room, path.relative_to(ROOT), kind, codes[path], changed)


def _places(path: Path, code: str) -> Iterator[tuple[Path, str, int]]:
    """Yield where a module can be changed: its path, an operator, and which occurrence."""
    nodes = list(_nodes(get_ast(code)))
    for name in operator_names():
        kind = name.rpartition("/")[2]
        if kind not in _CHANGED and kind.partition("Operator_")[2] not in _REPLACED:
            continue
        operator = get_operator(name)()
        count = sum(1 for node in nodes for _ in operator.mutation_positions(node))
        yield from ((path, name, occurrence) for occurrence in range(count))


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


class _Copies:
    """Copies of the project, lent to one trial at a time."""

    def __init__(self, folder: Path, count: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        for number in range(count):
            copy = folder / str(number)
            copy.mkdir()
            for name in _COPIED:
                if (ROOT / name).is_dir():
                    shutil.copytree(
                        ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__")
                    )
            for file in ROOT.iterdir():
                if file.is_file():
                    shutil.copy(file, copy)
            self._free.put(copy)

    def outcome(self, mutant: Mutant | None, room: str) -> str:
        """Run the tests of a room on a mutant, or on the program as it is."""
        copy = self._free.get()
        try:
            if mutant is None:
                return _tested(copy, room, verbose=True)
            place = copy / mutant.path
            place.write_text(mutant.code, encoding="utf-8")
            try:
                return _tested(copy, room)
            finally:
                place.write_text(mutant.before, encoding="utf-8")
        finally:
            self._free.put(copy)


def _tested(copy: Path, room: str, *, verbose: bool = False) -> str:
    files = [f"tests/test_{name}.py" for name in ROOMS[room].split()]
    command = (
        *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=line"),
        *(file for file in files if (copy / file).exists()),
    )
    environment = {
        **os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    try:
        ended = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return "too slow"
    if ended.returncode == 0:
        return "survived"
    if verbose:
        print(ended.stdout.decode(errors="replace")[-3000:], file=sys.stderr)
    return "killed"


def main() -> int:
    options = _options()
    chosen: list[Mutant] = []
    for room in options.room or ROOMS:
        chosen += islice(mutants(room, options.seed), options.sample)
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = _Copies(Path(folder), options.workers)
        for room in options.room or ROOMS:
            if copies.outcome(None, room) != "survived":
                print(f"the tests of {room} fail without any change", file=sys.stderr)
                return 2
        with ThreadPoolExecutor(options.workers) as pool:
            ends = list(pool.map(lambda one: _told(one, copies), chosen))
    return _report(chosen, ends, perf_counter() - began)


def _told(mutant: Mutant, copies: _Copies) -> str:
    end = copies.outcome(mutant, mutant.room)
    if end == "survived":
        print(f"\nsurvived: {mutant.operator}\n{mutant.diff}", flush=True)
    return end


def _report(chosen: Sequence[Mutant], ends: Sequence[str], seconds: float) -> int:
    counts = Counter((mutant.room, end) for mutant, end in zip(chosen, ends, strict=True))
    print(
        "\n| room | tried | killed | too slow | survived | killed of all |\n|---|---:|---:|---:|---:|---:|"
    )
    enough = True
    for room in dict.fromkeys(mutant.room for mutant in chosen):
        killed, slow, left = (counts[room, end] for end in ("killed", "too slow", "survived"))
        tried = killed + slow + left
        share = (killed + slow) / tried
        enough = enough and share >= GOAL
        print(f"| {room} | {tried} | {killed} | {slow} | {left} | {share:.1%} |")
    print(f"\n{len(chosen)} mutants in {seconds:,.0f} s")
    return 0 if enough else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    add = parser.add_argument
    add("--room", action="append", choices=sorted(ROOMS), help="only this room; may be repeated")
    add("--sample", type=int, default=100, help="mutants of each room that are tried [100]")
    add("--seed", type=int, default=1, help="draws the sample [1]")
    add("--workers", type=int, default=1, help="how many are tried at a time [1]")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
