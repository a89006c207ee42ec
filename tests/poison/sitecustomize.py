"""Makes some pages dangerous to read, in every process that has this folder on its path.

A page is dangerous by its name, so that a run on a cluster and one without it meet the same.
"""

import os
import signal
import threading
from pathlib import Path

from skillprofiles.pipeline import page

_read_page = page.read_page


def _dangerous(item, config):
    name = item.source.name.rpartition("/")[2]
    if name.startswith("deadly"):
        os.kill(os.getpid(), signal.SIGKILL)
    while name.startswith("endless"):
        pass
    if name.startswith("awaited"):
        _wait_at_first(Path(os.environ["POISON"]))
    return _read_page(item, config)


def _wait_at_first(pipe):
    """Tell who reads the page, and never come back; whoever reads it later is not bothered."""
    try:
        told = os.open(pipe, os.O_WRONLY)
        pipe.unlink()
    except OSError:
        return
    os.write(told, str(os.getpid()).encode())
    os.close(told)
    threading.Event().wait()


page.read_page = _dangerous
