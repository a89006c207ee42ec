"""The version of the tables' contract: raised when a column, a type or its meaning changes."""

from typing import Final

VERSION: Final = "1.1.0"
