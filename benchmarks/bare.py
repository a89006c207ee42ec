"""What normalizing is held against, as a process of its own.

``python -m benchmarks.bare walk FOLDER`` looks at the size and times of all files of a folder;
``python -m benchmarks.bare floor FOLDER`` reads, decodes and splits all files of a folder;
``python -m benchmarks.bare parse FOLDER 0/2`` parses every second of them, starting with the first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator


def files(folder: str) -> Iterator[str]:
    """Yield the path of every file below a folder."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from files(entry.path)
        else:
            yield entry.path


def walk(folder: str) -> None:
    """Ask for size and times of every file."""
    stamps = {}
    folders = [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                else:
                    status = entry.stat()
                    stamps[entry.path] = (status.st_size, status.st_mtime_ns)


def floor(folder: str) -> None:
    """Read, decode and split every page."""
    for path in files(folder):
        with open(path, "rb") as file:
            data = file.read()
        for line in data.decode().splitlines():
            if line[:1] == "|":
                line.split("|")


def parse(folder: str, part: int, parts: int) -> None:
    """Read and parse every ``parts``-th page."""
    from skillprofiles.findings import Report
    from skillprofiles.model import Source
    from skillprofiles.parser import parse_document
    from skillprofiles.read import read_document

    for path in list(files(folder))[part::parts]:
        with open(path, "rb") as file:
            data = file.read()
        source = Source(os.path.basename(path))
        report = Report(source.name)
        document = read_document(data, report)
        if document is not None:
            parse_document(document, source, "", report)


if __name__ == "__main__":
    if sys.argv[1] == "walk":
        walk(sys.argv[2])
    elif sys.argv[1] == "floor":
        floor(sys.argv[2])
    else:
        number, _, count = sys.argv[3].partition("/")
        parse(sys.argv[2], int(number), int(count))
