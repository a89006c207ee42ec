"""Putting a site in its place: all at once, and never over what somebody else put there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillprofiles.report import publication
from skillprofiles.report.press import Page
from skillprofiles.report.publication import MARKER, check, publish


def pages(number: int = 1, count: int = 3) -> list[Page]:
    return [Page(f"inside/{at}.html", f"{number}") for at in range(count)]


def read(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.html"))
    }


def beside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "place" / "site"


@pytest.fixture(params=["exchange", "renames"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish in one step, as Linux can, and as everybody can."""
    if request.param == "renames":
        monkeypatch.setattr(publication, "_exchange", lambda one, other: False)


@pytest.mark.usefixtures("either_way")
def test_a_site_replaces_an_earlier_one_whole(out: Path) -> None:
    assert publish(out, pages(1)) == 3
    assert read(out) == {f"inside/{at}.html": "1" for at in range(3)}
    publish(out, [Page("other.html", "2")])
    assert read(out) == {"other.html": "2"}
    assert beside(out) == ["site"]


def test_an_empty_folder_is_a_place_for_a_site(out: Path) -> None:
    out.mkdir(parents=True)
    publish(out, pages())
    assert len(read(out)) == 3


def foreign(out: Path, kind: str) -> str:
    """Put something into a place for a site, and return its name."""
    if kind == "no site":
        out.mkdir(parents=True)
        (out / "thesis.html").write_text("years of work")
        return "thesis.html"
    if kind == "a file called as the list of a site":
        out.mkdir(parents=True)
        (out / MARKER).write_text("thesis.html\n")
        return MARKER
    publish(out, pages())
    if kind == "more in a site":
        (out / "inside" / "notes.txt").write_text("mine")
        return "inside/notes.txt"
    if kind == "an empty folder":
        (out / "drafts").mkdir()
        return "drafts"
    (out / "elsewhere").symlink_to(out.parent)
    return "elsewhere"


@pytest.mark.parametrize(
    "kind",
    [
        "no site",
        "a file called as the list of a site",
        "more in a site",
        "an empty folder",
        "a link",
    ],
)
def test_what_somebody_put_there_is_never_replaced(out: Path, kind: str) -> None:
    name = foreign(out, kind)
    before = read(out)
    for act in (lambda: check(out), lambda: publish(out, pages(2))):
        with pytest.raises(FileExistsError) as caught:
            act()
        assert caught.value.filename == str(out / name)
    assert read(out) == before
    assert os.path.lexists(out / name)
    assert beside(out) == ["site"]


def test_what_is_put_there_while_a_site_is_written_is_not_replaced(out: Path) -> None:
    publish(out, pages(1))

    def slow() -> Iterator[Page]:
        yield from pages(2)
        (out / "mine.txt").write_text("put here meanwhile")

    with pytest.raises(FileExistsError):
        publish(out, slow())
    assert (out / "mine.txt").exists()
    assert set(read(out).values()) == {"1"}
    assert beside(out) == ["site"]


def test_a_file_is_no_place_for_a_site(out: Path) -> None:
    out.parent.mkdir()
    out.write_text("a file")
    with pytest.raises(NotADirectoryError):
        publish(out, pages())
    assert out.read_text() == "a file"


@pytest.mark.usefixtures("either_way")
def test_a_failure_leaves_the_earlier_site(out: Path) -> None:
    publish(out, pages(1))

    def failing() -> Iterator[Page]:
        yield Page("a.html", "2")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(out, failing())
    assert set(read(out).values()) == {"1"}
    assert beside(out) == ["site"]


def test_two_pages_never_share_a_file(out: Path) -> None:
    with pytest.raises(FileExistsError):
        publish(out, [Page("a.html", "1"), Page("a.html", "2")])
    assert not out.exists()


def test_the_earlier_site_comes_back_where_the_new_one_cannot_be_put(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, pages(1))
    monkeypatch.setattr(publication, "_exchange", lambda one, other: False)
    rename, seen = Path.rename, []

    def failing(self: Path, target: Path) -> Path:
        seen.append(self)
        if len(seen) == 2:
            raise PermissionError("not now")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(PermissionError):
        publish(out, pages(2))
    assert set(read(out).values()) == {"1"}
    assert beside(out) == ["site"]


def test_a_link_to_the_place_stays_a_link(out: Path) -> None:
    real = out.parent / "real"
    publish(real, pages(1))
    out.symlink_to("real")
    publish(out, pages(2))
    assert out.is_symlink()
    assert set(read(real).values()) == {"2"}
    assert beside(out) == ["real", "site"]


def test_a_reader_always_finds_a_whole_site(out: Path) -> None:
    publish(out, pages(0))
    found: list[str] = []
    done = threading.Event()

    def reading() -> None:
        while not done.is_set():
            try:
                handle = os.open(out, os.O_RDONLY)
            except FileNotFoundError:
                found.append("nothing")
                continue
            os.close(handle)

    reader = threading.Thread(target=reading)
    reader.start()
    for number in range(1, 60):
        publish(out, pages(number))
    done.set()
    reader.join()
    assert found == []


KILLED = """
import os, signal, sys
from pathlib import Path
from skillprofiles.report.press import Page
from skillprofiles.report.publication import publish
def pages():
    yield Page("a.html", "half")
    if sys.argv[2] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    print("writing", flush=True)
    sys.stdin.read()
publish(Path(sys.argv[1]), pages())
"""


def test_the_next_run_removes_what_a_killed_one_left(out: Path) -> None:
    publish(out, pages(1))
    subprocess.run([sys.executable, "-c", KILLED, str(out), "kill"], check=False)
    left = beside(out)
    assert len(left) == 3
    assert set(read(out).values()) == {"1"}
    publish(out, pages(2))
    assert beside(out) == ["site"]


def test_a_run_leaves_alone_what_another_one_is_writing(out: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(out), "wait"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        publish(out, pages(1))
        assert len(beside(out)) == 3
        other.communicate("")
    assert other.returncode == 0
    assert read(out) == {"a.html": "half"}
    assert beside(out) == ["site"]


def test_the_list_of_a_site_is_whole(out: Path) -> None:
    publish(out, pages())
    _, *listed = (out / MARKER).read_text(encoding="utf-8").splitlines()
    assert listed == [f"inside/{at}.html" for at in range(3)]
