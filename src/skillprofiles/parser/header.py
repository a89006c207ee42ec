"""The header of a page, understood: figures, date, domain and group, name and summary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from skillprofiles.findings import Report
from skillprofiles.model import Document, Figures, Span, Text
from skillprofiles.parser.dates import latest_possible, looks_like_date, parse_date
from skillprofiles.parser.fields import FIGURES, Fields
from skillprofiles.parser.header_findings import HeaderFindings
from skillprofiles.parser.markup import name_in
from skillprofiles.read.captions import names_a_level
from skillprofiles.read.locate import span_within, text_span
from skillprofiles.vocabulary import Lexicon, lexicon

_LARGEST_FIGURE = 32_767


class Header(NamedTuple):
    """What the header says, understood."""

    language: str
    name: Text | None
    domain: str
    group: str
    summary: str | None
    declared: Figures
    updated_on: dt.date


class HeaderParser:
    """Understands the collected fields of one document."""

    def __init__(
        self,
        document: Document,
        fields: Fields,
        code: str | None,
        lexicon: Lexicon,
        report: Report,
    ) -> None:
        """Parse for a page in the language ``code``; None reads dates in no way but YYYY-MM-DD."""
        self.document = document
        self.fields = fields
        self.code = code
        self.lexicon = lexicon
        self.findings = HeaderFindings(document, fields, code, lexicon, report)
        # Where the date has no label, domain and group stand before it, without labels too.
        self.loose = fields.loose
        self.dates = [at for at, text in enumerate(self.loose) if looks_like_date(text.text)]
        self.dates = self.dates or self._damaged_date()
        self.beside: list[Text] = []

    def parse(self) -> Header | None:
        """Return the header, or None where a part of it is missing or unusable (then reported)."""
        roles, levels, mandatory = [self._figure(name) for name in FIGURES]
        optional = self._optional()
        updated_on = self._updated()
        domain, group = self._domain_and_group()
        name, summary = self._name_and_summary(domain, group)
        self.findings.on_the_whole(self.dates, self.loose, self.beside)
        if roles is None or levels is None or mandatory is None or optional is None:
            return None
        if updated_on is None or domain is None or group is None or self.code is None:
            return None
        if self.findings.missing or summary is None:
            return None
        if name:
            name = name._replace(text=self._plain(name.text))
        said = None if self.lexicon.is_stock_summary(summary) else summary
        declared = Figures(roles, levels, mandatory, optional)
        domain, group = self._plain(domain), self._plain(group)
        return Header(self.code, name, domain, group, said, declared, updated_on)

    def _plain(self, name: str) -> str:
        """Return a name as it is shown."""
        name = _on_one_space(name)
        return name_in(name) if self.document.kind == "md" else name

    def _figure(self, name: str) -> int | None:
        values = self.fields.values.get(name, [])
        if self.document.kind == "html" and len(values) > 1:
            # A menu may carry a figure's label too; a figure follows only one of them.
            self.fields.values[name] = [v for v in values if v.text.isdigit()] or values
        text = self._valued(name)
        return self._number(name, text.text, text) if text else None

    def _number(self, name: str, digits: str, text: Text) -> int | None:
        if digits.isascii() and digits.isdigit() and int(digits[:6]) <= _LARGEST_FIGURE:
            return int(digits)
        self.findings.figure_unusable(name, digits, text)
        return None

    def _optional(self) -> int | None:
        if not self.fields.optional:
            self.findings.label_missing("optional")
            return None
        digits, text = self.fields.optional[0]
        return self._number("optional", digits, text)

    def _valued(self, name: str) -> Text | None:
        """Return the value of a labelled field; report a label without one."""
        if value := self.fields.first(name):
            return value
        if name in self.fields.labels:
            self.findings.value_missing(name)
        elif name not in self.findings.missing:
            self.findings.label_missing(name)
        return None

    def _updated(self) -> dt.date | None:
        text = self.fields.first("updated")
        if text is None and "updated" not in self.fields.labels and self._has_own_date():
            text = self.loose[self.dates[0]]
        if text is None:
            self._valued("updated")
            return None
        if names_a_level(text.text, self.lexicon):
            # The heading of the first table has moved up to where the date is lost.
            self.findings.value_missing("updated")
            return None
        if not self.code:
            return None
        date = parse_date(text.text, self.code)
        if date is None:
            self.findings.date_unusable(text, self.code)
        elif date > latest_possible():
            self.findings.date_in_future(text, date)
        else:
            return date
        return None

    def _has_own_date(self) -> bool:
        """Whether the first date without a label is that of the page; an HTML page may hold others."""
        if not self.dates or self.document.kind != "html":
            return bool(self.dates)
        domain, at = self.fields.first("domain"), self.dates[0]
        return at > 1 and domain is not None and self.loose[at - 2].text == domain.text

    def _damaged_date(self) -> list[int]:
        """Return where the date should be and a number is: below the repeated domain and the group."""
        domain = self.fields.first("domain")
        if domain is None or self.fields.labels.keys() & {"group", "updated"}:
            return []
        texts = [text.text for text in self.loose]
        at = texts.index(domain.text) + 2 if domain.text in texts else len(texts)
        return [at] if at < len(texts) and any(map(str.isdigit, texts[at])) else []

    def _domain_and_group(self) -> tuple[str | None, str | None]:
        """Return domain and group, from their labels or from the two lines before the date."""
        domain, group = self._valued("domain"), self.fields.first("group")
        if group or "group" in self.fields.labels:
            group = self._valued("group")
            return domain.text if domain else None, group.text if group else None
        date = self.dates[0] if self.dates else 0
        if date < 2:
            self.findings.label_missing("group")
            return None, None
        again, group = self.loose[date - 2 : date]
        self.loose = [*self.loose[: date - 2], *self.loose[date:]]
        if domain and _on_one_space(domain.text) != _on_one_space(again.text):
            self.findings.domain_disagrees(domain, again)
            return None, None
        return again.text, group.text

    def _name_and_summary(
        self, domain: str | None, group: str | None
    ) -> tuple[Text | None, str | None]:
        """Return name and summary; None for a summary that is missing (then reported)."""
        name = self._without_badges({domain, group})
        if self._valued("profile") is None:
            return name, None
        texts = list(self.fields.values["profile"])
        if "group" in self.fields.labels or self.document.kind == "html":
            pair = {_letters(domain), _letters(group), _letters(f"{domain}{group}")}
            if name and texts[0].text == name.text:
                texts.pop(0)
            elif name is None and not self.lexicon.is_stock_summary(texts[0].text):
                name = texts.pop(0)
            texts = [text for text in texts if _letters(text.text) not in pair]
            if self.document.kind == "flat" and domain and group:
                self._compare_pair(texts, domain, group)
        # The summary is one text; whatever else stands beside it is not taken for it.
        first = next((text for text in texts if not text.link), texts[0] if texts else None)
        self.beside = [text for text in texts if text is not first]
        if self.document.kind == "flat" and domain and group and first and self.beside:
            # Name and summary have no labels here; with a third text nobody knows which is which.
            self.findings.repeated("profile", first, self.beside[0])
            return name, None
        if first is None or not first.text:
            self.findings.value_missing("profile")
            return name, None
        return name, first.text

    def _without_badges(self, badges: Collection[str | None]) -> Text | None:
        """Return the page's heading without what stands apart at its end, where that is a badge."""
        name = self.document.heading
        for piece in self.document.heading_tail:
            if name is None or piece not in badges or name.text == piece:
                break
            name = name._replace(text=name.text.removesuffix(piece).rstrip())
        return name

    def _compare_pair(self, texts: list[Text], domain: str, group: str) -> None:
        """Compare the line "domain group" below the summary with the labelled values."""
        for text in texts[1:]:
            if text.text.endswith(f" {group}") or text.text.startswith(f"{domain} "):
                field = "domain" if text.text.endswith(f" {group}") else "group"
                self.findings.domain_disagrees(text, self.fields.values[field][0])
                texts.remove(text)


def figure_spans(document: Document, fields: Fields) -> dict[str, Span]:
    """Return the place of each figure that is on the page."""
    spans = {
        name: _figure_span(document, values[0], fields.labels[name][0])
        for name in FIGURES
        if (values := fields.values.get(name))
    }
    if fields.optional:
        spans["optional"] = _optional_span(document, *fields.optional[0])
    return spans


def _figure_span(document: Document, figure: Text, label: Text) -> Span:
    text, line, _ = figure
    if document.kind != "html" and document.lines[line - 1] == text:
        return Span(line, 1, line, len(text) + 1)
    return text_span(document, figure, after=label.text)


def _optional_span(document: Document, number: str, text: Text) -> Span:
    """Return the place of the number inside its caption."""
    # The figure that may stand before the caption may hold the same digits.
    caption = lexicon().optional.search(text.text)
    inside = text.text.find(number, caption.start() if caption else 0)
    if inside < 0:
        return text_span(document, text)
    if document.kind == "html" and caption:
        before, after = text.text[caption.start() : inside], text.text[inside + len(number) :]
        if found := span_within(document, text, before, number, after):
            return found
    whole = text_span(document, text)
    start = whole.column + inside
    return Span(whole.line, start, whole.line, start + len(number))


def _on_one_space(text: str) -> str:
    """Return a name with single spaces between its words, as every browser shows it."""
    return " ".join(text.split())


def _letters(text: str | None) -> str:
    """Return what is left of a text without spaces and signs: chips are separated by anything."""
    return "".join(letter for letter in text or "" if letter.isalnum())
