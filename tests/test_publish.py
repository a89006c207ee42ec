"""Publication: all new files or all old ones, whatever happens, and nobody else's touched.

Files hold the stamp of their publication, many times over, so that a file of two publications,
or half of one, cannot be taken for whole.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from skillprofiles.export.publish import Locked, Publication, current

PARQUET = ("common.txt", "requirements.parquet", "profiles.parquet")
CSV = ("common.txt", "requirements.csv", "profiles.csv")
LINES = 2_000


def content(stamp: str) -> str:
    return f"{stamp}\n" * LINES


def publish(out: Path, stamp: str, names: Iterable[str] = PARQUET, *, links: bool = True) -> None:
    with Publication(out, names, links=links) as folder:
        for name in names:
            (folder / name).write_text(content(stamp))


def visible(out: Path) -> dict[str, str]:
    """The stamp of every file a reader finds by its name, README and dot files aside."""
    found = {}
    for path in out.iterdir():
        if path.name != "README.md" and not path.name.startswith(".") and path.exists():
            text = path.read_text()
            stamp = text.partition("\n")[0]
            assert text == content(stamp), f"{path.name} is not whole"
            found[path.name] = stamp
    return found


def whole(stamp: str, names: Iterable[str] = PARQUET) -> dict[str, str]:
    return dict.fromkeys(names, stamp)


def entries(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def tidy(out: Path, names: Iterable[str]) -> bool:
    """Whether the folder holds one publication, the lock, and nothing else."""
    return entries(out) == {*names, ".lock", ".data", os.readlink(out / ".data")}


# What a run does


def test_files_are_links_into_the_current_folder(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    assert visible(tmp_path) == whole("a")
    assert tidy(tmp_path, PARQUET)
    assert {os.readlink(tmp_path / name) for name in PARQUET} == {f".data/{n}" for n in PARQUET}
    assert current(tmp_path) == tmp_path / os.readlink(tmp_path / ".data")
    assert entries(current(tmp_path)) == set(PARQUET)


def test_the_folder_is_made_where_it_is_missing(tmp_path: Path) -> None:
    publish(tmp_path / "a" / "b", "x")
    assert visible(tmp_path / "a" / "b") == whole("x")


@pytest.mark.parametrize("stamp", ["a", "b"], ids=["the same again", "another"])
@pytest.mark.parametrize("names", [PARQUET, CSV, ("common.txt",)])
def test_a_publication_replaces_the_one_before(
    names: tuple[str, ...], stamp: str, tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_text("of git")
    (tmp_path / ".gitkeep").touch()
    publish(tmp_path, "a")
    before = current(tmp_path)
    publish(tmp_path, stamp, names)
    assert visible(tmp_path) == whole(stamp, names)
    assert tidy(tmp_path, (*names, "README.md", ".gitkeep"))
    assert (tmp_path / "README.md").read_text() == "of git"
    assert not before.exists()


def test_a_reader_keeps_the_file_it_has_open(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    with (tmp_path / "common.txt").open() as file:
        publish(tmp_path, "b", CSV)
        assert file.read() == content("a")


def test_nothing_is_visible_before_the_end(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    with Publication(tmp_path, CSV) as folder:
        for name in CSV:
            (folder / name).write_text(content("b"))
            assert visible(tmp_path) == whole("a")
    assert visible(tmp_path) == whole("b", CSV)


def test_an_exception_discards_the_files(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    with pytest.raises(ZeroDivisionError), Publication(tmp_path, CSV) as folder:
        (folder / "common.txt").write_text(content("b"[1 // 0]))
    assert visible(tmp_path) == whole("a")
    assert tidy(tmp_path, PARQUET)


def test_a_file_that_was_not_written_discards_the_others(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    with pytest.raises(FileNotFoundError) as caught, Publication(tmp_path, CSV) as folder:
        (folder / "common.txt").write_text(content("b"))
    assert Path(caught.value.filename).name == "requirements.csv"
    assert visible(tmp_path) == whole("a")
    assert tidy(tmp_path, PARQUET)


def test_scratch_files_do_not_become_visible(tmp_path: Path) -> None:
    with Publication(tmp_path, ["a.txt"]) as folder:
        (folder / "a.txt").touch()
        (folder / "parts").mkdir()
        (folder / "parts" / "0.arrow").touch()
        (folder / "b.txt").touch()
    assert entries(current(tmp_path)) == {"a.txt"}
    assert tidy(tmp_path, ["a.txt"])


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "/a", "..\\a", "../a"])
def test_names_that_are_no_visible_files_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the name of a file"):
        Publication(tmp_path, [name])


def test_before_anything_is_published_the_folder_itself_is_current(tmp_path: Path) -> None:
    assert current(tmp_path) == tmp_path


# What a run refuses


def make_file(path: Path) -> None:
    path.write_text("mine")


def make_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize("name", ["common.txt", ".data"])
@pytest.mark.parametrize("make", [make_file, make_link, Path.mkdir])
def test_what_no_publication_made_is_not_replaced(
    name: str, make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / name)
    for attempt in (Publication(tmp_path, PARQUET).check, lambda: publish(tmp_path, "a")):
        with pytest.raises(FileExistsError, match="not published by skillprofiles") as caught:
            attempt()
        assert caught.value.filename == os.fspath(tmp_path / name)
    assert entries(tmp_path) == {name, ".lock"}


def test_a_check_makes_nothing(tmp_path: Path) -> None:
    Publication(tmp_path / "a" / "b", PARQUET).check()
    Publication(tmp_path, PARQUET).check()
    assert entries(tmp_path) == set()


@pytest.mark.parametrize("below", ["file", "file/deeper"])
def test_a_file_in_the_place_of_the_folder_is_an_error_that_names_it(
    below: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    publication = Publication(tmp_path / below, PARQUET)
    with pytest.raises(NotADirectoryError) as caught:
        publication.check()
    assert caught.value.filename.startswith(os.fspath(tmp_path / "file"))
    with pytest.raises(OSError, match="file") as caught_os:
        publication.__enter__()
    assert caught_os.value.filename is not None


WITHOUT_RIGHTS = """
import os, sys
from skillprofiles.export.publish import Publication
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
publication = Publication(sys.argv[1], ["a.txt"])
for attempt in (publication.check, publication.__enter__):
    try:
        attempt()
    except PermissionError as error:
        print(error.filename)
"""


@pytest.mark.parametrize("below", ["", "new"])
def test_a_folder_without_the_right_to_write_is_an_error_that_names_it(below: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        found = run(WITHOUT_RIGHTS, Path(name) / below)
        assert not entries(Path(name))
    first, second = found.splitlines()
    assert first == name
    assert second in (os.path.join(name, below), os.path.join(name, ".lock"))


# What other processes see and do


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def run(program: str, *arguments: object) -> str:
    with start(program, *arguments) as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    return out


HOLD = """
import sys
from skillprofiles.export.publish import Publication
with Publication(sys.argv[1], ["a.txt"]) as folder:
    (folder / "a.txt").write_text("theirs")
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(out: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is in the middle of publishing."""
    with start(HOLD, out) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_second_run_is_told_that_the_folder_is_taken(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(Locked, match=tmp_path.name) as caught, Publication(tmp_path, CSV):
            pass
        assert caught.value.folder == tmp_path
        Publication(tmp_path, CSV).check()
        process.communicate()
    assert process.returncode == 0
    assert (tmp_path / "a.txt").read_text() == "theirs"
    publish(tmp_path, "a", CSV)
    assert tidy(tmp_path, CSV)


def test_two_publications_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    with Publication(tmp_path, ["a.txt"]) as folder:
        (folder / "a.txt").touch()
        with pytest.raises(Locked), Publication(tmp_path, ["a.txt"]):
            pass
        assert folder.exists()


def test_the_lock_of_a_killed_run_is_free_and_its_files_go(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    with holder(tmp_path) as process:
        process.kill()
        process.wait()
    assert visible(tmp_path) == whole("a")
    publish(tmp_path, "b")
    assert tidy(tmp_path, PARQUET)


# Kills a child before its first, second, third ... call that touches the file system, until one
# gets through. Each child starts from a whole publication of A and publishes B over it.
KILLED_EVERYWHERE = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_publish import CSV, PARQUET, publish, tidy, visible, whole

CALLS = {"open", "os.mkdir", "os.symlink", "os.rename", "os.remove", "os.rmdir", "os.scandir",
         "os.listdir", "shutil.rmtree"}

def die_at(point):
    left = point
    def hook(event, args):
        nonlocal left
        if event in CALLS:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

out, links = Path(sys.argv[2]), sys.argv[3] == "links"
point, seen = 0, set()
status = None
while status != 0:
    point += 1
    old, new = f"A{point}", f"B{point}"
    publish(out, old, PARQUET, links=links)
    assert visible(out) == whole(old), visible(out)
    assert not links or tidy(out, PARQUET), os.listdir(out)
    child = os.fork()
    if not child:
        die_at(point)
        publish(out, new, CSV, links=links)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL), status
    found = visible(out)
    if links:
        assert found in (whole(old), whole(new, CSV)), (point, found)
    seen.add(found["common.txt"][0])
assert found == whole(new, CSV)
print(point, *sorted(seen))
"""

# Reads without a pause until its input ends. What is missing because another publication became
# current in between is read again; anything else that is not one whole publication is an error.
READER = """
import os, select, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_publish import CSV, PARQUET, content
from skillprofiles.export.publish import current

out = Path(sys.argv[2])

def whole():
    while True:
        folder = current(out)
        try:
            names = sorted(os.listdir(folder))
            texts = {(folder / name).read_text() for name in names}
        except FileNotFoundError:
            assert current(out) != folder, "the current publication lacks files"
            continue
        if current(out) == folder:
            break
    assert tuple(names) in (tuple(sorted(PARQUET)), tuple(sorted(CSV))), names
    (text,) = texts
    stamp = text.partition("\\n")[0]
    assert text == content(stamp)
    return stamp

def by_name():
    for attempt in range(3):
        try:
            text = (out / "common.txt").read_text()
            break
        except FileNotFoundError:
            assert attempt < 2, "a name that both publications have is missing"
    assert text == content(text.partition("\\n")[0])

rounds, stamps, open_ = 0, set(), True
while open_:
    open_ = not select.select([sys.stdin], [], [], 0)[0]
    stamps.add(whole())
    by_name()
    rounds += 1
    if rounds == 1:
        print("ready", flush=True)
print(rounds, len(stamps))
"""


def test_a_kill_at_any_point_leaves_one_whole_publication(tmp_path: Path) -> None:
    out, tests = tmp_path / "out", Path(__file__).parent
    publish(out, "first")
    with start(READER, tests, out) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        points, *seen = run(KILLED_EVERYWHERE, tests, out, "links").split()
        reported, errors = reader.communicate()
    assert (reader.returncode, errors) == (0, "")
    assert seen == ["A", "B"]
    assert int(points) > 30
    rounds, stamps = map(int, reported.split())
    assert rounds >= stamps >= 2


def test_without_links_a_kill_at_any_point_leaves_whole_files(tmp_path: Path) -> None:
    points, *seen = run(KILLED_EVERYWHERE, Path(__file__).parent, tmp_path, "moved").split()
    assert seen == ["A", "B"]
    assert int(points) > 20


# Where links cannot be made


def test_without_links_files_are_moved_to_their_names(tmp_path: Path) -> None:
    publish(tmp_path, "a", PARQUET, links=False)
    assert visible(tmp_path) == whole("a")
    assert entries(tmp_path) == {*PARQUET, ".lock", ".published"}
    assert not any((tmp_path / name).is_symlink() for name in PARQUET)
    assert current(tmp_path) == tmp_path
    publish(tmp_path, "b", CSV, links=False)
    assert visible(tmp_path) == whole("b", CSV)
    assert entries(tmp_path) == {*CSV, ".lock", ".published"}


@pytest.mark.parametrize("names", [PARQUET, CSV])
@pytest.mark.parametrize("first", [True, False], ids=["from links", "to links"])
def test_a_folder_can_change_between_the_two_ways(
    first: bool, names: tuple[str, ...], tmp_path: Path
) -> None:
    publish(tmp_path, "a", PARQUET, links=first)
    publish(tmp_path, "b", names, links=not first)
    assert visible(tmp_path) == whole("b", names)
    if first:
        assert entries(tmp_path) == {*names, ".lock", ".published"}
    else:
        assert tidy(tmp_path, names)


def test_without_links_foreign_files_are_not_replaced_either(tmp_path: Path) -> None:
    publish(tmp_path, "a", ["a.txt"], links=False)
    (tmp_path / "b.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        publish(tmp_path, "b", ["a.txt", "b.txt"], links=False)
    assert (tmp_path / "b.txt").read_text() == "mine"


# When the disk is full

FILL = """
import errno, os, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_publish import publish, tidy, visible, whole
from skillprofiles.export.publish import Publication
from skillprofiles.export import csv, parquet
import pyarrow as pa

out, limit = Path(sys.argv[2]), int(sys.argv[3])
publish(out, "a", ["common.txt"])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
schema = pa.schema([("text", pa.string())])
rows = pa.table({"text": [os.urandom(500).hex() for _ in range(3_000)]}, schema=schema)
for writer in (parquet.TableWriter, csv.TableWriter):
    try:
        with Publication(out, ["common.txt", "t"]) as folder:
            (folder / "common.txt").write_text("b")
            with writer(folder / "t", schema) as table:
                table.write(rows)
    except OSError as error:
        print(errno.errorcode[error.errno], Path(error.filename).name)
    assert visible(out) == whole("a", ["common.txt"])
    assert tidy(out, ["common.txt"])
publish(out, "c", ["common.txt"])
assert visible(out) == whole("c", ["common.txt"])
"""


def can_mount() -> bool:
    """Whether a file system of our own can be had, as root in a mount namespace."""
    if os.name != "posix" or not shutil.which("unshare"):
        return False
    program = "mount -t tmpfs -o size=64k none /mnt"
    command = ["unshare", "--mount", "sh", "-c", program]
    return not subprocess.run(command, capture_output=True, check=False).returncode


def on_small_disk(out: Path) -> str:
    out.mkdir()
    mount = 'mount -t tmpfs -o size=256k none "$1" && exec "$2" -c "$3" "$4" "$1" 0'
    arguments = ["sh", out, sys.executable, FILL, Path(__file__).parent]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mount, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def with_small_files(out: Path) -> str:
    return run(FILL, Path(__file__).parent, out, 256 * 1024)


@pytest.mark.parametrize("fill", [with_small_files, *([on_small_disk] if can_mount() else [])])
def test_a_full_disk_leaves_what_was_current(fill: Callable[[Path], str], tmp_path: Path) -> None:
    lines = fill(tmp_path / "out").splitlines()
    full = errno.errorcode[errno.EFBIG if fill is with_small_files else errno.ENOSPC]
    assert lines == [f"{full} t"] * 2
