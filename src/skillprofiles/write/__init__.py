"""Profiles to pages: the canonical md export, and the page in every layout that is read.

What is published can be written as a page and read again; the two profiles are equal. That is the
invariant that guards everything, and the source of generated test and benchmark pages.
"""

from skillprofiles.write.layouts import LAYOUTS, write_page
from skillprofiles.write.markdown import canonical_name, write_canonical

__all__ = ["LAYOUTS", "canonical_name", "write_canonical", "write_page"]
