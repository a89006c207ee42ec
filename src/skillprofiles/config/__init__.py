"""The configuration: what the command line leaves open, and what pages leave open."""

from skillprofiles.config._load import (
    DEFAULT_MAX_BYTES,
    Config,
    ConfigError,
    find_config,
    load_config,
)
from skillprofiles.config.selection import Selection, UnknownRule, expand

__all__ = [
    "DEFAULT_MAX_BYTES",
    "Config",
    "ConfigError",
    "Selection",
    "UnknownRule",
    "expand",
    "find_config",
    "load_config",
]
