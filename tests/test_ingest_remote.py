"""`ingest` with RAW and NORMALIZED behind URLs, on a real S3 service on loopback."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.buckets import Bucket, service
from tests.ingesting import broken, write
from tests.samples import page

from skillprofiles.config import Config
from skillprofiles.ingest import Ingest, Options
from skillprofiles.ingest.mirror import Mirror, default_state
from skillprofiles.read import discover
from skillprofiles.read.walk import File
from skillprofiles.releases import current, locate
from skillprofiles.releases.remote import Overtaken, Pointer, RemoteFolder

TABLES = ("requirements", "profiles", "findings", "sources", "changes")


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    with service() as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        # A fork server of another test knows nothing of these variables, nor would those who follow it.
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
        yield variables
        forkserver._forkserver._stop()  # type: ignore[attr-defined]


@pytest.fixture
def bucket(s3: dict[str, str], request: pytest.FixtureRequest) -> Bucket:
    digest = hashlib.sha256(request.node.name.encode()).hexdigest()[:12]
    return Bucket(s3, f"exports-{digest}")


@dataclass
class Machine:
    """Someone who runs the program, with a state folder of their own."""

    service: dict[str, str]
    state: Path

    def run(self, *arguments: object, code: int = 0, **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "skillprofiles.cli", *map(str, arguments)],
            env={
                **os.environ,
                **self.service,
                "PYTHONPATH": os.pathsep.join(sys.path),
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def ingest(self, raw: object, to: object, **options: Any) -> dict[str, Any]:
        """Run in this process, and return the record of the run."""
        where, mirror = str(to), None
        if "://" in where:
            mirror = Mirror(where, self.state)
        folder = self.state if mirror else Path(where)
        options = {"accept_loss": True, **options}
        work = Ingest(
            str(raw), folder, Config(), Options(**options), lambda *told: None, mirror=mirror
        )
        return asdict(work.go())


@pytest.fixture
def here(s3: dict[str, str], tmp_path: Path) -> Machine:
    return Machine(s3, tmp_path / "state")


def pages(count: int = 4) -> dict[str, str]:
    return {
        f"area-{number % 2}/skill-{number}.en.txt": page(
            ("md", "html", "flat", "tabbed")[number % 4], skill=f"skill-{number}"
        )
        for number in range(count)
    }


def put(bucket: Bucket, names: dict[str, str]) -> None:
    for name, text in names.items():
        bucket.put(f"raw/{name}", text)


def sums(read: Callable[[str], bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(read(f"{name}.parquet")).hexdigest() for name in TABLES}


def sums_in(bucket: Bucket, below: str = "tables") -> dict[str, str]:
    release = bucket.current(below)
    return sums(lambda name: bucket.get(f"{below}/releases/{release}/{name}"))


def sums_at(folder: Path) -> dict[str, str]:
    return sums(lambda name: (locate(folder) / name).read_bytes())


# RAW behind a URL


def test_pages_in_a_bucket_give_the_tables_of_the_same_files(
    bucket: Bucket, here: Machine, tmp_path: Path
) -> None:
    """Also records of fetching, an archive, an empty object, a mark of a folder, hidden files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("inside.en.txt", page("md", skill="inside"))
        packed.writestr("wrong.en.txt", broken(page("md", skill="wrong")))
    record = {"url": "https://skills.example.org/s/skill-1", "fetched_at": "2026-03-01T00:00:00Z"}
    names: dict[str, bytes] = {
        **{name: text.encode() for name, text in pages().items()},
        "area-1/skill-1.en.txt.fetch.json": json.dumps(record).encode(),
        "more.zip": archive.getvalue(),
        "empty.txt": b"",
        ".hidden/skill-9.en.txt": page("md", skill="skill-9").encode(),
        "a b/ü+&.en.txt": page("md", skill="skill-8").encode(),
    }
    for name, data in names.items():
        bucket.put(f"raw/{name}", data)
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    bucket.put("raw/area-0/", b"")
    first = here.ingest(bucket.url("raw"), tmp_path / "remote")
    here.ingest(tmp_path / "raw", tmp_path / "local")
    assert first["counts"]["read"] == 8
    assert sums_at(tmp_path / "remote") == sums_at(tmp_path / "local")
    profiles = pd.read_parquet(tmp_path / "remote" / "latest" / "profiles.parquet")
    assert record["url"] in set(profiles["url"])


def test_only_what_changed_in_a_bucket_is_read(
    bucket: Bucket, here: Machine, tmp_path: Path
) -> None:
    put(bucket, pages())
    out = tmp_path / "out"
    assert here.ingest(bucket.url("raw"), out)["counts"]["read"] == 4
    again = here.ingest(bucket.url("raw"), out)
    assert (again["result"], again["counts"]) == ("unchanged", {"files": 4, "unchanged": 4})
    bucket.put("raw/area-0/skill-0.en.txt", page("md", skill="skill-0", text="less of it"))
    # As large as before, and written within the same second of the service's clock.
    changed = here.ingest(bucket.url("raw"), out)
    assert changed["result"] == "published"
    assert (changed["counts"]["unchanged"], changed["counts"]["read"]) == (3, 1)
    bucket.delete("raw/area-0/skill-2.en.txt")
    gone = here.ingest(bucket.url("raw"), out)
    assert (gone["counts"]["retired"], gone["counts"]["read"]) == (1, 0)


def test_an_archive_too_large_to_fetch_is_a_finding(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discover, "_LARGEST_FETCHED", 10)
    bucket.put("raw/more.zip", b"PK" * 100)
    file = File(bucket.url("raw/more.zip"), "more.zip")
    (item,) = discover.inputs_of(file, 1_000)
    assert item.problem is not None
    assert item.problem.rule.code == "SP008"
    assert "larger than 10 bytes" in item.problem.message


# What cannot be used


@pytest.mark.parametrize(
    ("raw", "to", "said"),
    [
        ("s3://no-such-bucket/raw", "out", "'s3://no-such-bucket/raw' does not exist"),
        ("{url}/nothing", "out", "nothing' does not exist, or is empty"),
        ("{url}/raw/area-0/skill-0.en.txt", "out", "skill-0.en.txt' is not a folder"),
        ("teapot://raw", "out", "teapot://raw cannot be used: Protocol not known: teapot"),
        ("{url}/raw", "{url}/raw/tables", "it would be read as input"),
        ("{url}/raw", "s3://no-such-bucket/tables", "s3://no-such-bucket/tables/"),
        ("{url}/raw", "out", "--state is for URLs"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    raw: str, to: str, said: str, bucket: Bucket, here: Machine, tmp_path: Path
) -> None:
    put(bucket, pages(1))
    url = bucket.url()
    target = to.format(url=url) if "://" in to or "{" in to else tmp_path / to
    state = ["--state", here.state] if "://" in str(target) or "--state" in said else []
    line = here.run("ingest", raw.format(url=url), "--to", target, *state, "-q", code=2)
    assert line.startswith("Error: ")
    assert said in line
    assert line.count("\n") == 1


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from skillprofiles.cli import main
main(sys.argv[2:])
"""


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("fsspec", "s3://exports needs the extra 'remote': pip install 'skillprofiles[remote]'"),
        ("s3fs", "s3://exports needs the extra 'remote': pip install 'skillprofiles[remote]'"),
    ],
)
def test_without_the_libraries_it_is_one_line(missing: str, said: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, missing, "ingest", "s3://exports/raw",
         "--to", str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, f"Error: {said}\n")


def test_a_service_that_does_not_answer_rejects_no_page(
    bucket: Bucket, here: Machine, tmp_path: Path
) -> None:
    put(bucket, pages(1))
    here.ingest(bucket.url("raw"), tmp_path / "out")
    before = current(tmp_path / "out")
    line = here.run(
        "ingest", bucket.url("raw"), "--to", tmp_path / "out", "--full", code=2,
        AWS_ENDPOINT_URL="http://127.0.0.1:1",
    )  # fmt: skip
    assert line.startswith(f"Error: {bucket.url('raw')}: ")
    assert line.count("\n") == 1
    assert current(tmp_path / "out") == before


# NORMALIZED behind a URL


def test_what_is_published_in_a_bucket_is_what_is_published_on_a_disk(
    bucket: Bucket, here: Machine, s3: dict[str, str], tmp_path: Path
) -> None:
    names = {**pages(), "wrong.en.txt": broken(page("md", skill="wrong"))}
    put(bucket, names)
    for name, text in names.items():
        write(tmp_path / "raw" / name, text)
    url = bucket.url("tables")
    for step in range(2):
        here.ingest(bucket.url("raw"), url)
        here.ingest(tmp_path / "raw", tmp_path / "out")
        assert bucket.current("tables") == current(tmp_path / "out")
        assert sums_in(bucket) == sums_at(tmp_path / "out")
        more = page("md", skill=f"step-{step}")
        bucket.put(f"raw/step-{step}.en.txt", more)
        write(tmp_path / "raw" / f"step-{step}.en.txt", more)
    keys = set(bucket.keys("tables"))
    assert {"tables/run.json", "tables/latest.json"} < keys
    assert len([key for key in keys if key.startswith("tables/runs/")]) == 2
    assert len([key for key in keys if key.startswith("tables/quarantine/")]) == 2
    table = pd.DataFrame(analysed(url, s3))
    assert sorted(table["skill"].unique()) == ["skill-0", "skill-1", "skill-2", "skill-3", "step-0"]


ANALYST = """
import sys, fsspec, json, pandas as pd
url = sys.argv[1]
now = json.load(fsspec.open(f"{url}/latest.json").open())["path"]
print(pd.read_parquet(f"{url}/{now}/requirements.parquet").to_json())
"""


def analysed(url: str, s3: dict[str, str]) -> Any:
    """Read the current release as docs/scale.md tells analysts to."""
    done = subprocess.run(
        [sys.executable, "-c", ANALYST, url], env={**os.environ, **s3},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_commands_take_the_url(bucket: Bucket, here: Machine, s3: dict[str, str]) -> None:
    put(bucket, {**pages(2), "wrong.en.txt": broken(page("md", skill="wrong"))})
    url = bucket.url("tables")
    here.ingest(bucket.url("raw"), url)
    first = bucket.current("tables")
    bucket.put("raw/more.en.txt", page("md", skill="more"))
    here.ingest(bucket.url("raw"), url)
    second = bucket.current("tables")
    other = Machine(s3, here.state.with_name("other"))
    state = ("--state", other.state)
    assert f"release     {second}" in other.run("status", url, *state)
    assert "wrong.en.txt" in other.run("quarantine", "list", url, *state)
    assert "SP303" in other.run("quarantine", "show", url, "wrong.en.txt", *state)
    listed = other.run("releases", url, *state, "--verify")
    assert [line.split()[-1] for line in listed.splitlines()] == ["whole", "whole"]
    other.run("releases", url, *state, "--activate", "1")
    assert bucket.current("tables") == first
    # The other machine takes that back only because the input says something else.
    assert here.ingest(bucket.url("raw"), url)["previous"] == first
    assert sorted(analysed_skills(bucket)) == ["more", "skill-0", "skill-1"]
    bucket.put("raw/wrong.en.txt", page("md", skill="wrong"))
    assert "1 source read, 1 accepted" in other.run("quarantine", "replay", url, *state)
    assert analysed_skills(bucket) == {"more", "skill-0", "skill-1", "wrong"}
    assert "quarantine is empty" in here.run("quarantine", "list", url, "--state", here.state)
    damaged = f"tables/releases/{first}/profiles.parquet"
    bucket.put(damaged, b"PAR1")
    assert "damaged" in other.run("releases", url, *state, "--verify", code=1)


def analysed_skills(bucket: Bucket) -> set[str]:
    release = bucket.current("tables")
    data = bucket.get(f"tables/releases/{release}/profiles.parquet")
    return set(pd.read_parquet(io.BytesIO(data))["skill"])


def test_keep_prunes_in_the_bucket_too(bucket: Bucket, here: Machine) -> None:
    put(bucket, pages(1))
    for step in range(4):
        bucket.put("raw/step.en.txt", page("md", skill="step", text=f"step {step} of it"))
        here.ingest(bucket.url("raw"), bucket.url("tables"), keep=2)
    kept = {key.split("/")[2] for key in bucket.keys("tables/releases/")}
    assert sorted(int(release.partition("-")[0]) for release in kept) == [3, 4]
    assert bucket.current("tables") in kept


def test_a_lost_state_folder_costs_reading_and_nothing_else(bucket: Bucket, here: Machine) -> None:
    wrong = page("md", skill="wrong")
    put(bucket, {**pages(), "wrong.en.txt": wrong})
    url = bucket.url("tables")
    here.ingest(bucket.url("raw"), url)
    bucket.put("raw/wrong.en.txt", broken(wrong))
    here.ingest(bucket.url("raw"), url)
    before, release = bucket.contents(), bucket.current("tables")
    shutil.rmtree(here.state)
    run = here.ingest(bucket.url("raw"), url)
    assert (run["result"], run["release"]) == ("unchanged", release)
    # Only what is built upon is fetched.
    assert [path.name for path in (here.state / "releases").iterdir()] == [release]
    assert run["run"].startswith("000003-")
    after = bucket.contents()
    assert {key for key in after if key not in before} == {f"tables/runs/{run['run']}.json"}
    assert [key for key in before if before[key] != after[key]] == ["tables/run.json"]


def test_what_lies_in_the_quarantine_is_moved_once(
    bucket: Bucket, here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    brought: list[str] = []
    upload, download = RemoteFolder.upload, RemoteFolder.download

    def noted(self: RemoteFolder, path: Path, name: str) -> None:
        sent.append(name)
        upload(self, path, name)

    def also_noted(self: RemoteFolder, name: str, path: Path) -> None:
        brought.append(name)
        download(self, name, path)

    monkeypatch.setattr(RemoteFolder, "upload", noted)
    monkeypatch.setattr(RemoteFolder, "download", also_noted)
    put(bucket, {**pages(2), "wrong.en.txt": broken(page("md", skill="wrong"))})
    here.ingest(bucket.url("raw"), bucket.url("tables"))
    assert sum(name.startswith("quarantine/") for name in sent) == 2
    sent.clear()
    bucket.put("raw/more.en.txt", page("md", skill="more"))
    here.ingest(bucket.url("raw"), bucket.url("tables"))
    assert [name for name in sent if name.startswith("quarantine/")] == []
    assert [name for name in brought if name.startswith("quarantine/")] == []


def test_two_machines_take_turns(bucket: Bucket, here: Machine, s3: dict[str, str]) -> None:
    put(bucket, pages())
    there = Machine(s3, here.state.with_name("there"))
    raw, url = bucket.url("raw"), bucket.url("tables")
    for number, machine in enumerate([here, there, there, here]):
        bucket.put(f"raw/turn-{number}.en.txt", page("md", skill=f"turn-{number}"))
        bucket.put("raw/bad.en.txt", broken(page("md", skill="bad", text=f"turn {number} of it")))
        before = bucket.current("tables")
        run = machine.ingest(raw, url)
        assert run["previous"] == before
        assert int(run["release"].partition("-")[0]) == number + 1
        assert run["sources"] == {"accepted": 5 + number, "rejected": 1, "skipped": 0, "held": 0}
        (entry,) = (key for key in bucket.keys("tables/quarantine/") if key.endswith(".json"))
        assert json.loads(bucket.get(entry))["run"] == run["run"]
    assert len(bucket.keys("tables/runs/")) == 4


# Publishes from another machine at the moment a run is about to.
OVERTAKEN = """
import subprocess, sys
from skillprofiles.cli import main
from skillprofiles.ingest.mirror import Mirror
push = Mirror.push
def overtaken(self, keep=None):
    subprocess.run(sys.argv[1].split("|"), check=True)
    push(self, keep)
Mirror.push = overtaken
main(sys.argv[2:])
"""


def test_a_run_that_is_overtaken_publishes_nothing(
    bucket: Bucket, here: Machine, s3: dict[str, str]
) -> None:
    put(bucket, pages(2))
    raw, url = bucket.url("raw"), bucket.url("tables")
    here.ingest(raw, url)
    bucket.put("raw/mine.en.txt", page("md", skill="mine"))
    bucket.put("other/theirs.en.txt", page("md", skill="theirs"))
    theirs = [sys.executable, "-m", "skillprofiles.cli", "ingest", bucket.url("other"), "--to", url,
              "--state", str(here.state.with_name("there")), "--accept-loss", "-q"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", OVERTAKEN, "|".join(theirs), "ingest", raw, "--to", url,
         "--state", str(here.state)],
        env={**os.environ, **s3, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    now = bucket.current("tables")
    assert done.returncode == 3, done.stderr
    assert done.stderr == (
        f"Error: another run published release {now} in {url} in the meantime; nothing was "
        "published, the next run starts from there\n"
    )
    assert analysed_skills(bucket) == {"theirs"}
    run = here.ingest(raw, url)
    assert (run["previous"], run["release"][:6]) == (now, "000003")
    assert analysed_skills(bucket) == {"mine", "skill-0", "skill-1"}


def test_the_moment_of_the_commit_is_guarded_by_the_service(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone else commits between the last look and the write."""
    folder = RemoteFolder(bucket.url("tables"))
    first, second, third = (f"00000{number}-{'a' * 12}" for number in (1, 2, 3))
    one = folder.commit(first, Pointer(None))
    folder.commit(second, one)
    look = RemoteFolder.hold
    for stale in (Pointer(None), one):
        looks = iter([lambda before: None, partial(look, folder)])
        monkeypatch.setattr(folder, "hold", lambda before, looks=looks: next(looks)(before))
        with pytest.raises(Overtaken, match=second):
            folder.commit(third, stale)
        assert folder.pointer().release == second


# Kills

# Kills itself before its first, second, third ... request to the service.
KILLED = """
import os, signal, sys
sys.path[:0] = sys.argv[1].split(os.pathsep)
from pathlib import Path
import s3fs
from skillprofiles.cli._ingesting import run_ingest
from skillprofiles.ingest import Options
import skillprofiles.ingest.build, skillprofiles.ingest.publish
from tests.buckets import Bucket
from tests.test_ingest_remote import restore_state

service = {name: os.environ[name] for name in os.environ if name.startswith("AWS_")}
bucket = Bucket(service, sys.argv[2])
template, state = Path(sys.argv[3]), Path(sys.argv[4])
raw, url = bucket.url("raw"), bucket.url("tables")
before, old, new = bucket.contents(), bucket.current("tables"), sys.argv[5]

def run(kill_at):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    left = kill_at
    call = s3fs.S3FileSystem._call_s3
    async def counted(self, *arguments, **named):
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return await call(self, *arguments, **named)
    s3fs.S3FileSystem._call_s3 = counted
    code = 70
    try:
        options = Options(workers=1)
        run_ingest(raw, url, None, options, quiet=True, json_log=False, state=state)
        code = 0
    finally:
        os._exit(code)

point, seen, status = -1, [], None
while status != 0:
    point += 2
    bucket.restore(before)
    restore_state(template, state)
    status = run(point)
    assert status in (0, signal.SIGKILL), status
    now = bucket.current("tables")
    assert now in (old, new), now
    seen.append(now == new)
    if status and point % 3 == 0:
        # The next run, on this machine or another one, finishes.
        if point % 4 == 1:
            restore_state(template, state)
        assert run(0) == 0
        assert bucket.current("tables") == new
assert seen == sorted(seen) and seen[0] is False and seen[-1] is True
print(point)
"""


def restore_state(template: Path, state: Path) -> None:
    if state.exists():
        shutil.rmtree(state)
    shutil.copytree(template, state, symlinks=True)


def test_a_kill_at_any_request_leaves_one_whole_release(
    bucket: Bucket, here: Machine, tmp_path: Path
) -> None:
    wrong = broken(page("md", skill="wrong"))
    put(bucket, {**pages(2), "wrong.en.txt": wrong})
    raw, url = bucket.url("raw"), bucket.url("tables")
    here.ingest(raw, url)
    before = bucket.contents()
    bucket.put("raw/more.en.txt", page("md", skill="more"))
    # A run that got as far as having its release complete here, and not pushed.
    with_new = here.ingest(raw, url)
    bucket.restore({**before, "raw/more.en.txt": bucket.get("raw/more.en.txt")})
    forget_push(here.state, before["tables/latest.json"])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, os.pathsep.join(sys.path), bucket.name, str(here.state),
         str(tmp_path / "killed"), with_new["release"]],
        env={**os.environ, **here.service},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 15


def forget_push(state: Path, latest: bytes) -> None:
    """Let a mirror be as it was before its last release was pushed."""
    path = state / ".remote.json"
    said = json.loads(path.read_text())
    said["release"] = json.loads(latest)["release"]
    said["run"] = "000001-" + said["run"].partition("-")[2]
    path.write_text(json.dumps(said))


def test_a_kill_while_reading_changes_nothing_there(bucket: Bucket, here: Machine) -> None:
    put(bucket, pages(2))
    raw, url = bucket.url("raw"), bucket.url("tables")
    here.ingest(raw, url)
    before = bucket.contents()
    bucket.put("raw/more.en.txt", page("md", skill="more"))
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", STOPPED, "ingest", raw, "--to", url,
         "--state", str(here.state)],
        env={**os.environ, **here.service, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "built\n"
        os.kill(process.pid, signal.SIGKILL)
    assert {key: data for key, data in bucket.contents().items() if "more" not in key} == before
    assert here.ingest(raw, url)["result"] in ("published", "unchanged")
    assert analysed_skills(bucket) == {"more", "skill-0", "skill-1"}


STOPPED = """
import sys, threading
from skillprofiles.cli import main
from skillprofiles.ingest.mirror import Mirror
def push(self, keep=None):
    print("built")
    threading.Event().wait()
Mirror.push = push
main(sys.argv[1:])
"""


def test_a_mirror_has_a_place_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    one, other = default_state("s3://a/b"), default_state("s3://a/c")
    assert one.parent == tmp_path / "skillprofiles"
    assert one != other
    assert one == default_state("s3://a/b/")
