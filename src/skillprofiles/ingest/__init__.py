"""Incremental runs over a folder of exports: only what changed is read, every state is a release.

A run takes the current release, reads what changed since in the input folder, and builds the next one
beside it. Whoever reads ``latest`` sees one whole release at any moment; a run that is killed, or that
finds too much gone wrong, leaves everything as it was.
"""

from skillprofiles.ingest.options import Options
from skillprofiles.ingest.raw import NoInput
from skillprofiles.ingest.record import Run, read_run, run_ids
from skillprofiles.ingest.run import Ingest

__all__ = ["Ingest", "NoInput", "Options", "Run", "read_run", "run_ids"]
