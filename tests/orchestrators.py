"""The DAG and the flow of examples/operate, run by the real Airflow and the real Prefect.

Not among the usual tests, because both are installed first, each into an environment of its own that is
thrown away: ``make test-orchestrators``. The environments are made anew on every call.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.ingesting import Place
from tests.operating import EXAMPLES, PROGRAM, blocked, clean, gone, rejected
from tests.samples import page

from skillprofiles.ingest.workplace import Workplace

AIRFLOW = """
import json, sys
sys.path.insert(0, sys.argv[1])
import airflow_dag
dag = airflow_dag.skillprofiles()
for _ in sys.stdin:
    run = dag.test()
    said = {task.task_id: [str(task.state), task.try_number] for task in run.get_task_instances()}
    said |= {"run": str(run.state), "at once": dag.max_active_runs}
    print("RESULT", json.dumps(said), flush=True)
"""

PREFECT = """
import json, sys
sys.path.insert(0, sys.argv[1])
import prefect_flow
from prefect.client.orchestration import get_client
for _ in sys.stdin:
    state = prefect_flow.publish(return_state=True)
    with get_client(sync_client=True) as client:
        runs = [run for run in client.read_task_runs()
                if run.flow_run_id == state.state_details.flow_run_id]
    said = {run.name.rpartition("-")[0]: [run.state.name, run.run_count] for run in runs}
    print("RESULT", json.dumps(said | {"run": state.name}), flush=True)
"""


@dataclass
class Orchestrator:
    """An orchestrator in an environment of its own, which runs the example whenever it is asked to."""

    folder: Path
    place: Place
    packages: ClassVar[tuple[str, ...]] = ()
    driver: ClassVar[str] = ""
    prepared: ClassVar[tuple[str, ...]] = ()

    def install(self) -> None:
        """Make the environment; take what installs packages from where the tests have it."""
        uv = [sys.executable, "-m", "uv", "--quiet"]
        subprocess.run([*uv, "venv", "--python", sys.executable, self.folder / "venv"], check=True)
        python = str(self.folder / "venv" / "bin" / "python")
        subprocess.run([*uv, "pip", "install", "--python", python, *self.packages], check=True)
        (self.folder / "dags").mkdir()
        for path in EXAMPLES.glob("*.py"):
            (self.folder / "dags" / path.name).write_bytes(path.read_bytes())

    @property
    def variables(self) -> dict[str, str]:
        own = ("PYTHON", "VIRTUAL_ENV", "PIP_", "UV_")
        return {
            **{name: text for name, text in os.environ.items() if not name.startswith(own)},
            "SKILLPROFILES": str(PROGRAM),
            "SKILLPROFILES_RAW": str(self.place.raw),
            "SKILLPROFILES_PUBLISHED": str(self.place.folder),
            "SKILLPROFILES_RETRY_SECONDS": "1",
            "AIRFLOW_HOME": str(self.folder),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "PREFECT_HOME": str(self.folder),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
            "DO_NOT_TRACK": "1",
        }

    def start(self) -> None:
        programs = self.folder / "venv" / "bin"
        if self.prepared:
            first, *rest = self.prepared
            subprocess.run(
                [programs / first, *rest], check=True, capture_output=True, env=self.variables
            )
        with (self.folder / "errors").open("w") as errors:
            self.process = subprocess.Popen(
                [programs / "python", "-c", self.driver, self.folder / "dags"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=self.variables,
                cwd=self.folder,
            )

    def run(self) -> dict[str, Any]:
        """Have the example run once; return the states of its tasks with the number of tries."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("RESULT "):
                found: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
                return found
        raise AssertionError((self.folder / "errors").read_text()[-3_000:])

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


class Airflow(Orchestrator):
    packages = ("apache-airflow>=3.3,<4",)
    driver = AIRFLOW
    prepared = ("airflow", "db", "migrate")


class Prefect(Orchestrator):
    # Prefect 3.8 passes to FastAPI's Body() an argument that later versions have no longer.
    packages = ("prefect>=3.8,<4", "fastapi<0.150")
    driver = PREFECT


@pytest.fixture(scope="module", params=[Airflow, Prefect])
def orchestrator(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Orchestrator]:
    folder = tmp_path_factory.mktemp("orchestrator")
    place = Place.at(folder / "place")
    for number in range(10):
        place.put(f"skill-{number}x.en.txt")
    place.ingest()
    made: Orchestrator = request.param(folder, place)
    made.install()
    made.start()
    yield made
    made.stop()


def restored(place: Place) -> None:
    """Put everything right again."""
    if not place.raw.exists():
        place.raw.with_name("elsewhere").rename(place.raw)
    for number in range(10):
        skill = f"skill-{number}x"
        place.put(f"{skill}.en.txt", page("md", skill=skill))
    place.ingest()


def held(place: Place) -> None:
    """Do nothing: what is in the way is another run."""


EXPECTED: list[tuple[Callable[[Place], None], dict[str, Any], dict[str, Any]]] = [
    (
        clean,
        {"run": "success", "ingest": ["success", 1], "quarantine": ["skipped", 1],
         "status": ["success", 1]},
        {"run": "Completed", "ingest": ["Completed", 1], "status": ["Completed", 1]},
    ),
    (
        rejected,
        {"run": "success", "ingest": ["success", 1], "quarantine": ["success", 1],
         "status": ["success", 1]},
        {"run": "Quarantined", "ingest": ["Completed", 1], "status": ["Completed", 1]},
    ),
    (
        blocked,
        {"run": "failed", "ingest": ["failed", 1], "quarantine": ["upstream_failed", 0],
         "status": ["upstream_failed", 0]},
        {"run": "Failed", "ingest": ["Failed", 1]},
    ),
    (
        gone,
        {"run": "failed", "ingest": ["failed", 3], "quarantine": ["upstream_failed", 0],
         "status": ["upstream_failed", 0]},
        {"run": "Failed", "ingest": ["Failed", 3]},
    ),
    (
        held,
        {"run": "success", "ingest": ["skipped", 1], "quarantine": ["skipped", 0],
         "status": ["skipped", 0]},
        {"run": "Skipped", "ingest": ["Skipped", 1]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "airflow", "prefect"), EXPECTED)
def test_states_are_as_documented(
    orchestrator: Orchestrator,
    prepare: Callable[[Place], None],
    airflow: dict[str, Any],
    prefect: dict[str, Any],
) -> None:
    place = orchestrator.place
    restored(place)
    prepare(place)
    with Workplace(place.folder) if prepare is held else nullcontext():
        found = orchestrator.run()
    expected = {**airflow, "at once": 1} if isinstance(orchestrator, Airflow) else prefect
    assert found == expected
