"""The browsable site: published tables as pages that need no server and no network."""

from skillprofiles.report.build import TITLE, Built, Options, build
from skillprofiles.report.interface import INTERFACES
from skillprofiles.report.links import UnusableTemplate

__all__ = ["INTERFACES", "TITLE", "Built", "Options", "UnusableTemplate", "build"]
