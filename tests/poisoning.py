"""Pages that do something to the process that reads them; real ones are not known.

A page is poisoned by a marker in it. What it does then stands in a ``sitecustomize`` module: a process
that finds it on its path, and every process that one starts, reads such pages that way.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

MARK = "POISON:"

_SITE = r"""
import importlib.abc, importlib.util, os, re, sys

HOOKED = "skillprofiles.pipeline.page"


def loops():
    while True:
        pass


def hangs():
    # A lock taken twice: no signal gets out of it, and Python is held.
    import ctypes
    library, lock = ctypes.PyDLL(None), ctypes.create_string_buffer(128)
    library.pthread_mutex_lock(lock)
    library.pthread_mutex_lock(lock)


def dies():
    import signal
    os.kill(os.getpid(), signal.SIGKILL)


def leaves():
    os._exit(0)


def raises():
    raise RuntimeError("in one line\nand another" + " and so on" * 100)


def raises_of_the_disk():
    raise OSError(28, "No space left on device")


def fills():
    import resource
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    limit = used + 100_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    filled = []
    while True:
        filled.append(bytearray(10_000_000))


def waits(path):
    # A pipe: opening it waits for whoever opens its other end.
    with open(path, "rb") as pipe:
        pipe.read()


def poisoned(read):
    def read_document(data, report):
        found = re.search(rb"POISON:(\w+)(?:=(\S+))?", data)
        if found:
            with open(os.environ["POISON_LOG"], "a") as file:
                file.write(f"{report.source} {os.getpid()}\n")
            act = globals()[found[1].decode()]
            act(found[2].decode()) if found[2] else act()
        return read(data, report)
    return read_document


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != HOOKED:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module
        def exec_module(module):
            execute(module)
            module.read_document = poisoned(module.read_document)
        spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, Finder())
"""


class Poison:
    """A folder with a ``sitecustomize``, and a log of the poisoned pages that were read."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
        self._log = folder / "read"
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)]),
            "POISON_LOG": str(self._log),
        }

    def read(self) -> list[str]:
        """Return the sources that were read, each as often as it was begun."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [line.split()[0] for line in lines]


def poison(page: Path, what: str) -> None:
    """Poison a page."""
    with page.open("a", encoding="utf-8") as file:
        file.write(f"\n<!-- {MARK}{what} -->\n")
