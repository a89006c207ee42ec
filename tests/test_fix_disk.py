"""Repaired bytes in place of the original ones: all of them or none, whatever happens meanwhile."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from skillprofiles.fix import write_back

OLD, NEW = b"old\n" * 700_000, b"new\n" * 900_000
WRITER = """
import sys
from skillprofiles.fix import write_back
old, new = b"old\\n" * 700_000, b"new\\n" * 900_000
print("ready", flush=True)
while True:
    write_back(sys.argv[1], new)
    write_back(sys.argv[1], old)
"""
posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and signals as POSIX has them")


def test_bytes_are_replaced(tmp_path: Path) -> None:
    page = tmp_path / "kafka.md"
    page.write_bytes(b"old")
    write_back(page, b"new\r\n\0")
    write_back(str(page), page.read_bytes() + b"!")
    assert page.read_bytes() == b"new\r\n\0!"
    assert os.listdir(tmp_path) == ["kafka.md"]


@posix
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    page = tmp_path / "kafka.md"
    page.write_bytes(b"old")
    page.chmod(mode)
    before = page.stat()
    write_back(page, b"new")
    after = page.stat()
    assert stat.S_IMODE(after.st_mode) == mode
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)


@posix
def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    target = tmp_path / "deep" / "kafka.md"
    target.write_bytes(b"old")
    (tmp_path / "one.md").symlink_to("deep/kafka.md")
    (tmp_path / "two.md").symlink_to("one.md")
    write_back(tmp_path / "two.md", b"new")
    assert target.read_bytes() == b"new"
    assert (tmp_path / "two.md").is_symlink()
    assert (tmp_path / "one.md").is_symlink()
    assert not target.is_symlink()
    assert os.listdir(tmp_path / "deep") == ["kafka.md"]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="regular"):
        write_back(tmp_path, b"new")
    with pytest.raises(FileNotFoundError):
        write_back(tmp_path / "gone.md", b"new")
    assert os.listdir(tmp_path) == []


def test_a_file_that_may_not_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "kafka.md"
    page.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    with pytest.raises(PermissionError):
        write_back(page, b"new")
    assert page.read_bytes() == b"old"


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    page = tmp_path / "kafka.md"
    page.write_bytes(b"old")

    def fail(*args: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(os, step, fail)
        with pytest.raises(type(error)):
            write_back(page, b"new")
    assert page.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["kafka.md"]


@posix
def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    page = tmp_path / "kafka.md"
    page.write_bytes(OLD)
    dice, beside = random.Random(7), 0
    for _ in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(page)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        with suppress(subprocess.TimeoutExpired):
            writer.wait(dice.uniform(0.0, 0.04))  # the moment of the kill is drawn, not awaited
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL
        writer.stdout.close()
        assert page.read_bytes() in (OLD, NEW)
        left = set(os.listdir(tmp_path)) - {"kafka.md"}
        beside += len(left)
        for name in left:
            assert name.startswith(".skillprofiles-")  # hidden: no source to be read
            (tmp_path / name).unlink()
    assert beside, "no writer was killed while it wrote"
