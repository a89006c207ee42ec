"""The stages composed: batches of sources over an executor, published as one set of tables."""

from skillprofiles.pipeline.assemble import Form
from skillprofiles.pipeline.run import NoSources, Summary, normalize

__all__ = ["Form", "NoSources", "Summary", "normalize"]
