"""Figures of a run for Prometheus, as its node exporter collects them from text files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from skillprofiles.ingest.record import Run


def write_metrics(path: Path, run: Run) -> None:
    """Write the figures of a run to a file, in one step.

    Raises:
        OSError: if the file cannot be written.
    """
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()

    def gauge(name: str, text: str, label: str = "") -> Gauge:
        labels = (label,) if label else ()
        return Gauge(f"skillprofiles_{name}", text, labels, registry=registry)

    ended = dt.datetime.fromisoformat(run.ended or run.began).timestamp()
    gauge("run_end_time_seconds", "When the last run ended.").set(ended)
    gauge("run_duration_seconds", "How long the last run took.").set(run.seconds.get("all", 0.0))
    results = gauge("run_result", "1 for the result of the last run.", "result")
    for result in ("published", "unchanged", "blocked", "failed"):
        results.labels(result).set(run.result == result)
    counts = gauge("run_sources", "Files and sources of the last run.", "kind")
    for kind, count in run.counts.items():
        counts.labels(kind).set(count)
    share = run.loss.get("share", 0.0)
    gauge("run_loss_ratio", "Share of published profiles the last run would lose.").set(share)
    sources = gauge("sources", "Sources of the current release.", "status")
    for status, count in run.sources.items():
        sources.labels(status).set(count)
    rows = gauge("rows", "Rows of the tables of the current release.", "table")
    for table, count in run.tables.items():
        rows.labels(table).set(count)
    gauge("run_peak_memory_bytes", "Most memory of the last run's own process.").set(
        run.peak_bytes or 0
    )
    try:
        write_to_textfile(str(path), registry)
    except OSError as error:
        # The name it knows is that of a temporary file beside it.
        raise OSError(error.errno, error.strerror, str(path)) from None
