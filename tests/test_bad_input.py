"""What nobody should feed to the program, fed to it: a clear answer, in bounded memory and time.

Each case runs the real program in a process of its own whose address space is limited.
"""

from __future__ import annotations

import ctypes
import gzip
import io
import os
import resource
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.samples import corpus, page

MEMORY = 3 * 1024**3
MB = 1024 * 1024
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def without_privileges() -> None:
    """Make permissions count for root too."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            assert libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0


def small_files_only() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


def run(
    folder: Path, *arguments: str, before: Callable[[], None] = limited, stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    process = subprocess.run(
        [sys.executable, "-m", "skillprofiles.cli", "normalize", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        preexec_fn=before,
        check=False,
        timeout=100,
    )
    return subprocess.CompletedProcess(
        process.args, process.returncode, process.stdout.decode(), process.stderr.decode()
    )


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tar_of(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def encrypted() -> bytes:
    data = bytearray(zip_of({"a.txt": page().encode()}))
    data[6] |= 1
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


GOOD = page().encode()
HEAD = "| Role | Required | Description |\n|---|---|---|\n"
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.txt", lambda: b"", "SP002"),
    "white space": ("a.txt", lambda: b" \r\n\t \n", "SP002"),
    "empty gzip": ("a.txt.gz", lambda: gzip.compress(b""), "SP002"),
    "one NUL byte": ("a.txt", lambda: b"\0", "SP003"),
    "a picture": ("a.txt", lambda: b"\x89PNG\r\n\x1a\n" + b"\x01" * 99, "SP003"),
    "50 MB of pipes": ("a.txt", lambda: b"|" * (50 * MB), "SP004"),
    "one line of 50 MB": ("a.txt", lambda: b"Domain " + b"x" * (50 * MB), "SP004"),
    "15 MB of pipes": ("a.txt", lambda: b"|" * (15 * MB), "SP0"),
    "a line of 15 MB": ("a.txt", lambda: GOOD + HEAD.encode() + b"| " + b"x" * (15 * MB), "SP005"),
    "rows of 15 MB": ("a.txt", lambda: GOOD + b"| a | b |\n" * (15 * MB // 10), "SP"),
    "words of 15 MB": ("a.txt", lambda: page("flat").encode() + b"a b c d e f\n" * (15 * MB // 12), "SP006"),
    "one word of 15 MB": ("a.txt", lambda: page("flat").encode() + b"a " * (7 * MB), "SP"),
    "entities": ("a.txt", lambda: GOOD + b"&lt;" * (3 * MB), ""),
    "100,000 nested tags": ("a.html", lambda: b"<html><body>" + b"<div>" * 100_000 + b"x", "SP006"),
    "100,000 nested tables": ("a.html", lambda: b"<html><body>" + b"<table><tr><td>" * 100_000, "SP006"),
    "100,000 nested tags in a cell": (
        "a.html",
        lambda: page("html").encode().replace(b"Runs it", b"<b>" * 100_000 + b"Runs it", 1),
        "SP006",
    ),
    "a gzip bomb": ("a.txt.gz", lambda: gzip.compress(b"\n" * (200 * MB)), "SP004"),
    "a zip bomb": ("a.zip", lambda: zip_of({"a.txt": b"\n" * (200 * MB)}), "SP004"),
    "a zip bomb of many members": (
        "a.zip",
        lambda: zip_of({f"{n}.txt": b"\n" * (10 * MB) for n in range(40)}),
        "SP008",
    ),
    "a tar bomb": ("a.tar.gz", lambda: tar_of({"a.txt": b"\n" * (300 * MB)}), "SP008"),
    "a zip in a zip": ("a.zip", lambda: zip_of({"b.zip": zip_of({"a.txt": GOOD})}), "SP008"),
    "a gzip in a gzip": ("a.gz", lambda: gzip.compress(gzip.compress(GOOD)), "SP008"),
    "a member that climbs out": ("a.zip", lambda: zip_of({"../../x": GOOD}), "SP008"),
    "an absolute member": ("a.tar", lambda: tar_of({"/etc/x": GOOD}, "w"), "SP008"),
    "a member that climbs out of a tar": ("a.tar.gz", lambda: tar_of({"../x": GOOD}), "SP008"),
    "a member without a name": ("a.tar", lambda: tar_of({".": GOOD}, "w"), "SP008"),
    "an encrypted zip": ("a.zip", encrypted, "SP008"),
    "a cut zip": ("a.zip", lambda: zip_of({"a.txt": GOOD})[:-40], "SP008"),
    "a cut gzip": ("a.gz", lambda: gzip.compress(GOOD)[:-9], "SP008"),
    "a cut tar": ("a.tar.gz", lambda: tar_of({"a.txt": GOOD})[:-40], "SP008"),
    "no zip at all": ("a.zip", lambda: GOOD, "SP008"),
    "a zip by another name": ("a.txt", lambda: zip_of({"a.txt": GOOD}), "SP008"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_bytes_are_refused_with_a_finding(tmp_path: Path, case: str) -> None:
    name, make, code = REFUSED[case]
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / name).write_bytes(make())
    (tmp_path / "raw" / "good.en.txt").write_bytes(GOOD)
    result = run(tmp_path, "raw", "--out", "out")
    assert "Traceback" not in result.stderr
    assert result.stderr == ""
    if code:
        assert result.returncode == 1
        assert f"error {code}" in result.stdout
        assert "2 sources: 1 accepted, 1 rejected" in result.stdout
    else:
        assert (result.returncode, "2 accepted" in result.stdout) == (0, True)


def test_a_folder_without_read_permission_is_a_finding(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw", 6)
    (raw / "more").chmod(0)
    (raw / "skill-ax.de.txt").chmod(0)
    result = run(tmp_path, "raw", "--out", "out", before=without_privileges)
    (raw / "more").chmod(0o755)
    assert result.returncode == 1, result.stderr
    assert "6 sources: 4 accepted, 2 rejected" in result.stdout
    assert "error SP001 unreadable: 2 findings" in result.stdout
    assert "Permission denied" in result.stdout
    assert result.stderr == ""


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    corpus(tmp_path / "raw", 2)
    (tmp_path / "out").mkdir(mode=0o555)
    result = run(tmp_path, "raw", "--out", "out", before=without_privileges)
    assert result.returncode == 2
    assert result.stderr == "Error: out: Permission denied\n"


def test_a_full_disk_is_one_line_and_leaves_what_was_there(tmp_path: Path) -> None:
    corpus(tmp_path / "raw", 6)
    assert run(tmp_path, "raw", "--out", "out").returncode == 0
    before = {
        path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()
    }
    corpus(tmp_path / "raw", 12)
    result = run(tmp_path, "raw", "--out", "out", before=small_files_only)
    assert result.returncode == 2
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    after = {
        path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()
    }
    assert after == before
    assert (
        len([path for path in (tmp_path / "out").iterdir() if path.name.startswith(".data-")]) == 1
    )


def test_what_is_no_regular_file_is_a_finding_and_nobody_waits_for_it(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw", 2)
    for name in ("pipe.txt", "pipe.zip", "pipe.tar.gz", "pipe.warc.gz"):
        os.mkfifo(raw / name)
    page = next(raw.glob("*.en.txt"))
    os.mkfifo(f"{page}.fetch.json")
    for name in ("dangling.txt", "dangling.zip"):
        (raw / name).symlink_to("nowhere")
    (raw / "loop").symlink_to(raw)
    result = run(tmp_path, "raw", "--out", "out")
    assert "8 sources: 2 accepted, 6 rejected" in result.stdout
    assert "error SP001 unreadable: 6 findings" in result.stdout
    told = pq.read_table(tmp_path / "out" / "findings.parquet")["message"].to_pylist()
    assert str(tmp_path) not in "".join(told)


def test_folders_may_lie_deeper_in_each_other_than_python_calls_itself(tmp_path: Path) -> None:
    corpus(tmp_path / "raw", 1)
    inner = os.open(tmp_path / "raw", os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=inner)
        outer, inner = inner, os.open("d", os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    page = os.open("deep.en.txt", os.O_WRONLY | os.O_CREAT, dir_fd=inner)
    os.write(page, GOOD)
    os.close(page)
    os.close(inner)
    try:
        result = run(tmp_path, "raw", "--out", "out")
    finally:
        # Python's own removal calls itself for each folder.
        subprocess.run(["rm", "-r", tmp_path / "raw" / "d"], check=True)
    assert result.stdout.startswith("2 sources: ")
    assert "Traceback" not in result.stderr


def test_a_name_that_is_not_utf8_is_shown_escaped(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw", 1)
    (Path(os.fsdecode(os.fsencode(raw) + b"/bad-\xff.txt"))).write_bytes(b"Please sign in.")
    result = run(tmp_path, "raw", "--out", "out")
    assert result.returncode == 1
    assert result.stderr == ""
    assert "bad-" in result.stdout


def test_hidden_files_and_archives_members_that_are_hidden_are_skipped(tmp_path: Path) -> None:
    raw = corpus(tmp_path / "raw", 2)
    (raw / ".hidden").write_bytes(b"\0")
    (raw / ".git").mkdir()
    (raw / ".git" / "x.txt").write_bytes(b"\0")
    members = {"__MACOSX/._a.txt": b"\0", ".DS_Store": b"\0", "kafka.en.txt": GOOD}
    (raw / "a.zip").write_bytes(zip_of(members))
    (raw / "b.tar.gz").write_bytes(tar_of({"./nats.en.txt": GOOD, "x/.y": b"\0"}))
    result = run(tmp_path, "raw", "--out", "out")
    assert result.stdout.startswith("4 sources: 4 accepted")
    assert result.returncode == 0


def test_more_on_standard_input_than_allowed(tmp_path: Path) -> None:
    result = run(tmp_path, "-", "--out", "out", stdin=b"x" * (17 * MB))
    assert result.returncode == 1
    assert "SP004" in result.stdout


def test_a_member_that_is_there_twice_is_refused_once(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for _ in range(2):
            info = tarfile.TarInfo("kafka.en.txt")
            info.size = len(GOOD)
            archive.addfile(info, io.BytesIO(GOOD))
    (tmp_path / "a.tar").write_bytes(buffer.getvalue())
    result = run(tmp_path, "a.tar", "--out", "out")
    assert (result.returncode, result.stderr) == (1, "")
    assert "2 sources: 1 accepted, 1 rejected" in result.stdout
    assert "a.tar!/kafka.en.txt (2): the archive cannot be used: it holds this member twice" in (
        result.stdout
    )
