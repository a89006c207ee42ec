"""What ``skillprofiles check`` does, step by step."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from skillprofiles import baseline
from skillprofiles.cli._failures import FINDINGS, Failure
from skillprofiles.cli._reporting import outputs, report
from skillprofiles.config import Selection, UnknownRule, expand, find_config, load_config
from skillprofiles.findings import Finding
from skillprofiles.model import Source
from skillprofiles.pipeline.check import Checked, with_places
from skillprofiles.pipeline.check import check as check_inputs
from skillprofiles.printable import plural
from skillprofiles.read.containers import file_of
from skillprofiles.read.discover import STDIN, Input, discover
from skillprofiles.render import Results
from skillprofiles.rules import Severity

_DEFAULT_BASELINE = Path(".skillprofiles-baseline.json")


class Checking:
    """One run of the command, from its options to its exit code."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """Read options and configuration.

        Raises:
            Failure: if they cannot be used.
            skillprofiles.config.ConfigError: if the configuration cannot be used.
        """
        self.options = options
        self.sources = options["sources"] or (os.curdir,)
        self.config = load_config(options["config"] or find_config(Path.cwd()))
        self.selection = self._selection(self.config.selection)
        self.outputs = list(outputs(options))
        self.baseline = options["baseline"] or self.config.baseline
        if self.baseline is None and _DEFAULT_BASELINE.exists():
            self.baseline = _DEFAULT_BASELINE
        self._refuse_contradictions()

    def _refuse_contradictions(self) -> None:
        given, repairs = self.options, self.options["show_diff"] or self.options["make_fixes"]
        if given["stdin_filename"] and STDIN not in self.sources:
            raise Failure("--stdin-filename goes with - as source")
        if given["unsafe_fixes"] and not repairs:
            raise Failure("--unsafe-fixes goes with --diff or --fix")
        if STDIN in self.sources and given["make_fixes"] and not given["show_diff"]:
            raise Failure("--fix repairs files; what is read from - can be shown with --diff")

    def run(self) -> int:
        """Check, repair where asked to, print, and return the exit code."""
        inputs = list(self._inputs())
        if self.options["show_diff"] or self.options["make_fixes"]:
            from skillprofiles.cli._fixing import repair

            repair(inputs, self.config, self.options)
            if self.options["show_diff"]:
                return 0
        checked = check_inputs(
            inputs, self.config, self.selection.wants, self.options["page_timeout"] or None
        )
        return self._report(checked)

    def _inputs(self) -> Iterator[Input]:
        found, own = False, self._own_files()
        for item in discover(
            self.sources, self.config.max_bytes, self.config.excludes, root=os.getcwd()
        ):
            if item.path in own:
                continue
            found = True
            name = self.options["stdin_filename"]
            is_stdin = item.path is None and item.source.name == "stdin"
            yield replace(item, source=Source(name)) if name and is_stdin else item
        if not found:
            raise Failure(f"there is no source in {', '.join(map(repr, self.sources))}")

    def _own_files(self) -> set[str]:
        """Return the files of a folder that are no sources: those this command reads or writes."""
        files = (self.config.path, self.baseline, *(output.file for output in self.outputs))
        named = {os.path.abspath(source) for source in self.sources}
        return {os.path.abspath(file) for file in files if file} - named

    def _selection(self, configured: Selection) -> Selection:
        """Return the configured selection with what the command line changes."""
        select, extend, ignore = map(self._codes, ("select", "extend_select", "ignore"))
        severity = self.options["severity"]
        return replace(
            configured,
            select=select or configured.select,
            extend=configured.extend | extend,
            # The command line wins: also over what the configuration hides.
            ignore=(configured.ignore - select - extend) | ignore,
            least=Severity(severity or "warning"),
            floor=Severity(severity) if severity else None,
        )

    def _codes(self, option: str) -> frozenset[str]:
        texts = [code for text in self.options[option] for code in text.split(",") if code.strip()]
        try:
            return expand(texts)
        except UnknownRule as error:
            raise Failure(str(error)) from None

    def _report(self, checked: Checked) -> int:
        names = set(checked.sources)
        whole = any(map(os.path.isdir, self.sources))
        selected = self.selection.apply(checked.findings, None if whole else names)
        shown, notes, hidden = selected.shown, selected.idle, 0
        if self.options["update_baseline"]:
            return self._update_baseline(shown, names)
        if self.baseline:
            known = baseline.loads(self.baseline)
            compared = baseline.compare(shown, known, lambda source: _is_judged(source, names))
            shown, hidden, notes = compared.new, compared.hidden, notes + compared.notes
        placed, excerpts = with_places(shown, checked.inputs, self.config)
        results = Results(
            findings=tuple(placed),
            excerpts=excerpts,
            sources=len(checked.sources),
            hidden=hidden,
            notes=notes,
            checked_at=dt.datetime.now(dt.UTC),
        )
        report(results, self.outputs, self.options)
        failed = any(finding.is_error for finding in placed)
        return FINDINGS if failed and not self.options["exit_zero"] else 0

    def _update_baseline(self, shown: list[Finding], names: set[str]) -> int:
        path = self.baseline or _DEFAULT_BASELINE
        known = baseline.loads(path) if path.exists() else {}
        counts = baseline.renewed(shown, known, lambda source: _is_judged(source, names))
        path.write_text(baseline.dumps(counts), encoding="utf-8")
        click.echo(f"{path} knows {plural(sum(counts.values()), 'finding')} now", err=True)
        return 0


def _is_judged(source: str, checked: set[str]) -> bool:
    """Whether a source was checked, or is no more: not whether this run was about others."""
    return source in checked or not os.path.lexists(file_of(source))
