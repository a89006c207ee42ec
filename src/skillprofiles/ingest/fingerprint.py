"""What decides, beside its bytes, how a source is read: the program and the configuration."""

from __future__ import annotations

import hashlib

from skillprofiles.config import Config
from skillprofiles.pipeline.version import reading_fingerprint

__all__ = ["config_fingerprint", "reading_fingerprint"]


def config_fingerprint(config: Config) -> str:
    """Return 16 hex digits that change with what the configuration settles about reading."""
    said = (config.max_bytes, config.roles, config.sources, config.exclude)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
