"""Safe repairs of one source's bytes: what is parsed stays equal, and fixing twice changes nothing.

Both are checked on every repair, not only in the tests. Where one of them would not hold the source
is left as it is, and the result says so.
"""

from skillprofiles.fix._codes import FIXABLE, FIXABLE_UNSAFE
from skillprofiles.fix._diff import diff
from skillprofiles.fix._disk import write_back
from skillprofiles.fix._repair import Repair
from skillprofiles.fix._source import Fixed, fix

__all__ = ["FIXABLE", "FIXABLE_UNSAFE", "Fixed", "Repair", "diff", "fix", "write_back"]
