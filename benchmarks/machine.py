"""What the figures were measured with: the class of the machine and the versions, no names."""

from __future__ import annotations

import os
import platform
import sysconfig
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = (
    "skillprofiles", "pyarrow", "pandas", "pandera", "numpy", "lxml", "beautifulsoup4",
    "markdown-it-py", "click",
)  # fmt: skip


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load() -> float | None:
    """Return how many processes wanted a core during the last minute, where that is known."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def about() -> dict[str, object]:
    """Return the machine's class and the versions of what runs on it."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": cores(),
        "python": _python(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
    }


def sentence() -> str:
    """Return the same as one line."""
    facts = about()
    libraries = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES[1:])
    return f"{facts['system']}, {facts['cores']} cores, {facts['python']}; {libraries}"


def _python() -> str:
    """Return the interpreter, and whether its build was optimized: that is a tenth of its speed."""
    name = f"{platform.python_implementation()} {platform.python_version()}"
    options = sysconfig.get_config_var("CONFIG_ARGS")
    if options and "--enable-optimizations" not in options:
        return f"{name} (built without --enable-optimizations)"
    return name


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"
