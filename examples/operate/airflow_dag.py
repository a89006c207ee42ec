"""Publish skill profiles every night with Apache Airflow 3; skillprofiles_run.py lies beside it.

exit of ingest   what Airflow shows
0                success
1, published     success; the task `quarantine` warns and lists what was rejected (else it is skipped)
1, blocked       failed at once: a person has to decide
2                tried twice more, then failed
3                skipped: another run is at work
status 1 or 4    failed
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import skillprofiles_run as run
from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

RAW = os.environ.get("SKILLPROFILES_RAW", "/srv/skillprofiles/raw")
PUBLISHED = os.environ.get("SKILLPROFILES_PUBLISHED", "/srv/skillprofiles/published")
RETRY_DELAY = timedelta(seconds=float(os.environ.get("SKILLPROFILES_RETRY_SECONDS", "300")))


@contextmanager
def in_words_of_airflow() -> Iterator[None]:
    """Turn what a step ends with into a state of its task; `run.Retry` is an error like any other."""
    try:
        yield
    except run.Skip as skip:
        raise AirflowSkipException(str(skip)) from None
    except run.Fail as failure:
        raise AirflowFailException(str(failure)) from None


@dag(
    schedule="17 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": RETRY_DELAY},
    tags=["skillprofiles"],
)
def skillprofiles() -> None:
    """Read what changed, publish it, and see that all is well."""

    @task(execution_timeout=timedelta(hours=6))
    def ingest() -> dict[str, Any]:
        with in_words_of_airflow():
            return run.ingest(RAW, PUBLISHED, "--keep", "30")

    @task
    def quarantine(done: dict[str, Any]) -> None:
        if not run.rejected(done):
            raise AirflowSkipException("no source is rejected")
        logging.getLogger(__name__).warning("rejected sources:\n%s", run.quarantine(PUBLISHED))

    @task(retries=0)
    def status() -> None:
        with in_words_of_airflow():
            logging.getLogger(__name__).info(run.status(PUBLISHED, "26h"))

    done = ingest()
    quarantine(done)
    done >> status()


skillprofiles()
