"""Publish skill profiles every night with Prefect 3; skillprofiles_run.py lies beside it.

exit of ingest   what Prefect shows
0                Completed
1, published     Quarantined: completed, with the rejected sources in the log
1, blocked       Failed at once: a person has to decide
2                tried twice more, then Failed
3                Skipped: completed, another run is at work
status 1 or 4    Failed

`python prefect_flow.py` serves the flow: one run at a time, every night.
"""

from __future__ import annotations

import os
from typing import Any

import skillprofiles_run as run
from prefect import flow, get_run_logger, task
from prefect.states import Completed, State

RAW = os.environ.get("SKILLPROFILES_RAW", "/srv/skillprofiles/raw")
PUBLISHED = os.environ.get("SKILLPROFILES_PUBLISHED", "/srv/skillprofiles/published")


def may_go_better(_task: Any, _run: Any, state: State) -> bool:
    """Whether another try makes sense."""
    return isinstance(state.result(raise_on_failure=False), run.Retry)


@task(
    retries=2,
    retry_delay_seconds=float(os.environ.get("SKILLPROFILES_RETRY_SECONDS", "300")),
    retry_condition_fn=may_go_better,
    timeout_seconds=6 * 3600,
)
def ingest(raw: str, published: str) -> dict[str, Any] | State:
    """Read what changed, and publish it."""
    try:
        return run.ingest(raw, published, "--keep", "30")
    except run.Skip as skip:
        return Completed(name="Skipped", message=str(skip))


@task
def status(published: str) -> None:
    """See that all is well."""
    get_run_logger().info(run.status(published, "26h"))


@flow(name="skillprofiles")
def publish(raw: str = RAW, published: str = PUBLISHED) -> State:
    """Read what changed, publish it, and see that all is well."""
    state = ingest(raw, published, return_state=True)
    if state.name == "Skipped":
        return Completed(name="Skipped", message=state.message)
    done = state.result()
    status(published)
    rejected = run.rejected(done)
    if rejected:
        get_run_logger().warning("rejected sources:\n%s", run.quarantine(published))
        return Completed(name="Quarantined", message=f"{rejected} rejected, the rest is published")
    return Completed()


if __name__ == "__main__":
    publish.serve(name="nightly", cron="17 2 * * *", limit=1)
