"""`ingest --scheduler` on a real Dask cluster whose workers die: the tables are those of a local run."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.buckets import Bucket, service
from tests.ingesting import broken, write
from tests.samples import page

from skillprofiles.pipeline.cluster import misfits
from skillprofiles.pipeline.version import environment
from skillprofiles.releases import current, locate

POISON = Path(__file__).parent / "poison"
TABLES = ("requirements", "profiles", "findings", "sources", "changes")
PAGES = 24
REGISTERED = "Registered to: +(tcp.*)"

# Small batches, so that a few pages keep two workers busy.
RUN = """
import sys
from skillprofiles.cli import main
from skillprofiles.ingest import reading
from skillprofiles.pipeline import cluster
reading.BATCH_SIZE = 6
cluster.PATIENCE_SECONDS = float(sys.argv[1])
main(sys.argv[2:])
"""


@dataclass
class Cluster:
    """A scheduler and its workers, as an operator starts them."""

    folder: Path
    address: str = ""
    scheduler: subprocess.Popen[str] | None = None
    workers: list[subprocess.Popen[str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def start(self, *command: str, **more: str) -> subprocess.Popen[str]:
        """Start a program."""
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *command, "--no-dashboard", "--host", "127.0.0.1"],
            env={**os.environ, **self.variables, **more},
            cwd=self.folder,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def add_worker(self, nanny: bool = False, threads: int = 1, **more: str) -> None:
        kind = "--nanny" if nanny else "--no-nanny"
        worker = self.start("worker", self.address, "--nthreads", str(threads), kind, **more)
        self.workers.append(worker)


def await_line(process: subprocess.Popen[str], pattern: str) -> str:
    """Wait for a line that a program writes; return what it names."""
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError("".join(seen))


@contextmanager
def cluster(
    folder: Path, workers: int = 2, nanny: bool = False, threads: int = 1
) -> Iterator[Cluster]:
    variables = {
        "DASK_LOGGING__DISTRIBUTED": "info",
        "DASK_TEMPORARY_DIRECTORY": str(folder / "dask"),
        "PYTHONPATH": os.pathsep.join([str(POISON), *sys.path]),
        "POISON": str(folder / "pipe"),
    }
    found = Cluster(folder, variables=variables)
    with ExitStack() as stack:
        found.scheduler = found.start("scheduler", "--port", "0")
        stack.callback(end, found.scheduler)
        found.address = await_line(found.scheduler, "Scheduler at: +(tcp.*)")
        for _ in range(workers):
            found.add_worker(nanny, threads)
            stack.callback(end, found.workers[-1])
        for worker in found.workers:
            await_line(worker, REGISTERED)
        yield found


def end(process: subprocess.Popen[str]) -> None:
    """End a process and all that it started, once: its number may be another's afterwards."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stderr:
        process.stderr.close()


def pages(folder: Path, *dangerous: str) -> Path:
    """Write pages of all layouts, some of them under a dangerous name, one that is rejected."""
    for number in range(PAGES):
        layout = ("md", "html", "flat", "tabbed")[number % 4]
        name = f"{number:02d}/skill-{number}.en.txt"
        write(folder / name, page(layout, skill=f"skill-{number}"))
    for name in dangerous:
        write(folder / "00" / f"{name}.txt", page("md", skill=name))
    write(folder / "30" / "rejected.txt", broken(page("md", skill="wrong")))
    return folder


def start(
    place: Path, *options: str, patience: float = 30.0, raw: str = ""
) -> subprocess.Popen[str]:
    raw = raw or str(place / "raw")
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(patience), "ingest", raw, *options],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(POISON), *sys.path]),
            "POISON": str(place / "no-pipe"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str], code: int = 1) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, (out, err)
    assert code == 2 or err == ""
    return err if code == 2 else out


def sums(folder: Path) -> dict[str, str]:
    return {
        name: hashlib.sha256((locate(folder) / f"{name}.parquet").read_bytes()).hexdigest()
        for name in TABLES
    }


def reader_failed(folder: Path) -> dict[str, str]:
    table = pq.read_table(locate(folder) / "findings.parquet")
    return {row["source"]: row["message"] for row in table.to_pylist() if row["code"] == "SP019"}


def local(place: Path, *options: str) -> dict[str, str]:
    finish(start(place, "--to", str(place / "local"), "--workers", "1", *options))
    return sums(place / "local")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The sums of what a local run publishes."""
    place = tmp_path_factory.mktemp("local")
    pages(place / "raw", "awaited")
    return local(place)


@pytest.mark.parametrize("nanny", [False, True], ids=["without nanny", "with nanny"])
def test_a_worker_killed_in_mid_run_changes_no_byte(
    nanny: bool, expected: dict[str, str], tmp_path: Path
) -> None:
    pages(tmp_path / "raw", "awaited")
    os.mkfifo(tmp_path / "pipe")
    with cluster(tmp_path, nanny=nanny) as dask:
        process = start(tmp_path, "--to", str(tmp_path / "out"), "--scheduler", dask.address)
        reader = int((tmp_path / "pipe").read_text())
        assert current(tmp_path / "out") is None
        os.kill(reader, signal.SIGKILL)
        said = finish(process)
    assert f"{PAGES + 2} sources read" in said
    assert sums(tmp_path / "out") == expected


def test_pages_that_kill_or_hang_their_reader_cost_one_worker_each(tmp_path: Path) -> None:
    """Workers without a nanny: what is left of three finishes the run."""
    pages(tmp_path / "raw", "deadly")
    write(tmp_path / "raw" / "09" / "endless.txt", page("md", skill="endless"))
    limit = ["--page-timeout", "1"]
    with cluster(tmp_path, workers=3) as dask:
        finish(start(tmp_path, "--to", str(tmp_path / "out"), "--scheduler", dask.address, *limit))
        assert sorted(worker.poll() is None for worker in dask.workers) == [False, False, True]
    assert reader_failed(tmp_path / "out") == {
        "09/endless.txt": "reading the page takes longer than 1 seconds",
        "00/deadly.txt": "reading the page killed the process that read it",
    }
    assert sums(tmp_path / "out") == local(tmp_path, *limit)


def test_a_hanging_page_is_found_beside_another_thread(tmp_path: Path) -> None:
    """One clock watches all threads of a worker; a busy one must not wind it up for the other."""
    pages(tmp_path / "raw")
    write(tmp_path / "raw" / "00" / "endless.txt", page("md", skill="endless"))
    options = ["--to", str(tmp_path / "out"), "--page-timeout", "1"]
    with cluster(tmp_path, workers=1, nanny=True, threads=2) as dask:
        finish(start(tmp_path, *options, "--scheduler", dask.address))
    assert list(reader_failed(tmp_path / "out")) == ["00/endless.txt"]


def test_without_any_worker_left_a_run_ends_in_one_line(tmp_path: Path) -> None:
    pages(tmp_path / "raw", "awaited")
    os.mkfifo(tmp_path / "pipe")
    with cluster(tmp_path, workers=1) as dask:
        options = ["--to", str(tmp_path / "out"), "--scheduler", dask.address]
        process = start(tmp_path, *options, patience=1.0)
        os.kill(int((tmp_path / "pipe").read_text()), signal.SIGKILL)
        said = finish(process, code=2)
        assert said == (
            f"Error: the scheduler at {dask.address} lost its last worker; nothing was published\n"
        )
        empty = finish(start(tmp_path, *options), code=2)
        assert empty == f"Error: the scheduler at {dask.address} has no workers\n"
    assert current(tmp_path / "out") is None


def test_a_scheduler_that_dies_ends_the_run_in_one_line(tmp_path: Path) -> None:
    pages(tmp_path / "raw", "awaited")
    os.mkfifo(tmp_path / "pipe")
    with cluster(tmp_path, workers=1) as dask:
        process = start(tmp_path, "--to", str(tmp_path / "out"), "--scheduler", dask.address)
        (tmp_path / "pipe").read_text()
        assert dask.scheduler is not None
        end(dask.scheduler)
        said = finish(process, code=2)
    assert said == f"Error: the scheduler at {dask.address} was lost; nothing was published\n"
    assert current(tmp_path / "out") is None


def test_workers_read_a_bucket_themselves(tmp_path: Path) -> None:
    pages(tmp_path / "raw")
    with service() as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        bucket = Bucket(variables, "exports-of-a-cluster")
        bucket.put_folder(tmp_path / "raw", "raw")
        with cluster(tmp_path) as dask:
            options = ["--to", str(tmp_path / "out"), "--scheduler", dask.address]
            finish(start(tmp_path, *options, raw=bucket.url("raw")))
    assert sums(tmp_path / "out") == local(tmp_path)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:1", "Timed out trying to connect to tcp://127.0.0.1:1 after 10 s"),
        ("here", "missing port number in address 'here'"),
        ("carrier-pigeon://127.0.0.1:1", "unknown address scheme 'carrier-pigeon'"),
        ("tls://127.0.0.1:1", "TLS expects"),
    ],
)
def test_no_scheduler_is_one_line(address: str, said: str, tmp_path: Path) -> None:
    pages(tmp_path / "raw")
    began = time.monotonic()
    line = finish(start(tmp_path, "--to", str(tmp_path / "out"), "--scheduler", address), code=2)
    assert line.startswith(f"Error: no scheduler at {address}: {said}")
    assert line.count("\n") == 1
    assert time.monotonic() - began < 30


OTHER = "import skillprofiles; skillprofiles.__version__ = '0.0.1'\n"


def test_a_worker_that_is_not_like_this_machine_is_refused(tmp_path: Path) -> None:
    pages(tmp_path / "raw")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "sitecustomize.py").write_text(OTHER)
    (tmp_path / "older" / "skillprofiles").mkdir(parents=True)
    (tmp_path / "older" / "skillprofiles" / "__init__.py").write_text("__version__ = '0.0.1'\n")
    with cluster(tmp_path, workers=0) as dask:
        for folder, wanted in (
            ("other", "cannot be used: it has skillprofiles 0.0.1 ("),
            ("older", 'cannot run this version of skillprofiles: ModuleNotFoundError("No module'),
        ):
            dask.add_worker(PYTHONPATH=os.pathsep.join([str(tmp_path / folder), *sys.path]))
            await_line(dask.workers[-1], REGISTERED)
            try:
                line = finish(
                    start(tmp_path, "--to", str(tmp_path / "out"), "--scheduler", dask.address),
                    code=2,
                )
            finally:
                end(dask.workers[-1])
            assert re.fullmatch(
                r"Error: worker tcp://127.0.0.1:\d+ " + re.escape(wanted) + ".*\n", line
            )


def test_a_worker_must_see_the_same_folders(tmp_path: Path) -> None:
    assert misfits(environment(), [str(tmp_path), str(tmp_path)]) == []
    missing = str(tmp_path / "missing")
    (line,) = misfits(environment(), [str(tmp_path), missing])
    assert line.startswith(f"it does not see '{missing}'")
