"""Whether bytes look like a skill-profile page: a quick look, without understanding the page."""

from __future__ import annotations

import re
from functools import cache

from skillprofiles.findings import Report
from skillprofiles.model import Text
from skillprofiles.read import read_document
from skillprofiles.vocabulary import lexicon
from skillprofiles.vocabulary.fold import fold

_FEWEST_LABELS = 3


def looks_like_a_profile(data: bytes) -> bool:
    """Whether a page has the labels of a skill profile, or one of them and a table of requirements.

    Pages that are cut off or contradict themselves count, so that they are not dropped in silence.
    """
    if not _mentions_labels(data):
        return False
    document = read_document(data, Report(""))
    if document is None or document.flaw:
        return False
    fields = {name for text in document.texts if (name := _label(text))}
    return len(fields) >= _FEWEST_LABELS or bool(document.tables and fields)


def _mentions_labels(data: bytes) -> bool:
    """Whether a label stands anywhere in the bytes: most pages of the web end here, unread."""
    if len(data) > 1 and data[0] in b"\xff\xfe":
        return True  # UTF-16 is too rare to look into
    text = data.decode("utf-8", "replace")
    return _labels().search(fold(text)) is not None or "\ufffd" in text


def _label(text: Text) -> str | None:
    head = re.split("[:：]", text.text, maxsplit=1)[0]
    return lexicon().labels.get(fold(head.strip("*#_ \t")))


@cache
def _labels() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(label) for label in lexicon().labels))
