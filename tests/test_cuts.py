"""Pages cut at every byte: recognized as cut, or nothing is lost.

One kind of cut cannot be seen: plain text (flat, or pasted with TABs) that ends exactly where a
sentence of its last description ends. The rest of that description is then missing, and nothing on
the page says so: the figures count rows, not sentences. Precisely these cuts are read as whole.
"""

from __future__ import annotations

from collections import defaultdict

import pytest
from tests.support import CASES, contradictions, read_page

from skillprofiles.model import Profile
from skillprofiles.vocabulary import language

PAGES = (
    # md
    "layouts/kafka-md.de.md",
    "layouts/holes.en.md",
    "layouts/one-role.en.md",
    "layouts/kafka-canonical.zh.md",
    "levels/four-named.md",
    # flat, two of them with a footer
    "layouts/kafka-flat.de.txt",
    "layouts/kafka-flat.es.txt",
    "layouts/one-role-flat.en.txt",
    "flat/sentences.en.txt",
    "flat/one-text-without-full-stop.en.txt",
    # TABs
    "layouts/kafka-tabs.zh.txt",
    "layouts/holes-tabs.en.txt",
    "flat/sentences-tabs.en.txt",
    # html
    "html/fragment.html",
    "html/optional-end-tags-left-out.html",
    "layouts/holes-html.en.html",
)
EMPTY, CUT_OFF, NOT_A_PROFILE = "SP002", "SP005", "SP006"
FULL_STOPS = ".!?…。！？"
EQUAL, DIFFERENT = "equal", "different"
ADVICE = ("SP501", "SP502")
# An end tag that is torn makes a text of itself: "Levels<" is no label.
TORN_TAG = len("</div>")


def first_labels_end(data: bytes, whole: Profile) -> int:
    """Return where enough of a page's labels stand to tell what it is.

    Text starts with a label; in HTML anything may come before, so three are asked for.
    """
    labels = language(whole.language).labels
    if whole.lineage.kind == "html":
        label = labels["levels"][0].encode()
        return data.index(label) + len(label) + TORN_TAG
    first = min(
        (labels["domain"][0], labels["profile"][0]), key=lambda label: data.find(label.encode())
    )
    return data.index(first.encode()) + len(first.encode()) - 1


def sentence_ends(data: bytes, whole: Profile) -> set[int]:
    """Return the cuts inside the last description that leave it ending like all others."""
    texts = [row.description for row in whole.requirements]
    ends = {text[-1] for text in texts if text[-1] in FULL_STOPS}
    start = data.rindex(texts[-1].encode())
    found = set()
    for size in range(1, len(texts[-1].encode())):
        kept = data[start : start + size].decode(errors="ignore")
        if kept.encode() == data[start : start + size] and kept.rstrip()[-1:] in ends:
            found.add(start + size)
    return found


def fate(data: bytes, name: str, whole: Profile) -> str:
    """Return what becomes of a page: equal, different, or the codes of its findings."""
    profile, findings = read_page(data, name)
    if profile is None:
        return " ".join(finding.rule.code for finding in findings)
    assert [finding for finding in findings if finding.rule.code not in ADVICE] == []
    if problems := contradictions(profile):
        return "; ".join(problems)
    return EQUAL if profile == whole else DIFFERENT


@pytest.mark.parametrize("page", PAGES)
def test_a_page_cut_at_any_byte(page: str) -> None:
    path = CASES / page
    data = path.read_bytes()
    whole, _ = read_page(data, path.name)
    assert whole is not None
    assert contradictions(whole) == []
    beginning = first_labels_end(data, whole)
    last_text = whole.requirements[-1].description.encode()
    content_end = data.rindex(last_text) + len(last_text)
    plain = whole.lineage.kind == "flat"
    undetectable = sentence_ends(data, whole) if plain else set()

    fates = {offset: fate(data[:offset], path.name, whole) for offset in range(len(data))}

    wrong = defaultdict(list)
    for offset, became in fates.items():
        allowed = {CUT_OFF}
        if offset <= beginning:
            allowed |= {EMPTY, NOT_A_PROFILE}
        if offset >= content_end:
            allowed |= {EQUAL}
        if offset in undetectable:
            allowed = {DIFFERENT}
        if became not in allowed:
            wrong[became].append((offset, data[max(offset - 20, 0) : offset]))
    assert dict(wrong) == {}
    assert fates[0] == EMPTY
    assert fates[len(data) - 1] in (EQUAL, CUT_OFF)
