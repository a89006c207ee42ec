"""What can become of work that is done elsewhere."""

from __future__ import annotations


class LostWorker(Exception):
    """A call did not survive: its process died, or was stopped because another one did."""


class NoWorkers(Exception):
    """Nobody can work; the message says why, in one line."""


class NoCluster(NoWorkers):
    """The cluster cannot be used; the message says why, in one line."""
