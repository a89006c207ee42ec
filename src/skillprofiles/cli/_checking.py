"""What ``skillprofiles check`` does, step by step."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from skillprofiles import baseline
from skillprofiles.cli._failures import FINDINGS, Failure
from skillprofiles.cli._output import color_for, plural
from skillprofiles.config import Selection, UnknownRule, expand, find_config, load_config
from skillprofiles.model import Source
from skillprofiles.pipeline.check import Checked, with_places
from skillprofiles.pipeline.check import check as check_inputs
from skillprofiles.read.discover import STDIN, Input, discover
from skillprofiles.render import FORMATS, Results, github_summary, render
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
        self.config = load_config(options["config"] or find_config(Path.cwd()))
        self.selection = self._selection(self.config.selection)
        self.outputs = list(self._outputs())
        if options["stdin_filename"] and STDIN not in options["sources"]:
            raise Failure("--stdin-filename goes with - as source")

    def run(self) -> int:
        """Check, repair where asked to, print, and return the exit code."""
        inputs = list(self._inputs())
        if self.options["show_diff"] or self.options["make_fixes"]:
            from skillprofiles.cli._fixing import repair

            inputs = repair(inputs, self.config, self.options)
            if self.options["show_diff"]:
                return 0
        checked = check_inputs(inputs, self.config)
        return self._report(checked)

    def _inputs(self) -> Iterator[Input]:
        sources = self.options["sources"] or (os.curdir,)
        found = False
        for item in discover(
            sources, self.config.max_bytes, self.config.excludes, root=os.getcwd()
        ):
            found = True
            name = self.options["stdin_filename"]
            is_stdin = item.path is None and item.source.name == "stdin"
            yield replace(item, source=Source(name)) if name and is_stdin else item
        if not found:
            raise Failure(f"there is no source in {', '.join(map(repr, sources))}")

    def _selection(self, configured: Selection) -> Selection:
        """Return the configured selection with what the command line changes."""
        given = {
            name: [code for text in self.options[name] for code in text.split(",") if code.strip()]
            for name in ("select", "extend_select", "ignore")
        }
        try:
            return replace(
                configured,
                select=expand(given["select"]) if given["select"] else configured.select,
                extend=configured.extend | expand(given["extend_select"]),
                ignore=configured.ignore | expand(given["ignore"]),
                least=Severity(self.options["severity"]),
            )
        except UnknownRule as error:
            raise Failure(str(error)) from None

    def _outputs(self) -> Iterator[tuple[str, str | None]]:
        """Yield each format with the file it goes to, None for standard output."""
        for text in self.options["outputs"]:
            output_format, _, file = text.partition("=")
            if output_format not in FORMATS:
                raise Failure(f"'{output_format}' is not one of {', '.join(FORMATS)}")
            yield output_format, file or None
        if self.options["output_format"] or not self.options["outputs"]:
            yield self.options["output_format"] or "text", self.options["output_file"]

    def _report(self, checked: Checked) -> int:
        selected = self.selection.apply(checked.findings)
        shown, notes = selected.shown, selected.idle
        file = self.options["baseline"] or self.config.baseline
        if self.options["update_baseline"]:
            path = file or _DEFAULT_BASELINE
            path.write_text(baseline.dumps(baseline.count(shown)), encoding="utf-8")
            click.echo(f"{path} knows {plural(len(shown), 'finding')} now", err=True)
            return 0
        hidden = 0
        if file:
            compared = baseline.compare(shown, baseline.loads(file))
            shown, hidden, notes = compared.new, compared.hidden, notes + compared.notes
        placed, excerpts = with_places(shown, checked.inputs, self.config)
        results = Results(
            findings=tuple(placed),
            excerpts=excerpts,
            sources=len(checked.sources),
            hidden=hidden,
            notes=notes,
        )
        self._print(results)
        failed = any(finding.is_error for finding in placed)
        return FINDINGS if failed and not self.options["exit_zero"] else 0

    def _print(self, results: Results) -> None:
        if self.options["statistics"]:
            self._write(_statistics(results), None)
        else:
            for output_format, file in self.outputs:
                color = file is None and color_for(sys.stdout)
                self._write(render(results, output_format, color=color), file)
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary and any(output_format == "github" for output_format, _ in self.outputs):
            with open(summary, "a", encoding="utf-8") as page:
                page.write(github_summary(results))
        for note in results.notes:
            click.echo(f"note: {note}", err=True)

    def _write(self, text: str, file: str | None) -> None:
        if file:
            Path(file).write_text(text, encoding="utf-8", newline="\n")
        elif text and not self.options["quiet"]:
            click.echo(text, nl=not text.endswith("\n"), color=True)


def _statistics(results: Results) -> str:
    counts: dict[tuple[str, str], int] = {}
    for finding in results.findings:
        key = (finding.rule.code, finding.rule.name)
        counts[key] = counts.get(key, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "\n".join(f"{number:>6}  {code}  {name}" for (code, name), number in ranked)
